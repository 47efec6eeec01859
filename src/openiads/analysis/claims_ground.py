"""Claims about who lies inside: distances from Tartus, rings, shares of countries.

Distances are those of ``record.geodesy`` on the ellipsoid; countries are those of the base map, de facto.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from openiads import units
from openiads.analysis.basemap import base_map
from openiads.analysis.claims_verdict import TOUCHED, Measured
from openiads.analysis.countries import CountryGrid
from openiads.analysis.envelope_words import length_text
from openiads.record import geodesy

if TYPE_CHECKING:
    from openiads.catalog.claims import Claim
    from openiads.catalog.loader import Catalog

CENTRE: Final = "tartus"
FLOWN_HEIGHT_M: Final = 10_000.0
_STEP_DEG: Final = 0.02
_BOX_DEG: Final = (29.1, 27.1, 40.9, 44.9)  # south, west, north, east: within the 1:10 million map
_LITTLE: Final = "less than a hundredth of that land lies inside"
_CITIES: Final = 5  # named beside the places of a ring, the greatest


@dataclass(frozen=True, slots=True)
class Flown:
    """How far the missiles of a unit are flown at 10 km, how it is told, and how far its radar sees a fighter there."""

    far_m: float
    text: str
    seen_m: float | None = None


class Ground:
    """The land round Tartus on a grid of latitude and longitude."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        centre = catalog.places[CENTRE]
        self.lat_deg, self.lon_deg = centre.lat_deg, centre.lon_deg
        self.part = lru_cache(maxsize=None)(self._part)

    @cached_property
    def axes(self) -> tuple[Any, Any]:
        """Latitudes and longitudes of the cell centres."""
        south, west, north, east = _BOX_DEG
        return np.arange(south, north, _STEP_DEG), np.arange(west, east, _STEP_DEG)

    @cached_property
    def grid(self) -> CountryGrid:
        """The countries on those cells."""
        return CountryGrid(*self.axes)

    @cached_property
    def away_m(self) -> Any:
        """Distance of each cell from Tartus."""
        lats, lons = self.axes
        return geodesy.azimuth_range(self.lat_deg, self.lon_deg, lats[:, None], lons[None, :])[1]

    def distance_m(self, place: str) -> float:
        """Of a place of the catalog."""
        there = self.catalog.places[place]
        return float(geodesy.azimuth_range(self.lat_deg, self.lon_deg, there.lat_deg, there.lon_deg)[1])

    def share(self, country: str, radius_m: float) -> float:
        """Share of a country's land inside a ring."""
        return dict(self.shares(radius_m)).get(country, 0.0)

    def shares(self, radius_m: float) -> list[tuple[str, float]]:
        """Every country that a ring touches and the share of its land inside, the greatest share first."""
        return [(row.name, row.share) for row in self.grid.shares(self.away_m <= radius_m)]

    def _part(self, country: str) -> Any:
        """Land of a country in each cell, km2."""
        return self.grid.part(country) * self.grid.cell_km2[:, None]

    def east_share(self, country: str, radius_m: float) -> float:
        """Share of the eastern half of a country's land inside a ring."""
        land_km2 = self.part(country) * (self.axes[1][None, :] >= self.middle_lon_deg(country))
        return float(land_km2[self.away_m <= radius_m].sum() / land_km2.sum())

    def middle_lon_deg(self, country: str) -> float:
        """The meridian that halves a country's land."""
        west_to_east = self.part(country).sum(axis=0).cumsum()
        return float(np.interp(0.5 * west_to_east[-1], west_to_east, self.axes[1]))

    def cities(self, radius_m: float) -> list[str]:
        """The greatest cities inside a ring."""
        spots = [spot for spot in base_map(*_BOX_DEG).spots if spot.kind == "city"]
        away_m = geodesy.azimuth_range(
            self.lat_deg, self.lon_deg, np.array([s.lat_deg for s in spots]), np.array([s.lon_deg for s in spots])
        )[1]
        inside = [spot for spot, one_m in zip(spots, away_m, strict=True) if one_m <= radius_m]
        return [spot.name for spot in sorted(inside, key=lambda spot: -spot.population)[:_CITIES]]


def distance(claim: Claim, ground: Ground) -> Measured:
    """How far a place lies from Tartus."""
    away_m = ground.distance_m(claim.about)
    how = "along the earth, on the ellipsoid, between the points of the catalog"
    return Measured(away_m, how, text=f"{away_m / 1e3:.1f} km")


def ring(claim: Claim, ground: Ground) -> Measured:
    """Which of the places with a published distance a ring holds; the greatest cities are named too."""
    radius_m = claim.value_si
    named = [other for other in ground.catalog.claims.values() if other.quantity == "distance"]
    places = [other.about for other in named if ground.catalog.places[other.about].kind not in ("waypoint", "navaid")]
    titles = {other.about: other.text.split(" lies ")[0] for other in named}
    inside = sorted((p for p in places if ground.distance_m(p) <= radius_m), key=ground.distance_m)
    agrees = set(inside) == set(claim.places)
    cities = ", ".join(ground.cities(radius_m))
    lands = ", ".join(f"{name} {percent(share)}" for name, share in ground.shares(radius_m))
    how = f"distance from Tartus on the ellipsoid; the greatest towns inside are {cities}; of the lands {lands}"
    return Measured(radius_m, how, text=", ".join(titles[name] for name in inside) or "none of them", agrees=agrees)


def touches(claim: Claim, ground: Ground, flown: Flown | None) -> Measured:
    """Whether a ring, and the flown reach at 10 km, hold a part of a country."""
    share = ground.share(claim.country, claim.value_si)
    text = f"{percent(share)} of {claim.country}{_flown_words(claim, ground, flown)}"
    how = f"land of {claim.country} inside the ring of {length_text(claim.value_si)} round Tartus"
    return Measured(share, how, text=text, agrees=share >= TOUCHED, why="" if share >= TOUCHED else _LITTLE)


def east_half(claim: Claim, ground: Ground, flown: Flown | None) -> Measured:
    """How much of the half of a country's land that lies farther east is inside a ring."""
    middle_deg, radius_m = ground.middle_lon_deg(claim.country), claim.value_si
    share, east_deg = ground.east_share(claim.country, radius_m), _easternmost_deg(ground, radius_m)
    text = f"{percent(share)} of the eastern half"
    if flown is not None:
        reached = percent(ground.east_share(claim.country, flown.far_m))
        text = f"{text}; as flown at 10 km ({flown.text}) {reached}{_seen(flown)}"
    how = (
        f"half of {claim.country}'s land lies east of {middle_deg:.1f}° E; the ring of {length_text(radius_m)} round "
        f"Tartus ends at {east_deg:.1f}° E"
    )
    return Measured(share, how, text=text, agrees=share >= TOUCHED, why="" if share >= TOUCHED else _LITTLE)


def share_of(claim: Claim, ground: Ground, flown: Flown | None) -> Measured:
    """The share of a country's land inside a ring, and inside the flown reach at 10 km."""
    radius_m = units.parse(claim.radius or "0 km", "length")
    share = ground.share(claim.country, radius_m)
    text = f"{percent(share)}{_flown_words(claim, ground, flown)}"
    how = f"land of {claim.country} inside the ring of {length_text(radius_m)} round Tartus, de facto borders"
    return Measured(share, how, text=text, why="a ring that stands on the coast lies half over the sea")


def _flown_words(claim: Claim, ground: Ground, flown: Flown | None) -> str:
    if flown is None:
        return ""
    return f"; as flown at 10 km ({flown.text}) {percent(ground.share(claim.country, flown.far_m))}{_seen(flown)}"


def _seen(flown: Flown) -> str:
    """That a flight is no engagement: how far the radar that guides it sees."""
    return f", flight alone; its radar sees {length_text(flown.seen_m)}" if flown.seen_m else ", flight alone"


def _easternmost_deg(ground: Ground, radius_m: float) -> float:
    _, lon_deg = geodesy.destination(ground.lat_deg, ground.lon_deg, np.linspace(60.0, 120.0, 601), radius_m)
    return float(lon_deg.max())


def percent(share: float) -> str:
    """``27 %``; ``under 1 %`` where it is little but not nothing."""
    return "none" if share <= 0.0 else "under 1 %" if share < 0.01 else f"{100.0 * share:.0f} %"
