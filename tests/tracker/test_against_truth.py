"""What the tracker says of flights laid out by pyproj."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
from scipy.stats import chi2

from openiads.tracker import Tracker
from openiads.tracks import Tracks
from tests.tracker.flights import LINER, SEED, joined, radar, seen, truth_enu_m, until

HILL = radar()
PLAIN = radar("plain", position="34.6 N, 36.0 E", height="40 m", scan_period="4 s", range_sigma="60 m")
FLAT = radar(
    "flat", position="34.6 N, 36.0 E", height="40 m", scan_period="4 s", range_sigma="60 m", elevation_sigma=None
)


def followed(tracker: Tracker, columns: dict, until_s: float) -> list[Tracks]:
    """A picture every two seconds."""
    moments = np.arange(0.0, until_s + 1.0, 2.0)
    return [
        tracker.update(until(columns, before, now), now)
        for before, now in zip([-1.0, *moments[:-1]], moments, strict=True)
    ]


def test_a_straight_flight_seen_by_two_radars_lies_within_its_covariance() -> None:
    draw = np.random.default_rng(SEED)
    plots = joined(
        seen(HILL, LINER, np.arange(0.5, 240.0, 6.0), draw), seen(PLAIN, LINER, np.arange(1.3, 240.0, 4.0), draw, 1)
    )
    pictures = followed(Tracker([HILL, PLAIN]), plots, 240.0)
    assert {tuple(some.number) for some in pictures[20:]} == {tuple(pictures[-1].number)}
    assert len(pictures[-1]) == 1
    nees = []
    for tracks in pictures[20:]:
        off_m = tracks.position_m[0] - truth_enu_m(HILL, LINER, tracks.time_s)
        nees.append(off_m @ np.linalg.solve(tracks.covariance[0, :3, :3], off_m))
    assert max(nees) < chi2.ppf(0.9999, 3)
    assert np.mean(nees) < 3.0 * 1.5
    ahead, behind = truth_enu_m(HILL, LINER, 240.5), truth_enu_m(HILL, LINER, 239.5)
    off_mps = pictures[-1].velocity_mps[0] - (ahead - behind)
    assert off_mps @ np.linalg.solve(pictures[-1].covariance[0, 3:, 3:], off_mps) < chi2.ppf(0.9999, 3)


def test_latitude_longitude_and_height_are_those_of_pyproj() -> None:
    plots = seen(HILL, LINER, np.arange(0.0, 60.0, 6.0))
    tracks = followed(Tracker(HILL), plots, 60.0)[-1]
    site = HILL.position
    back = pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +inv +proj=topocentric +ellps=WGS84 "
        f"+lat_0={site.lat_deg} +lon_0={site.lon_deg} +h_0=0 +step +inv +proj=cart +ellps=WGS84"
    )
    lon, lat, height = back.transform(*tracks.position_m[0])
    np.testing.assert_allclose(np.ravel(tracks.geodetic()), [lat, lon, height], rtol=1e-9)
    columns = tracks.columns()
    assert columns["lat_deg"][0] == pytest.approx(lat)
    upper = [columns[f"cov_{i}{j}"][0] for i in range(6) for j in range(i, 6)]
    np.testing.assert_array_equal(upper, tracks.covariance[0][np.triu_indices(6)])


def test_a_flat_and_a_tall_radar_give_one_track_with_a_height() -> None:
    draw = np.random.default_rng(SEED)
    flat = seen(FLAT, LINER, np.arange(1.3, 180.0, 4.0), draw, 1)
    both = followed(Tracker([HILL, FLAT]), joined(seen(HILL, LINER, np.arange(0.5, 180.0, 6.0), draw), flat), 180.0)[-1]
    assert len(both) == 1
    sigma_m = np.sqrt(both.covariance[0, 2, 2])
    assert sigma_m < 600.0
    assert abs(both.position_m[0, 2] - truth_enu_m(HILL, LINER, 180.0)[2]) < 4.0 * sigma_m
    alone = followed(Tracker(FLAT), flat | {"radar": np.zeros_like(flat["radar"])}, 180.0)[-1]
    assert len(alone) == 1
    assert np.sqrt(alone.covariance[0, 2, 2]) > 2500.0


def test_a_height_by_mode_c_stands_for_an_elevation() -> None:
    plots = seen(FLAT, LINER, np.arange(0.0, 120.0, 4.0)) | {"height_m": np.full(30, LINER.height_m)}
    tracks = followed(Tracker(FLAT), plots, 120.0)[-1]
    assert tracks.geodetic()[2][0] == pytest.approx(LINER.height_m, abs=60.0)


def test_the_number_stays_over_a_gap_of_two_scans() -> None:
    times_s = np.arange(0.0, 150.0, 6.0)
    plots = seen(HILL, LINER, times_s[(times_s < 60.0) | (times_s > 72.0)], np.random.default_rng(SEED))
    tracker = Tracker(HILL)
    pictures = [tracker.update(until(plots, now - 6.0, now), now) for now in times_s]
    assert {tuple(some.number) for some in pictures[4:]} == {(1,)}
    assert pictures[12].coasted.all()
    assert not pictures[13].coasted.any()


def test_known_biases_are_taken_off() -> None:
    plots = seen(HILL, LINER, np.arange(0.0, 90.0, 6.0), np.random.default_rng(SEED))
    wrong = plots | {"range_m": plots["range_m"] + 1500.0, "azimuth_rad": plots["azimuth_rad"] - np.radians(2.0)}
    plain = followed(Tracker(HILL), plots, 90.0)[-1]
    mended = followed(Tracker(radar(range_bias="1500 m", azimuth_bias="-2 deg")), wrong, 90.0)[-1]
    np.testing.assert_allclose(mended.position_m, plain.position_m, rtol=1e-9)
    astray = followed(Tracker(HILL), wrong, 90.0)[-1]
    assert np.abs(astray.position_m - plain.position_m).max() > 1000.0


def test_a_radial_speed_sharpens_the_velocity() -> None:
    times_s = np.arange(0.0, 24.0, 6.0)
    plots = seen(HILL, LINER, times_s, np.random.default_rng(SEED))
    ranges = [[seen(HILL, LINER, [t + d])["range_m"][0] for d in (-0.5, 0.5)] for t in times_s]
    doppler = radar(range_rate_sigma="3 m/s")
    with_rate = Tracker(doppler).update(plots | {"range_rate_mps": np.diff(ranges)[:, 0]}, 20.0)
    without = Tracker(HILL).update(plots, 20.0)
    line = without.position_m[0] / np.linalg.norm(without.position_m[0])

    def spread(tracks: Tracks) -> float:
        return float(np.sqrt(line @ tracks.covariance[0, 3:, 3:] @ line))

    assert spread(with_rate) < 0.5 * spread(without)


def test_one_long_portion_gives_what_scans_give() -> None:
    plots = seen(HILL, LINER, np.arange(0.0, 300.0, 6.0), np.random.default_rng(SEED))
    whole = Tracker(HILL).update(plots, 300.0)
    scans = followed(Tracker(HILL), plots, 300.0)[-1]
    assert (whole.number == scans.number).all()
    np.testing.assert_allclose(whole.position_m, scans.position_m, rtol=1e-6)
    assert len(whole.plot_tracks) == len(whole.plots) == 50
    assert set(whole.plot_tracks) == {1}
