"""Whether covariances are honest: our tracker's over its runs, and a single-model filter's built from the same laws.

NEES and NIS against their 95 % bands (``openiads.analysis.metrics.consistency``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from math import pi
from typing import Any, NamedTuple

import numba
import numpy as np

from air import Air, Array, Look, spherical
from openiads.analysis.metrics import Consistency, Picture, consistency, nees, pair
from openiads.estimation.kalman import Gauss, diagonal, nothing, shaken, straight
from openiads.estimation.sight import FULL, sight_of, taken
from openiads.vec3 import Vec3, read
from tracker_runs import OurRun, our_picture, truth_of

# ---- Our tracker -------------------------------------------------------------------------------


def our_consistency(airs: Sequence[Air], runs: Sequence[OurRun]) -> dict[str, Consistency | None]:
    """NEES of the confirmed tracks of all runs and NIS of the plots that they took; a track is a group."""
    numbered, nis, owners = [], [], []
    for n, (air, run) in enumerate(zip(airs, runs, strict=True)):
        picture = our_picture(run.tracks)
        numbered.append((_shifted(truth_of(air), n), _shifted(picture, n)))
        for tracks in run.tracks:
            theirs = np.isin(tracks.plot_tracks, tracks.number) & (tracks.plot_nis >= 0.0)
            nis.append(tracks.plot_nis[theirs])
            owners.append(tracks.plot_tracks[theirs] + n * 10**9)
    truth, told = (_joined(parts) for parts in zip(*numbered, strict=True))
    whole, place = nees(pair(truth, told, airs[0].look.cutoff_m))
    return {
        "nees": whole, "nees_position": place, "nis": consistency(np.concatenate(nis), FULL, np.concatenate(owners)),
    }  # fmt: skip


def _shifted(picture: Picture, run: int) -> Picture:
    """A run's picture at times and under numbers that no other run has."""
    return Picture(
        picture.time_s + run * 1e6, picture.number + run * 10**9, picture.position_m, picture.velocity_mps,
        picture.covariance,
    )  # fmt: skip


def _joined(parts: Sequence[Picture]) -> Picture:
    def column(name: str) -> Any:
        values = [getattr(part, name) for part in parts]
        return None if values[0] is None else np.concatenate(values)

    return Picture(*(column(field.name) for field in fields(Picture)))


# ---- A filter of one model ----------------------------------------------------------------------

_PLOT = np.dtype((
    np.record,
    np.dtype([
        ("pos_enu_m", "f8", 3), ("range_m", "f8"), ("sigma_range_m", "f8"), ("sigma_azimuth_rad", "f8"),
        ("sigma_elevation_rad", "f8"), ("range_rate_mps", "f8"), ("sigma_rate_mps", "f8"), ("dimensions", "i8"),
    ], align=True),
))  # fmt: skip

TARGETS, SCANS, DRAWS = 300, 60, 40
NOISE_M2PS3 = (10.0, 1.0)  # level and upward, of the targets and of the filter alike
PLACE_M, SPEED_MPS = 2000.0, 100.0  # standard deviations of where a target begins, known to the filter


class Single(NamedTuple):
    """What the single-model filter made of all draws together, and how many of the draws are inside by themselves."""

    nees: Consistency | None
    nis: Consistency | None
    nees_inside: int
    nis_inside: int


def single_model(look: Look) -> Single:
    """NEES and NIS of one filter of constant velocity over targets that fly just so, with the noise it is told of.

    Built of ``estimation.kalman`` and ``estimation.sight``, as the tracker is; every plot is its target's. A target is
    a group for NEES, whose values depend on those before; those of NIS do not.
    """
    draws = [_normalised(look, seed) for seed in range(1, DRAWS + 1)]
    squared, nis = (np.stack(values) for values in zip(*draws, strict=True))
    targets = np.broadcast_to(np.arange(DRAWS * TARGETS).reshape(DRAWS, 1, TARGETS), squared.shape)
    alone = [(_nees(some, targets[0]), consistency(other.ravel(), FULL)) for some, other in draws]
    inside = [
        sum(found is not None and found.verdict == "inside" for found in kind) for kind in zip(*alone, strict=True)
    ]
    return Single(_nees(squared, targets), consistency(nis.ravel(), FULL), *inside)


def _nees(squared: Array, targets: Any) -> Consistency | None:
    return consistency(squared.ravel(), 6, targets.ravel())


def _normalised(look: Look, seed: int) -> tuple[Array, Array]:
    """Squared errors of state and of plot in the filter's own measure, shape (scans, targets)."""
    rng = np.random.default_rng([seed, TARGETS])
    start_m, place_m, velocity_mps = _wanderers(look.period_s, rng)
    plots = _plots_of(look, place_m, rng)
    mean, covariance, nis = np.zeros((SCANS, TARGETS, 6)), np.zeros((SCANS, TARGETS, 6, 6)), np.zeros((SCANS, TARGETS))
    _filter(plots, start_m, np.array([PLACE_M, SPEED_MPS, *NOISE_M2PS3, look.period_s]), mean, covariance, nis)
    off = np.concatenate([place_m, velocity_mps], -1) - mean
    return (off * np.linalg.solve(covariance, off[..., None])[..., 0]).sum(-1), nis


def _wanderers(period_s: float, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Expected starts (targets, 3); places and velocities (scans, targets, 3) under white acceleration noise."""
    bearing_rad, range_m = rng.uniform(-pi, pi, TARGETS), rng.uniform(100e3, 140e3, TARGETS)
    start_m = np.stack([range_m * np.sin(bearing_rad), range_m * np.cos(bearing_rad), np.full(len(range_m), 8e3)], 1)
    place_m = start_m + rng.normal(0.0, PLACE_M, start_m.shape)
    velocity_mps = rng.normal(0.0, SPEED_MPS, start_m.shape)
    shake = np.linalg.cholesky([[period_s**3 / 3.0, period_s**2 / 2.0], [period_s**2 / 2.0, period_s]])
    roots = np.sqrt(np.array([NOISE_M2PS3[0], *NOISE_M2PS3]))
    places, velocities = [place_m], [velocity_mps]
    for _ in range(SCANS - 1):
        shaken_by = np.einsum("ij,jka->ika", shake, rng.normal(size=(2, *start_m.shape))) * roots
        places.append(places[-1] + velocities[-1] * period_s + shaken_by[0])
        velocities.append(velocities[-1] + shaken_by[1])
    return start_m, np.stack(places), np.stack(velocities)


def _plots_of(look: Look, place_m: Array, rng: np.random.Generator) -> Any:
    sigmas = np.array([look.sigma_range_m, look.sigma_angle_rad, look.sigma_angle_rad])
    measured = spherical(place_m) + rng.normal(size=place_m.shape) * sigmas
    range_m, azimuth_rad, elevation_rad = np.moveaxis(measured, -1, 0)
    plots = np.zeros(place_m.shape[:2], _PLOT)
    level_m = range_m * np.cos(elevation_rad)
    plots["pos_enu_m"] = np.stack(
        [level_m * np.sin(azimuth_rad), level_m * np.cos(azimuth_rad), range_m * np.sin(elevation_rad)], -1
    )
    plots["range_m"], plots["dimensions"] = range_m, FULL
    for name, sigma in zip(("sigma_range_m", "sigma_azimuth_rad", "sigma_elevation_rad"), sigmas, strict=True):
        plots[name] = sigma
    return plots


@numba.njit(nogil=True, error_model="numpy")
def _filter(plots: Any, start_m: Any, spreads: Any, mean: Any, covariance: Any, nis: Any) -> None:
    """Filter every target's plots; ``spreads`` are place, speed, noise level and upward, and the time between scans."""
    place2, speed2, span_s = spreads[0] ** 2, spreads[1] ** 2, spreads[4]
    here, up = Vec3(0.0, 0.0, 0.0), Vec3(0.0, 0.0, 1.0)
    scans, targets = plots.shape
    for k in range(targets):
        state = Gauss(
            read(start_m[k]), here, diagonal(place2, place2, place2), nothing().pv, diagonal(speed2, speed2, speed2)
        )
        for n in range(scans):
            if n > 0:
                state = shaken(straight(state, span_s), spreads[2], spreads[3], span_s)
            done = taken(state, sight_of(plots[n, k], here, up, state.pos))
            state = done.state
            nis[n, k] = done.nis
            _put(state, mean[n, k], covariance[n, k])


@numba.njit(nogil=True, error_model="numpy")
def _put(state: Any, mean: Any, covariance: Any) -> None:
    """A state as a vector of six and its matrix."""
    for i, (pos, vel) in enumerate(zip(state.pos, state.vel)):  # noqa: B905  (the compiler knows no other)
        mean[i], mean[3 + i] = pos, vel
    for i, (pp, pv, vv) in enumerate(zip(state.pp, state.pv, state.vv)):  # noqa: B905
        for j in range(3):
            covariance[i, j], covariance[3 + i, 3 + j] = pp[j], vv[j]
            covariance[i, 3 + j], covariance[3 + j, i] = pv[j], pv[j]
