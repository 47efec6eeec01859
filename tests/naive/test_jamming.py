"""Jamming in a beam, done slowly; and the run and the map, which must have the same of it."""

from __future__ import annotations

from math import asin, atan2, cos, pi, sin
from typing import Any

import numpy as np
import pytest

from openiads.analysis.jamming import Jamming, heard_by
from openiads.engine import beam
from openiads.enums import EmitterKind
from openiads.physics import look
from tests.naive.sites import Site, Spot
from tests.support import runs

RADARS = range(len(runs.built("tartus").world.radars))


def _jammers(site: Site, count: int) -> Any:
    """Emitters of the scenario's radars and some jammers, whose places are still to be set."""
    jammers = np.zeros(count, site.emitters.dtype)
    jammers["kind"], jammers["on"] = EmitterKind.JAMMER, 1
    emitters = np.concatenate([site.emitters[site.emitters["kind"] == EmitterKind.RADAR], jammers])
    return emitters.view(site.emitters.dtype)


def _interference(site: Site, emitters: Any, azimuth: float, axis: float) -> float:
    earth_m = float(site.setting["earth_radius_m"])
    cells = site.world.cells
    return float(beam.interference(earth_m, site.radar, site.emitter, emitters, site.horizon, cells, azimuth, axis))


@pytest.mark.parametrize("r", RADARS)
def test_jamming_adds_up_over_main_and_side_lobes(r: int) -> None:
    """Every jammer by the one-way law: by the main lobe within a beam width of the beam both ways, else by others."""
    site, draw = Site(r), np.random.default_rng(9)
    emitters = _jammers(site, 4)
    emitters["on"][-4:], emitters["density_wphz"][-4:] = (1, 1, 0, 1), (1e-4, 5e-5, 1.0, 2e-4)
    widths = np.array([site.radar["beam_azimuth_rad"], site.radar["beam_elevation_rad"]])
    inside_any = [0, 0, 0]  # in neither, in one of both, in both
    for n in range(200):
        azimuth, elevation = float(draw.uniform(-pi, pi)), float(draw.uniform(0.12, 0.8))
        axis, expected = sin(elevation), 0.0
        for jammer in emitters[-4:]:
            off = draw.uniform(-1.5, 1.5, 2) * widths * (1.0, 1.0 / cos(elevation)) if n % 2 else draw.normal(size=2)
            there = min(max(elevation + float(off[1]), 0.08), 1.4)  # over the hills
            turn, range_m = azimuth + float(off[0]), float(draw.uniform(2e4, 2e5))
            local = range_m * np.array([cos(there) * sin(turn), cos(there) * cos(turn), sin(there)])
            jammer["pos_enu_m"] = np.array(site.emitter["pos_enu_m"]) + np.array(site.emitter["axes_enu"]) @ local
            aside = [abs(beam.wrap(turn - azimuth)), abs(Spot.of(site, local).sine - axis)] < widths
            if jammer["on"]:
                inside_any[int(aside.sum())] += 1
                lobe = 1.0 if aside.all() else float(site.radar["sidelobe_gain"])
                expected += float(site.radar["jam_constant_m2pw"] * jammer["density_wphz"]) * lobe / range_m**2
        assert _interference(site, emitters, azimuth, axis) == pytest.approx(expected, rel=1e-9)
    assert min(inside_any) > 30


def test_what_radiates_without_a_density_is_no_jammer() -> None:
    site = Site(0)
    emitters = _jammers(site, 2)
    emitters["kind"][-1] = EmitterKind.AIRBORNE
    emitters["pos_enu_m"][-2:] = np.array(site.emitter["pos_enu_m"]) + np.array([-4e4, 0.0, 9e3])
    assert _interference(site, emitters, -0.5 * pi, 0.2) == 0.0


# ---- The run and the map -------------------------------------------------------------------------


@pytest.mark.parametrize("r", RADARS)
def test_the_run_and_the_map_have_the_same_jamming(r: int) -> None:
    """Jammers high, low, close by, far off, and one behind the hills, in beams all round and at every elevation."""
    site, built = Site(r), runs.built("tartus")
    emitters = _jammers(site, 5)
    places = [(-9e4, 2e4, 9e3), (-2e4, -1e4, 1.2e4), (-8e3, 3e4, 500.0), (-1.6e5, -4e4, 10e3), (9e4, 1e4, 200.0)]
    emitters["density_wphz"][-5:] = (3e-5, 1e-4, 2e-6, 1e-3, 1.0)
    emitters["pos_enu_m"][-5:] = np.array(site.emitter["pos_enu_m"]) + np.array(places)
    jamming = tuple(
        Jamming("", 0.0, 0.0, 0.0, np.array(row["pos_enu_m"]), float(row["density_wphz"])) for row in emitters[-5:]
    )
    heard = heard_by(built, r, jamming)
    assert len(heard) == 4, "not the one behind the hills"
    draw, found = np.random.default_rng(r), set()
    aims = [(float(one["azimuth_rad"]), float(one["sine"])) for one in heard] * 40
    aims = [(a + draw.normal() * 0.02, s + draw.normal() * 0.02) for a, s in aims]
    aims += list(zip(draw.uniform(-pi, pi, 100), draw.uniform(-0.01, 0.9, 100), strict=True))
    for azimuth, sine in aims:
        axis = look.beam_axis(site.radar, look.Line(5e4, 5e4, 1e3, float(sine)))
        gains = [look.lobe_gain(site.radar, azimuth - one["azimuth_rad"], axis, one["sine"]) for one in heard]
        mapped = float(np.dot(heard["ratio"], gains))
        assert _interference(site, emitters, float(azimuth), axis) == pytest.approx(mapped, rel=1e-9)
        found.add(round(mapped, 12))
    assert len(found) > 3


def test_a_jammer_overhead_leaves_the_horizon_alone() -> None:
    """In the same azimuth, 40 degrees higher: only by the side lobes, for the run and for the map."""
    site, built = Site(0), runs.built("tartus")
    emitters = _jammers(site, 1)
    emitters["density_wphz"][-1], local = 1e-4, np.array([-1.2e4, 0.0, 1.0e4])
    emitters["pos_enu_m"][-1] = np.array(site.emitter["pos_enu_m"]) + np.array(site.emitter["axes_enu"]) @ local
    elevation = asin(Spot.of(site, local).sine)
    low, high = (_interference(site, emitters, atan2(-1.0, 0.0), axis) for axis in (0.01, sin(elevation)))
    assert low / high == pytest.approx(float(site.radar["sidelobe_gain"]), rel=1e-9)
    jammer = Jamming("", 0.0, 0.0, 0.0, np.array(emitters["pos_enu_m"][-1]), 1e-4)
    heard = heard_by(built, 0, (jammer,))
    assert heard["ratio"][0] == pytest.approx(high, rel=1e-9)
    assert heard["azimuth_rad"][0] == pytest.approx(-0.5 * pi, abs=1e-9)
