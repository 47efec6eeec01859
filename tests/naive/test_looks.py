"""One look of a radar, done slowly with PROJ and plain angles."""

from __future__ import annotations

from math import acos, cos, degrees, exp, hypot, pi, sin, sqrt

import numpy as np
import pyproj
import pytest
from scipy import stats

from openiads.engine import beam, plotting
from openiads.enums import EmitterKind, IffEvidence
from openiads.estimation.kalman import error_basis
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
        self.setting, self.radar = built.world.setting[0], built.world.radars[r]
        self.emitters = built.state.emitters.copy()
        self.emitters["on"] = (self.emitters["kind"] == EmitterKind.RADAR).astype(int)
        self.emitter = self.emitters[r]
        place = geodetic(read(self.emitter["pos_ecef_m"]))
        self.lat_deg, self.lon_deg, self.height_m = degrees(place.x), degrees(place.y), place.z
        self.local = _topocentric(self.lat_deg, self.lon_deg, self.height_m)

    def ours(self, lon: float, lat: float, height: float) -> Vec3:
        """Antenna to target in the antenna's axes, as the engine has it."""
        pos_m = to_enu(self.setting, Vec3(*TO_ECEF.transform(lon, lat, height)))
        return turn_back(self.emitter["axes_enu"], sub(pos_m, read(self.emitter["pos_enu_m"])))


def _in_sight(site: Site, local: np.ndarray, height_m: float) -> bool | None:
    """Whether range, elevation and the 4/3 horizon show it; None too near a border to say."""
    radar, range_m, ground_m = site.radar, float(np.linalg.norm(local)), hypot(local[0], local[1])
    sine = local[2] / range_m
    horizon_m = sqrt(2.0 * 8_494_678.0) * (sqrt(site.height_m) + sqrt(max(height_m, 0.0)))
    margins = [
        range_m / radar["instrumented_range_m"] - 1.0,
        radar["range_min_m"] / range_m - 1.0,
        3.0 * (ground_m / horizon_m - 1.0),
        30.0 * (sine - radar["elevation_max_sin"]), 30.0 * (radar["elevation_min_sin"] - sine),
    ]  # fmt: skip
    if min(abs(margin) for margin in margins) < 0.01:
        return None
    return max(margins) < 0.0


@pytest.mark.parametrize("r", RADARS)
def test_a_look_sees_what_the_slow_one_sees(r: int) -> None:
    site, draw = Site(r), np.random.default_rng(r)
    targets, geod, seen_any = runs.built("tartus").world.targets, pyproj.Geod(ellps="WGS84"), 0
    for _ in range(400):
        distance = float(draw.uniform(500.0, 1.2 * min(site.radar["instrumented_range_m"], 450_000.0)))
        lon, lat, _ = geod.fwd(site.lon_deg, site.lat_deg, float(draw.uniform(0, 360)), distance)
        height = float(draw.choice([30.0, 300.0, 3000.0, 12_000.0, 25_000.0]))
        theirs, ours = np.array(site.local.transform(*TO_ECEF.transform(lon, lat, height))), site.ours(lon, lat, height)
        theirs = np.array(site.local.transform(lon, lat, height)) if not np.isfinite(theirs).all() else theirs
        target, velocity = targets[int(draw.integers(len(targets)))], draw.normal(0.0, 200.0, 3)
        seen = beam.see(
            site.setting["earth_radius_m"],
            site.radar,
            site.emitter,
            site.emitters,
            target,
            ours,
            Vec3(*velocity.tolist()),
        )
        sight = _in_sight(site, np.array(ours), height)
        if sight is None:
            continue
        assert (seen.snr > 0.0) == sight, (distance, height)
        if sight:
            seen_any += 1
            assert seen.snr == pytest.approx(_slow_snr(site, target, np.array(ours), velocity), rel=1e-9)
            assert seen.range_m == pytest.approx(float(np.linalg.norm(ours)), rel=1e-12)
    assert seen_any > 20


def _slow_snr(site: Site, target: np.record, local: np.ndarray, velocity: np.ndarray) -> float:
    """Aspect as an angle; the ellipse through nose (or tail) and beam; the fourth power of range."""
    line = site.emitter["axes_enu"] @ local
    aspect = acos(float(-line @ velocity / np.linalg.norm(line) / np.linalg.norm(velocity)))
    end = target["rcs_nose_m2"] if aspect <= pi / 2.0 else target["rcs_tail_m2"]
    section = 1.0 / (cos(aspect) ** 2 / end + sin(aspect) ** 2 / target["rcs_beam_m2"])
    return float(site.radar["snr_constant_m2"] * section / np.linalg.norm(local) ** 4)


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
        ours = beam.interference(site.radar, site.emitter, emitters, Vec3(*line.tolist()))
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


def test_a_transponder_answers_nineteen_times_in_twenty_and_a_silent_target_never() -> None:
    clock, counts, _, _ = _desk()
    world, replies = runs.built("tartus").world, runs.built("tartus").state.replies.copy()
    counts["plots"] = 1
    for t in (
        int(np.argmax(world.targets["replies"])),
        int(np.argmin(world.targets["replies"] + world.targets["mode_4"])),
    ):
        target, answered = world.targets[t], 0
        for tick in range(3000):
            counts["replies"] = 0
            plotting.add_reply(tick, 0, t, world.radars[0], world.targets, clock, counts, replies)
            if replies["iff"][0] != IffEvidence.NO_REPLY:
                answered += 1
                assert replies["code"][0] == target["code"]
            else:
                assert replies["code"][0] == -1
        if target["replies"] or target["mode_4"]:
            assert answered / 3000 == pytest.approx(plotting.REPLY_PROBABILITY, abs=0.02)
        else:
            assert answered == 0


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
