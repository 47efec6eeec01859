"""The base map is where the world is, and what is drawn of it stands where it should."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.path import Path

from openiads.analysis import palette
from openiads.analysis.basemap import EDGES_DEG, BaseMap, Spot, base_map, known_spots
from openiads.analysis.ground_map import draw_base, draw_places
from openiads.catalog.loader import load
from openiads.catalog.models import Place
from openiads.terrain.grid import Terrain

LEVANT = (33.0, 33.0, 36.0, 37.0)
WORLD = (-90.0, -180.0, 90.0, 180.0)


def axes_of(south: float, west: float, north: float, east: float) -> Axes:
    figure = Figure(figsize=(6.0, 6.0), dpi=100)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    return axes


def colour(axes: Axes, lat_deg: float, lon_deg: float) -> np.ndarray:
    canvas = axes.figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    canvas.draw()
    image = np.asarray(canvas.buffer_rgba())
    x, y = axes.transData.transform((lon_deg, lat_deg))
    return image[image.shape[0] - 1 - int(y), int(x), :3] / 255.0


def on_land(chart: BaseMap, lat_deg: float, lon_deg: float) -> bool:
    rings = (ring for polygon in chart.land for ring in polygon)
    return sum(Path(ring).contains_point((lon_deg, lat_deg)) for ring in rings) % 2 == 1


def place(name: str, kind: str, lat_deg: float, lon_deg: float) -> Place:
    return Place.model_validate(
        {"name": name, "kind": kind, "lat_deg": lat_deg, "lon_deg": lon_deg, "source": "test", "confidence": "assumed"}
    )


# ---- the data ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("box", "scale"),
    [
        (LEVANT, "1:10 million"),
        ((29.0, 27.0, 41.0, 45.0), "1:10 million"),
        ((28.9, 27.0, 41.0, 45.0), "1:110 million"),
        ((50.0, 10.0, 60.0, 30.0), "1:110 million"),
        (WORLD, "1:110 million"),
    ],
)
def test_the_box_decides_the_map(box: tuple[float, float, float, float], scale: str) -> None:
    assert base_map(*box).scale == scale


@pytest.mark.parametrize("box", [LEVANT, WORLD])
@pytest.mark.parametrize(
    ("lat_deg", "lon_deg", "land"),
    [
        (33.5, 36.3, True),  # Damascus
        (34.95, 33.0, True),  # Cyprus
        (34.5, 34.8, False),  # the sea between Cyprus and Tripoli
        (36.2, 37.15, True),  # Aleppo
        (32.0, 33.5, False),
    ],
)
def test_land_is_land(box: tuple[float, float, float, float], lat_deg: float, lon_deg: float, land: bool) -> None:
    assert on_land(base_map(*box), lat_deg, lon_deg) is land


def test_the_fine_map_has_the_coast_of_tartus() -> None:
    """The naval facility stands at 35.874 E; a kilometre and a half each way tells town and sea apart."""
    chart = base_map(*LEVANT)
    assert on_land(chart, 34.90, 35.90)
    assert not on_land(chart, 34.90, 35.85)


@pytest.mark.parametrize(("box", "edges"), [(LEVANT, EDGES_DEG["10m"]), (WORLD, EDGES_DEG["110m"])])
def test_no_coast_runs_along_the_edge_of_the_map(
    box: tuple[float, float, float, float], edges: tuple[float, float, float, float]
) -> None:
    south, west, north, east = edges
    for line in base_map(*box).coast:
        for column, edge in ((0, west), (0, east), (1, south), (1, north)):
            near = np.abs(line[:, column] - edge) < 1e-4
            assert not (near[:-1] & near[1:]).any()


@pytest.mark.parametrize("box", [LEVANT, WORLD])
def test_rings_are_closed_wound_and_read_only(box: tuple[float, float, float, float]) -> None:
    chart = base_map(*box)
    for polygon in itertools.chain(chart.land, *(country.polygons for country in chart.countries)):
        for number, ring in enumerate(polygon):
            assert np.array_equal(ring[0], ring[-1])
            assert not ring.flags.writeable
            assert np.abs(np.diff(ring[:, 0])).max() <= 360.0
            x, y = (ring - ring[0]).T
            doubled = np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])
            assert (doubled > 0.0) == (number == 0)


def test_cities_stand_where_the_catalog_says() -> None:
    """The catalog's cities come from other sources than Natural Earth."""
    towns = {spot.name: spot for spot in base_map(*LEVANT).spots}
    for city in (each for each in load().places.values() if each.kind == "city"):
        town = towns.get(city.name.replace("-", " ").title())
        if town is not None:
            assert town.lat_deg == pytest.approx(city.lat_deg, abs=0.12), city.name
            assert town.lon_deg == pytest.approx(city.lon_deg, abs=0.12), city.name
    assert {"Damascus", "Beirut", "Latakia", "Homs", "Tripoli", "Sidon", "Limassol", "Mersin"} <= set(towns)
    capitals = {spot.name for spot in towns.values() if spot.capital}
    assert {"Damascus", "Beirut", "Nicosia", "Ankara", "Amman", "Cairo", "Baghdad"} <= capitals


def test_borders_are_told_apart() -> None:
    kinds = {border.kind for border in base_map(*LEVANT).borders}
    assert kinds == {"international boundary", "disputed", "indefinite", "line of control", "overlay limit"}
    assert {river.name for river in base_map(*LEVANT).rivers} >= {"Euphrates", "Tigris", "Nile", "Jordan"}


def test_places_of_the_catalog_join_the_towns_once() -> None:
    towns = base_map(*LEVANT).spots
    spots = known_spots(towns, load().places.values())
    cities = [spot for spot in spots if spot.kind == "city"]
    assert [spot.name for spot in cities].count("Tartus") == 1
    assert "Tartus City" not in {spot.name for spot in cities}
    names = {(spot.name, spot.kind) for spot in spots}
    assert {("OLBA", "airport"), ("NIKAS", "waypoint"), ("Tartus", "base"), ("Baniyas", "city")} <= names


def test_a_city_far_from_every_town_is_kept() -> None:
    spots = known_spots((), [place("new-town", "city", 34.0, 40.0), place("tartus-port", "port", 34.9, 35.87)])
    assert [(spot.name, spot.kind) for spot in spots] == [("New Town", "city"), ("Tartus Port", "port")]


# ---- the drawing --------------------------------------------------------------------------------------------------


def test_sea_and_land_have_their_colours_and_the_view_stays() -> None:
    axes = axes_of(*LEVANT)
    draw_base(axes)
    assert (axes.get_xlim(), axes.get_ylim()) == ((33.0, 37.0), (33.0, 36.0))
    assert colour(axes, 34.3, 34.6) == pytest.approx(to_rgb(palette.SEA), abs=0.01)
    assert colour(axes, 35.3, 36.75) == pytest.approx(to_rgb(palette.LAND), abs=0.01)


def test_a_view_over_the_antimeridian_is_whole() -> None:
    axes = axes_of(50.0, 150.0, 75.0, 210.0)
    draw_base(axes)
    for lon_deg in (160.0, 178.5, 183.0, 207.0):  # Siberia on both sides, then Alaska
        assert colour(axes, 66.0, lon_deg) == pytest.approx(to_rgb(palette.LAND), abs=0.01), lon_deg
    assert colour(axes, 58.0, 185.0) == pytest.approx(to_rgb(palette.SEA), abs=0.01)
    assert {"Anadyr", "Kodiak"} <= set(draw_places(axes))


def test_antarctica_reaches_the_pole() -> None:
    axes = axes_of(-90.0, -180.0, -60.0, 180.0)
    draw_base(axes)
    for lon_deg in (-175.0, 0.0, 175.0):
        assert colour(axes, -88.0, lon_deg) == pytest.approx(to_rgb(palette.LAND), abs=0.01)


def ridge() -> Terrain:
    """A ridge from south to north at 36.6 E, 2500 m high; flat sea level elsewhere, the sea included."""
    lon = 33.0 + 0.01 * np.arange(401)
    heights_m = np.tile(np.clip(2500.0 - 25000.0 * np.abs(lon - 36.6), 0.0, None), (301, 1)).astype(np.float32)
    return Terrain(heights_m, 33.0, 33.0, 0.01, 0.01, "test")


def test_hills_are_lit_from_the_north_west_and_only_on_land() -> None:
    axes = axes_of(*LEVANT)
    draw_base(axes, ridge())
    west, east = colour(axes, 35.3, 36.55).sum(), colour(axes, 35.3, 36.65).sum()
    assert west > east + 0.05
    assert colour(axes, 34.3, 34.6) == pytest.approx(to_rgb(palette.SEA), abs=0.01)
    assert colour(axes, 35.3, 36.85) == pytest.approx(to_rgb(palette.LAND), abs=0.01)
    assert (axes.get_xlim(), axes.get_ylim()) == ((33.0, 37.0), (33.0, 36.0))


def test_a_flat_terrain_and_one_elsewhere_draw_plain_land() -> None:
    for terrain in (
        Terrain(np.zeros((0, 0), np.float32), 0.0, 0.0, 1.0, 1.0, "flat"),
        Terrain(np.full((9, 9), 900.0, np.float32), 60.0, 0.0, 1.0, 1.0, "elsewhere"),
    ):
        axes = axes_of(*LEVANT)
        draw_base(axes, terrain)
        assert not axes.images


def test_labels_stand_free_of_each_other_inside_the_axes() -> None:
    axes = axes_of(*LEVANT)
    names = draw_places(axes, most=20)
    assert set(names[:3]) == {"Damascus", "Beirut", "Nicosia"}
    boxes = [text.get_window_extent() for text in axes.texts]
    assert [text.get_text() for text in axes.texts] == names
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
    frame = axes.get_window_extent()
    assert all(frame.x0 < box.x0 and box.x1 < frame.x1 and frame.y0 < box.y0 and box.y1 < frame.y1 for box in boxes)


def test_labels_keep_away_from_points_and_from_texts_that_stand() -> None:
    free = draw_places(axes_of(*LEVANT), most=30)
    axes = axes_of(*LEVANT)
    axes.text(36.3, 33.5, "a long note that covers the capital", ha="center", va="center")
    lon, lat = np.meshgrid(np.linspace(35.3, 36.2, 200), np.linspace(33.5, 34.2, 200))
    names = draw_places(axes, keep_away=np.column_stack([lon.ravel(), lat.ravel()]), most=30)
    assert {"Damascus", "Beirut"} <= set(free)
    assert not {"Damascus", "Beirut"} & set(names)
    assert "Nicosia" in names


def test_chosen_places_and_no_more_than_asked() -> None:
    spots = [Spot("Here", "city", 34.0, 35.0), Spot("There", "city", 35.0, 34.0), Spot("Outside", "city", 50.0, 0.0)]
    assert draw_places(axes_of(*LEVANT), spots) == ["Here", "There"]
    assert draw_places(axes_of(*LEVANT), spots, most=1) == ["Here"]
    assert draw_places(axes_of(*LEVANT), []) == []
