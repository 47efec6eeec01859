"""The air picture of each command post of a run, held against the truth of the same run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from openiads.analysis.metrics import Consistency, Picture, PictureMetrics, consistency, measure
from openiads.catalog.errors import InputError
from openiads.constants import SECONDS_PER_TICK, TICKS_PER_SECOND
from openiads.record import geodesy

if TYPE_CHECKING:
    from openiads.record.record import Record

CUTOFF_M: Final = 2000.0  # assumed: a search radar's error across the line of sight at 300 km, and room
_STATE: Final = 6  # numbers of position and velocity


@dataclass(frozen=True)
class PostMetrics:
    """The picture of one command post.

    Attributes:
        name: of the post.
        everything: against all that flies.
        seen: against each target from the first to the last plot that the post had of it; None without plots.
        nis: innovations of the plots that tracks took; None where the record does not hold them.
    """

    name: str
    everything: PictureMetrics
    seen: PictureMetrics | None
    nis: Consistency | None


@dataclass(frozen=True)
class RunMetrics:
    """The pictures of all posts of a run; ``str()`` is a page of text, ``as_dict()`` is ready for JSON."""

    scenario: str
    seed: int
    run: int
    digest: str
    cutoff_m: float
    posts: tuple[PostMetrics, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain dicts, lists, numbers and texts."""
        from openiads.analysis.metrics_words import as_dict

        return as_dict(self)

    def __str__(self) -> str:
        from openiads.analysis.metrics_words import page

        return page(self)


def run_metrics(record: Record, cutoff_m: float = CUTOFF_M, where: str = "") -> RunMetrics:
    """Measure the picture of every command post of a run, once a second.

    Args:
        record: of a run that kept its samples.
        cutoff_m: GOSPA's c, m.
        where: what to call the record in an error; its scenario unless said.

    Raises:
        InputError: the record has no samples of truth and tracks, or the cutoff is out of bounds.
    """
    manifest = record.manifest
    _check_samples(record, where or f"run of {manifest['scenario']}")
    truth, moments_s = _truth(record), _moments(record)
    posts = tuple(
        _post(record, int(row["row"]), str(row["name"]), _Against(truth, moments_s, cutoff_m))
        for row in record.rows("posts")
    )
    return RunMetrics(
        str(manifest["scenario"]), int(manifest["seed"]), int(manifest["run"]), record.digest, float(cutoff_m), posts,
    )  # fmt: skip


@dataclass(frozen=True)
class _Against:
    """What every post is held against."""

    truth: Picture
    moments_s: NDArray[np.float64]
    cutoff_m: float


def _check_samples(record: Record, where: str) -> None:
    if len(record.tables["truth"]) or len(record.tables["tracks"]):
        return
    if record.manifest.get("record") == "events":
        said = "holds events alone, and metrics need samples of truth and tracks; run it again without --events-only"
        raise InputError(where, said)
    raise InputError(where, "has no sample of truth or of a track: nothing flew, so there is nothing to measure")


def _moments(record: Record) -> NDArray[np.float64]:
    """The whole seconds from the first sample to the last: tracks may stand when nobody flies any more."""
    ticks = np.concatenate([record.tables["truth"]["tick"], record.tables["tracks"]["tick"]])
    return np.arange(ticks.min(), ticks.max() + 1, TICKS_PER_SECOND) * SECONDS_PER_TICK


def _truth(record: Record) -> Picture:
    """All targets, on the axes of the tracks."""
    rows, manifest = record.tables["truth"], record.manifest
    axes = np.asarray(manifest["enu_to_ecef"], float)
    there_m = geodesy.ecef_to_enu(rows["pos_ecef_m"], manifest["origin_ecef_m"], axes)
    return Picture(rows["tick"] * SECONDS_PER_TICK, rows["target"], there_m, rows["vel_ecef_mps"] @ axes)


def _tracks(record: Record, post: int) -> Picture:
    rows = record.tables["tracks"]
    rows = rows[rows["post"] == post]
    return Picture(
        rows["tick"] * SECONDS_PER_TICK, rows["number"], rows["pos_enu_m"], rows["vel_enu_mps"], _full(rows["cov"])
    )


def _full(upper: NDArray[Any]) -> NDArray[np.float64]:
    """Symmetric matrices (n, 6, 6) of their upper triangles row by row, (n, 21)."""
    row, column = np.triu_indices(_STATE)
    full = np.zeros((len(upper), _STATE, _STATE))
    full[:, row, column] = full[:, column, row] = upper
    return full


def _post(record: Record, post: int, name: str, against: _Against) -> PostMetrics:
    tracks = _tracks(record, post)
    parts = (against.truth, tracks, against.cutoff_m, against.moments_s)
    counted = _seen(record, post)
    return PostMetrics(name, measure(*parts), None if counted is None else measure(*parts, counted), _nis(record, post))


def _seen(record: Record, post: int) -> NDArray[np.bool_] | None:
    """Of each sample of truth whether it lies between the first and the last plot that the post had of the target."""
    plots, origins, truth = record.tables["plots"], record.tables["plot_origins"], record.tables["truth"]
    if not len(plots) or len(origins) != len(plots):
        return None
    mine = (plots["post"] == post) & (origins["target"] >= 0)
    targets = 1 + int(max(truth["target"].max(initial=-1), origins["target"].max(initial=-1)))
    first, last = np.full(targets, np.inf), np.full(targets, -np.inf)
    np.minimum.at(first, origins["target"][mine], plots["tick"][mine])
    np.maximum.at(last, origins["target"][mine], plots["tick"][mine])
    return np.asarray((truth["tick"] >= first[truth["target"]]) & (truth["tick"] <= last[truth["target"]]))


def _nis(record: Record, post: int) -> Consistency | None:
    """Of the plots that a track took; None where the record has no such column or no such plot."""
    plots = record.tables["plots"]
    if "nis" not in (plots.dtype.names or ()):
        return None
    taken = plots[(plots["post"] == post) & (plots["nis"] >= 0.0)]
    return consistency(taken["nis"], np.maximum(taken["dimensions"], 1)) if len(taken) else None
