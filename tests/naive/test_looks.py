"""One look of a radar, done slowly with PROJ and plain angles."""

from __future__ import annotations

from math import acos, atan2, cos, degrees, exp, floor, hypot, pi, sin, sqrt
from typing import NamedTuple

import numpy as np
import pyproj
import pytest
from scipy import ndimage, optimize, stats

from openiads.constants import EFFECTIVE_EARTH_RADIUS_M
from openiads.engine import beam, plotting
from openiads.enums import EmitterKind, IffEvidence
from openiads.estimation.kalman import error_basis
from openiads.physics.attenuation import AIR_CELLS, AIR_LEAST_SINE, AIR_MOST_SINE, AIR_RANGES, AIR_SINES
from openiads.physics.earth import geodetic, to_enu
from openiads.vec3 import Vec3, dot, read, sub, turn_back
from tests.support import runs

TO_ECEF = pyproj.Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
RADARS = range(len(runs.built("tartus").world.radars))


def _topocentric(lat_deg: float, lon_deg: float, height_m: float) -> pyproj.Transformer:
    return pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +proj=cart +ellps=WGS84 "
        f"+step +proj=topocentric +ellps=WGS84 +lon_0={lon_deg!r} +lat_0={lat_deg!r} +h_0={height_m!r}"
    )


class Site:
    """A radar of the scenario: its rows, and where PROJ says that its antenna stands."""

    def __init__(self, r: int) -> None:
        built = runs.built("tartus")
        self.world = built.world
        self.setting, self.radar = built.world.setting[0], built.world.radars[r]
        self.emitters = built.state.emitters.copy()
        self.emitters["on"] = (self.emitters["kind"] == EmitterKind.RADAR).astype(int)
        self.emitter = self.emitters[r]
        self.horizon = built.world.horizons[int(self.emitter["horizon"])]
        place = geodetic(read(self.emitter["pos_ecef_m"]))
        self.lat_deg, self.lon_deg, self.height_m = degrees(place.x), degrees(place.y), place.z
        self.local = _topocentric(self.lat_deg, self.lon_deg, self.height_m)

    def ours(self, lon: float, lat: float, height: float) -> Vec3:
        """Antenna to target in the antenna's axes, as the engine has it."""
        pos_m = to_enu(self.setting, Vec3(*TO_ECEF.transform(lon, lat, height)))
        return turn_back(self.emitter["axes_enu"], sub(pos_m, read(self.emitter["pos_enu_m"])))

    def cells(self, field: str) -> np.ndarray:
        """A field of its survey, azimuth by range."""
        first, shape = int(self.horizon["first_cell"]), (int(self.horizon["azimuths"]), int(self.horizon["ranges"]))
        return np.asarray(self.world.cells[field][first : first + shape[0] * shape[1]], np.float64).reshape(shape)

    def lowest_m(self, azimuth: float, ground_m: float) -> float:
        """The least height in sight there, by SciPy's bilinear interpolation of the survey."""
        lowest = self.cells("lowest_m")
        where = [[azimuth % (2.0 * pi) / (2.0 * pi) * len(lowest)], [ground_m / float(self.horizon["range_step_m"])]]
        return float(ndimage.map_coordinates(np.vstack([lowest, lowest[:1]]), where, order=1, mode="nearest")[0])

    def cell(self, field: str, azimuth: float, ground_m: float) -> float:
        """A field of the nearest cell."""
        table = self.cells(field)
        a = floor(azimuth % (2.0 * pi) / (2.0 * pi) * len(table) + 0.5) % len(table)
        return float(table[a, min(floor(ground_m / float(self.horizon["range_step_m"]) + 0.5), table.shape[1] - 1)])


class Spot(NamedTuple):
    """A point as an antenna has it over the sphere of the scenario, and by the bent ray over the larger earth."""

    range_m: float
    ground_m: float
    height_m: float
    azimuth: float
    sine: float

    @staticmethod
    def of(site: Site, local: np.ndarray) -> Spot:
        """By the centre of the earth and the cosine theorem."""
        radius_m, antenna_m = float(site.setting["earth_radius_m"]), float(site.emitter["height_m"])
        from_centre = local + np.array([0.0, 0.0, radius_m + antenna_m])
        angle = atan2(hypot(local[0], local[1]), from_centre[2])
        height_m, range_m = float(np.linalg.norm(from_centre)) - radius_m, float(np.linalg.norm(local))
        here, there = EFFECTIVE_EARTH_RADIUS_M + antenna_m, EFFECTIVE_EARTH_RADIUS_M + height_m
        sine = (there**2 - here**2 - range_m**2) / (2.0 * here * range_m)
        return Spot(range_m, radius_m * angle, height_m, atan2(local[0], local[1]), sine)


def _in_sight(site: Site, spot: Spot) -> bool | None:
    """Whether range, elevation and the survey show it; None too near a border to say."""
    radar = site.radar
    margins = [
        spot.range_m / radar["instrumented_range_m"] - 1.0,
        radar["range_min_m"] / spot.range_m - 1.0,
        0.01 * (site.lowest_m(spot.azimuth, spot.ground_m) - spot.height_m),
        30.0 * (spot.sine - radar["elevation_max_sin"]),
        30.0 * (radar["elevation_min_sin"] - radar["beam_elevation_rad"] - spot.sine),
    ]  # fmt: skip
    if min(abs(margin) for margin in margins) < 0.005:
        return None
    return max(margins) < 0.0


@pytest.mark.parametrize("r", RADARS)
def test_a_look_sees_what_the_slow_one_sees(r: int) -> None:
    site, draw, geod = Site(r), np.random.default_rng(r), pyproj.Geod(ellps="WGS84")
    targets, seen_any, mirrors = runs.built("tartus").world.targets, 0, 0
    for _ in range(800):
        distance = float(draw.uniform(500.0, 1.1 * min(site.radar["instrumented_range_m"], 300_000.0)))
        bearing = float(draw.uniform(0, 360))
        lon, lat, _ = geod.fwd(site.lon_deg, site.lat_deg, bearing, distance)
        height = float(draw.choice([30.0, 300.0, 1000.0, 3000.0, 12_000.0]))
        ours = site.ours(lon, lat, height)
        spot = Spot.of(site, np.array(ours))
        assert spot.ground_m == pytest.approx(distance, abs=5.0 + 200.0 * (distance / 4e5) ** 2)
        assert abs(beam.wrap(spot.azimuth - np.radians(bearing))) < 1e-3
        assert spot.height_m == pytest.approx(height, abs=1.0 + 60.0 * (distance / 4e5) ** 2)
        target, velocity = targets[int(draw.integers(len(targets)))], draw.normal(0.0, 150.0, 3)
        gain = float(draw.uniform(0.3, 3.0))
        seen = beam.see(
            site.setting["earth_radius_m"], site.radar, site.emitter, site.emitters, site.world.horizons,
            site.world.cells, site.world.air, target, ours, Vec3(*velocity.tolist()), gain,
        )  # fmt: skip
        assert seen.range_m == pytest.approx(spot.range_m, rel=1e-12)
        sight = _in_sight(site, spot)
        if not sight:
            assert sight is None or seen.snr == 0.0, (distance, height)
            continue
        factor4 = _slow_mirror(site, spot)
        signal = _slow_signal(site, spot, target, np.array(ours), velocity) * gain * factor4
        if abs(signal / float(site.radar["least_snr"]) - 1.0) < 0.01:
            continue
        assert (seen.snr > 0.0) == (signal > site.radar["least_snr"]), (distance, height)
        if seen.snr > 0.0:
            seen_any += 1
            mirrors += factor4 != 1.0
            assert seen.snr == pytest.approx(signal / (1.0 + _slow_clutter(site, spot) * gain), rel=2e-3)
    assert seen_any > 20
    assert mirrors > 3 or site.radar["elevation_min_sin"] > 0.03


def _slow_signal(site: Site, spot: Spot, target: np.record, local: np.ndarray, velocity: np.ndarray) -> float:
    """Aspect as an angle, the ellipse through nose (or tail) and beam; lobe, air and Doppler filter one by one."""
    radar, line = site.radar, site.emitter["axes_enu"] @ local
    aspect = acos(float(-line @ velocity / np.linalg.norm(line) / np.linalg.norm(velocity)))
    end = target["rcs_nose_m2"] if aspect <= pi / 2.0 else target["rcs_tail_m2"]
    section = 1.0 / (cos(aspect) ** 2 / end + sin(aspect) ** 2 / target["rcs_beam_m2"])
    below = max(float(radar["elevation_min_sin"]) - spot.sine, 0.0) / float(radar["beam_elevation_rad"])
    closing = float(line @ velocity / np.linalg.norm(line))
    kept = 0.5 ** (8.0 * below**2) / (1.0 + (float(radar["notch_mps"]) / closing) ** 4)
    return float(radar["snr_constant_m2"] * section / spot.range_m**4 * kept * _slow_air(site, spot))


def _slow_air(site: Site, spot: Spot) -> float:
    """The table of the air by SciPy's interpolation: squares of range and of elevation between its ends."""
    radar, first = site.radar, int(site.radar["first_air"])
    table = site.world.air["share"][first : first + AIR_CELLS].astype(np.float64).reshape(AIR_SINES, AIR_RANGES)
    reach_m = float(radar["air_step_m"]) * (AIR_RANGES - 1)
    part = min(max((spot.sine - AIR_LEAST_SINE) / (AIR_MOST_SINE - AIR_LEAST_SINE), 0.0), 1.0)
    where = [[sqrt(part) * (AIR_SINES - 1)], [sqrt(min(spot.range_m / reach_m, 1.0)) * (AIR_RANGES - 1)]]
    return float(ndimage.map_coordinates(table, where, order=1, mode="nearest")[0])


def _slow_mirror(site: Site, spot: Spot) -> float:
    """|1 - rho exp(i phi)|^4 with the mirror where both slopes over the sphere are equal, found by SciPy."""
    radar, low, high, far = site.radar, float(site.emitter["height_m"]), spot.height_m, spot.ground_m
    axis, width = max(spot.sine, float(radar["elevation_min_sin"])), float(radar["beam_elevation_rad"])
    twice = 2.0 * EFFECTIVE_EARTH_RADIUS_M
    if axis + max(spot.sine, 0.0) > 2.0 * width:
        return 1.0

    def slopes(d: float) -> float:
        return low / d - d / twice - high / (far - d) + (far - d) / twice

    out = float(optimize.brentq(slopes, 1e-3, far - 1e-3, xtol=1e-7))
    if site.cell("ground_m", spot.azimuth, out) != 0.0:
        return 1.0
    h1, h2 = low - out**2 / twice, high - (far - out) ** 2 / twice
    if min(h1, h2) <= 0.0:
        return 0.0
    sine = (h1 + h2) / hypot(far, h1 + h2)
    waves = (hypot(far, h1 + h2) - hypot(far, h2 - h1)) / float(radar["wavelength_m"])
    roughness = exp(-2.0 * (2.0 * pi * float(radar["sea_sigma_m"]) * sine / float(radar["wavelength_m"])) ** 2)
    down = low / out + out / twice
    lobes = 2.0 ** (-2.0 * ((axis + down) ** 2 - (axis - spot.sine) ** 2) / width**2)
    if roughness < 0.01 or lobes < 0.01:
        return 1.0
    spread = (1.0 + 2.0 * out * (far - out) / (EFFECTIVE_EARTH_RADIUS_M * far * sine)) ** -0.5
    spread = 1.0 - (1.0 - spread) * min(4.0 * waves, 1.0)
    return float(abs(1.0 - roughness * spread * lobes * np.exp(2j * pi * waves)) ** 4)


def _slow_clutter(site: Site, spot: Spot) -> float:
    """That of the cell, by the lobe towards the cell's own ground, both ways."""
    ground_m = site.cell("ground_m", spot.azimuth, spot.ground_m)
    surface = (ground_m - float(site.emitter["height_m"])) / spot.range_m
    surface -= spot.range_m / (2.0 * EFFECTIVE_EARTH_RADIUS_M)
    axis = max(spot.sine, float(site.radar["elevation_min_sin"]))
    lobe = 0.5 ** (8.0 * ((axis - surface) / float(site.radar["beam_elevation_rad"])) ** 2)
    return site.cell("clutter", spot.azimuth, spot.ground_m) * float(lobe)


@pytest.mark.parametrize("r", RADARS)
def test_the_antenna_s_axes_are_proj_s(r: int) -> None:
    site, geod = Site(r), pyproj.Geod(ellps="WGS84")
    for azimuth, distance, height in ((10.0, 2000.0, 50.0), (200.0, 90_000.0, 9000.0), (300.0, 250_000.0, 20_000.0)):
        lon, lat, _ = geod.fwd(site.lon_deg, site.lat_deg, azimuth, distance)
        theirs = site.local.transform(lon, lat, height)
        np.testing.assert_allclose(site.ours(lon, lat, height), theirs, atol=0.01, rtol=0.0)


def test_jamming_adds_up_over_main_and_side_lobes() -> None:
    """Every jammer by the one-way law: by the main lobe within a beam width of the line, else by the side lobes."""
    site, draw = Site(0), np.random.default_rng(9)
    jammers = np.zeros(4, site.emitters.dtype)
    jammers["kind"], jammers["on"] = EmitterKind.JAMMER, (1, 1, 0, 1)
    jammers["density_wphz"] = (1e-4, 5e-5, 1.0, 2e-4)
    emitters = np.concatenate([site.emitters[site.emitters["kind"] == EmitterKind.RADAR], jammers])
    emitters = emitters.view(site.emitters.dtype)
    antenna = np.array(site.emitter["pos_enu_m"])
    for n in range(200):
        line = draw.normal(size=3)
        line[2] = abs(line[2]) + 2.0  # well above the horizon
        line /= np.linalg.norm(line)
        for jammer in emitters[-4:]:
            off = draw.normal(size=3) * (0.3 if n % 2 else 0.004)
            away = (line + off) * draw.uniform(2e4, 2e5)
            jammer["pos_enu_m"] = antenna + np.array([away[0], away[1], max(away[2], 9e3)])
        expected = 0.0
        for jammer in emitters[-4:]:
            away = np.array(jammer["pos_enu_m"]) - antenna
            range_m = np.linalg.norm(away)
            inside = acos(min(float(away @ line / range_m), 1.0)) < site.radar["beam_azimuth_rad"]
            if jammer["on"]:
                lobe = 1.0 if inside else site.radar["sidelobe_gain"]
                expected += site.radar["jam_constant_m2pw"] * jammer["density_wphz"] * lobe / range_m**2
        ours = beam.interference(
            site.radar, site.emitter, emitters, site.horizon, site.world.cells, Vec3(*line.tolist())
        )
        assert ours == pytest.approx(expected, rel=1e-9)


# ---- Plots ---------------------------------------------------------------------------------------


def _desk() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Clock, counts, plots and origins of their own."""
    state = runs.built("tartus").state
    return state.clock.copy(), state.counts.copy(), state.plots.copy(), state.plot_origins.copy()


@pytest.mark.parametrize("elevation_deg", [1.0, 30.0, 60.0])
def test_the_errors_of_a_plot_are_those_that_it_states(elevation_deg: float) -> None:
    """On the basis by which the tracker takes them; 4000 plots of one object."""
    clock, counts, plots, origins = _desk()
    world = runs.built("tartus").world
    r = int(np.flatnonzero(world.radars["dimensions"] == 3)[0])
    site = Site(r)
    level, up = cos(np.radians(elevation_deg)), sin(np.radians(elevation_deg))
    local = Vec3(60_000.0 * level * 0.6, -60_000.0 * level * 0.8, 60_000.0 * up)
    truth = np.array(site.emitter["pos_enu_m"]) + site.emitter["axes_enu"] @ np.array(local)
    truth_plot = plots[:1].copy()
    truth_plot["pos_enu_m"] = truth
    off = []
    for tick in range(4000):
        counts["plots"] = 0
        plotting.add_plot(
            tick, r, 3, -1, -1, site.radar, world.targets, clock, counts, site.emitters, plots, origins,
            beam.Seen(local, 60_000.0, 100.0),
        )  # fmt: skip
        plot = plots[0]
        for field in ("sigma_range_m", "sigma_azimuth_rad", "sigma_elevation_rad"):
            truth_plot[field] = plot[field]
        basis = error_basis(truth_plot[0], read(site.emitter["pos_enu_m"]))
        miss = sub(read(plot["pos_enu_m"]), Vec3(*truth.tolist()))
        off.append([
            dot(miss, basis.line) / basis.sigma_line_m,
            dot(miss, basis.side) / basis.sigma_side_m,
            dot(miss, basis.rise) / basis.sigma_rise_m,
        ])  # fmt: skip
    assert origins["target"][0] == 3
    for axis, column in zip(("along", "across", "in height"), np.array(off).T, strict=True):
        assert column.std() == pytest.approx(1.0, abs=0.06), f"{axis}: a different error than the tracker is told"
        assert abs(column.mean()) < 0.1, axis


@pytest.mark.parametrize("mean", [0.3, 2.0, 20.0])
def test_false_plots_are_poisson_and_fill_the_look(mean: float) -> None:
    clock, counts, plots, origins = _desk()
    site = Site(0)
    radar = runs.built("tartus").world.radars.copy()[:1]
    radar["false_plots_per_look"] = mean
    replies = runs.built("tartus").state.replies.copy()
    numbers, ranges, azimuths = [], [], []
    middle, half = 1.0, 0.3
    for tick in range(0, 4_000_000, 1000):
        counts["plots"] = counts["replies"] = 0
        plotting.add_false_plots(tick, 0, middle, half, radar[0], clock, counts, site.emitters, plots, origins, replies)
        n = int(counts["plots"][0])
        numbers.append(n)
        asked = plots["range_m"][:n] < radar["interrogator_range_m"][0]
        assert counts["replies"][0] == asked.sum()
        assert (replies["iff"][: int(counts["replies"][0])] == IffEvidence.NO_REPLY).all()
        assert (origins["target"][:n] == -1).all()
        for plot in plots[:n]:
            local = turn_back(site.emitter["axes_enu"], sub(read(plot["pos_enu_m"]), read(site.emitter["pos_enu_m"])))
            ranges.append(plot["range_m"])
            azimuths.append(np.arctan2(local.x, local.y))
            assert np.linalg.norm(local) == pytest.approx(plot["range_m"], rel=1e-9)
    edges = np.arange(0, round(mean + 6.0 * sqrt(mean)) + 1)
    observed = np.array([(np.array(numbers) == k).sum() for k in edges])
    expected = len(numbers) * stats.poisson.pmf(edges, mean)
    kept = expected > 5.0
    chi2 = float(((observed - expected)[kept] ** 2 / expected[kept]).sum())
    assert stats.chi2.sf(chi2, int(kept.sum())) > 1e-5
    assert np.mean(numbers) == pytest.approx(mean, abs=5.0 * sqrt(mean / len(numbers)))
    low, high = float(site.radar["range_min_m"]), float(site.radar["instrumented_range_m"])
    assert stats.kstest(ranges, "uniform", (low, high - low)).pvalue > 1e-5
    assert stats.kstest(azimuths, "uniform", (middle - half, 2.0 * half)).pvalue > 1e-5


def test_the_angle_of_a_beam_is_wrapped() -> None:
    for angle in (-10.0, -pi, -3.0, 0.0, 3.0, pi, 4.0, 50.0):
        wrapped = beam.wrap(angle)
        assert -pi < wrapped <= pi
        assert cos(wrapped - angle) == pytest.approx(1.0)


def test_false_plots_with_no_rate_never_come() -> None:
    clock, counts, plots, origins = _desk()
    radar = runs.built("tartus").world.radars.copy()[:1]
    radar["false_plots_per_look"] = 0.0
    for tick in range(200):
        plotting.add_false_plots(
            tick,
            0,
            0.0,
            1.0,
            radar[0],
            clock,
            counts,
            Site(0).emitters if tick == 0 else runs.built("tartus").state.emitters,
            plots,
            origins,
            runs.built("tartus").state.replies.copy(),
        )
    assert counts["plots"][0] == 0
    assert exp(-0.0) == 1.0
