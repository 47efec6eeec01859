"""One look of a radar, done slowly with PROJ and plain angles."""

from __future__ import annotations

from math import acos, atan2, cos, exp, hypot, pi, sin, sqrt

import numpy as np
import pyproj
import pytest
from scipy import ndimage, optimize, stats

from openiads.constants import EFFECTIVE_EARTH_RADIUS_M, FALSE_PLOTS_MAX
from openiads.engine import beam, plotting
from openiads.enums import IffEvidence
from openiads.estimation.sight import sight_of
from openiads.physics import clutter
from openiads.physics.attenuation import AIR_CELLS, AIR_LEAST_SINE, AIR_MOST_SINE, AIR_RANGES, AIR_SINES
from openiads.vec3 import Vec3, dot, read, sub, turn_back
from tests.naive.sites import Site, Spot
from tests.support import runs

RADARS = range(len(runs.built("tartus").world.radars))


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
    if site.cell("ground_m", spot.azimuth, out) != 0.0 or site.cell("lowest_m", spot.azimuth, out) > 1.0:
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
    """Of the cell by itself, over the noise of one pulse; by the lobe towards its ground and the air, both ways."""
    radar, antenna_m = site.radar, float(site.emitter["height_m"])
    lowest, ground, step_m = site.cells("lowest_m"), site.cells("ground_m"), float(site.horizon["range_step_m"])
    a = round(spot.azimuth % (2.0 * pi) / (2.0 * pi) * len(ground)) % len(ground)
    n = min(round(spot.ground_m / step_m), ground.shape[1] - 1)
    out_m, ground_m = n * step_m, float(ground[a, n])
    if lowest[a, n] > ground_m + 1.0 or out_m < radar["range_min_m"]:
        return 0.0
    graze = atan2(antenna_m - ground_m, out_m) - out_m / (2.0 * EFFECTIVE_EARTH_RADIUS_M)
    if ground_m == 0.0:
        state = runs.scenario("tartus").file.environment.sea_state
        sigma0 = clutter.sea_reflectivity(float(radar["frequency_hz"]), graze, state, bool(radar["horizontal"]))
    else:
        last = min(n + 1, ground.shape[1] - 1)
        graze += atan2(ground[a, last] - ground[a, n - 1], 2.0 * step_m)
        sigma0 = 10.0 ** (0.1 * runs.scenario("tartus").file.environment.land_gamma) * max(sin(graze), 0.0)
    area_m2 = out_m * radar["beam_azimuth_rad"] / sqrt(2.0) * radar["range_resolution_m"] / cos(graze)
    per_pulse = radar["snr_constant_m2"] / radar["pulses"] * sigma0 * area_m2 / hypot(out_m, antenna_m - ground_m) ** 4
    down = (ground_m - antenna_m) / spot.range_m - spot.range_m / (2.0 * EFFECTIVE_EARTH_RADIUS_M)
    axis = max(spot.sine, float(radar["elevation_min_sin"]))
    lobe = 0.5 ** (8.0 * ((axis - down) / float(radar["beam_elevation_rad"])) ** 2)
    return float(per_pulse / radar["improvement"] * lobe * _slow_air(site, spot))


@pytest.mark.parametrize("r", RADARS)
def test_the_antenna_s_axes_are_proj_s(r: int) -> None:
    site, geod = Site(r), pyproj.Geod(ellps="WGS84")
    for azimuth, distance, height in ((10.0, 2000.0, 50.0), (200.0, 90_000.0, 9000.0), (300.0, 250_000.0, 20_000.0)):
        lon, lat, _ = geod.fwd(site.lon_deg, site.lat_deg, azimuth, distance)
        theirs = site.local.transform(lon, lat, height)
        np.testing.assert_allclose(site.ours(lon, lat, height), theirs, atol=0.01, rtol=0.0)


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
    truth_plot["pos_enu_m"], truth_plot["dimensions"] = truth, 3
    antenna_m, vertical = read(site.emitter["pos_enu_m"]), Vec3(*site.emitter["axes_enu"][:, 2].tolist())
    off = []
    for tick in range(4000):
        counts["plots"] = 0
        plotting.add_plot(
            tick, r, 3, 77, -1, -1, site.radar, clock, counts, site.emitters, plots, origins,
            beam.Seen(local, 60_000.0, 100.0),
        )  # fmt: skip
        plot = plots[0]
        for field in ("sigma_range_m", "sigma_azimuth_rad", "sigma_elevation_rad"):
            truth_plot[field] = plot[field]
        sight = sight_of(truth_plot[0], antenna_m, vertical, antenna_m)
        miss = sub(read(plot["pos_enu_m"]), Vec3(*truth.tolist()))
        off.append([
            dot(miss, sight.line) / sqrt(sight.line2),
            dot(miss, sight.side) / sqrt(sight.side2),
            dot(miss, sight.rise) / sqrt(sight.rise2),
        ])  # fmt: skip
    assert origins["target"][0] == 3
    for axis, column in zip(("along", "across", "in height"), np.array(off).T, strict=True):
        assert column.std() == pytest.approx(1.0, abs=0.06), f"{axis}: a different error than the tracker is told"
        assert abs(column.mean()) < 0.1, axis


def test_looks_of_search_and_of_each_channel_have_errors_of_their_own() -> None:
    """Plots of one radar, one object and one tick: no two share a draw, so that the tracker may take them as apart."""
    plots = runs.record("tartus").tables["plots"]
    targets = runs.record("tartus").tables["plot_origins"]["target"]
    real, groups = targets >= 0, {}
    for row, target in zip(plots[real], targets[real], strict=True):
        groups.setdefault((int(row["radar"]), int(target), int(row["tick"])), []).append(row)
    for rows in groups.values():
        assert len({float(row["range_m"]) for row in rows}) == len(rows)


def test_two_channels_on_one_object_have_errors_of_their_own() -> None:
    """The second of two engagements is put on the object of the first, and both measure it at the same ticks."""
    session = runs.session("tartus", 'posts.tartus-cp.control="hold"')
    state, busy = session.state, np.zeros(0, np.int64)
    while len(busy) < 2 and session.time_s < session.duration_s:
        session.advance(session.time_s + 1.0)
        busy = np.flatnonzero((state.channels["engagement"] >= 0) & (state.channels["hits"] > 5))
    one, two = busy[:2].tolist()
    begin = int(state.clock["tick"][0])
    first, second = state.channels["engagement"][[one, two]]
    for field in ("track", "track_number"):
        state.engagements[field][second] = state.engagements[field][first]
    state.locks[two] = state.locks[one]
    state.channels["next_look_tick"][two] = state.channels["next_look_tick"][one]
    session.advance(session.time_s + 30.0)
    tables = session.record().tables
    new = tables["plots"]["tick"] >= begin
    plots, origins = tables["plots"][new], tables["plot_origins"]["target"][new]
    seen = [
        {(int(row["tick"]), int(t)): row for row, t in zip(plots, origins, strict=True) if row["channel"] == channel}
        for channel in (one, two)
    ]
    both = [(seen[0][key], seen[1][key]) for key in seen[0] if key in seen[1]]
    apart = np.array([(row["range_m"] - other["range_m"]) / row["sigma_range_m"] for row, other in both])
    assert len(apart) > 100
    assert apart.std() == pytest.approx(sqrt(2.0), rel=0.2), "two errors, and no part in common"


def test_a_search_look_and_a_channel_look_of_one_tick_draw_apart() -> None:
    clock, counts, plots, origins = _desk()
    site, off = Site(2), []
    for tick in range(2000):
        counts["plots"] = 0
        for channel in (-1, 0):
            plotting.add_plot(
                tick, 2, 3, 77, channel, -1, site.radar, clock, counts, site.emitters, plots, origins,
                beam.Seen(Vec3(3e4, 4e4, 2e3), 50_040.0, 100.0),
            )  # fmt: skip
        off.append(plots["range_m"][:2] - 50_040.0)
    assert abs(np.corrcoef(np.array(off).T)[0, 1]) < 0.1


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


def test_a_look_hands_on_so_many_false_plots_at_the_most() -> None:
    """However many its clutter or a jammer would make: the table of plots does not run over."""
    clock, counts, plots, origins = _desk()
    site, replies = Site(0), runs.built("tartus").state.replies.copy()
    radar = site.world.radars.copy()[:1]
    for mean in (150.0, 650.0):  # of a Poisson number the seldom ones too
        radar["false_plots_per_look"] = mean
        numbers = []
        for tick in range(200):
            counts["plots"] = counts["replies"] = 0
            plotting.add_false_plots(tick, 0, 0.0, 1.0, radar[0], clock, counts, site.emitters, plots, origins, replies)
            numbers.append(int(counts["plots"][0]))
        assert counts["overflow"][0] == 0
        assert max(numbers) == FALSE_PLOTS_MAX if mean > FALSE_PLOTS_MAX else 150 < max(numbers) < FALSE_PLOTS_MAX
        assert mean < FALSE_PLOTS_MAX or min(numbers) == FALSE_PLOTS_MAX
    assert plotting.poisson_number(1.0 - 1e-12, 1.0) < FALSE_PLOTS_MAX
    assert plotting.poisson_number(1.0, 1e5) == FALSE_PLOTS_MAX


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
