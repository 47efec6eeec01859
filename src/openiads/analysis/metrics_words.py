"""The metrics of a run as a table for people and as one object for programs."""

from __future__ import annotations

from dataclasses import asdict
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from openiads.analysis.metrics_consistency import CONFIDENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openiads.analysis.metrics import Consistency, PictureMetrics
    from openiads.analysis.metrics_record import PostMetrics, RunMetrics

EVERYTHING: Final = "all that flies"
SEEN: Final = "from first to last plot"
_DIGITS: Final = 6  # of a number in JSON, after the point
_VERDICTS: Final = {
    "inside": "inside the band",
    "over": "above the band: errors are larger than the covariance says",
    "under": "below the band: errors are smaller than the covariance says",
}


def headings(post: PostMetrics) -> list[str]:
    """Of the table of a post."""
    return [post.name, EVERYTHING, *([SEEN] if post.seen else [])]


def cells(post: PostMetrics) -> list[list[str]]:
    """A line a metric; a column a set of targets."""
    columns = [_column(part) for part in (post.everything, post.seen) if part]
    return [[name, *(column[name] for column in columns)] for name in columns[0]]


def sentences(post: PostMetrics) -> list[str]:
    """NEES and NIS against their bounds, in words."""
    said = [
        _verdict("NEES", "of position and velocity", post.everything.nees),
        _verdict("NEES", "of position", post.everything.nees_position),
        _verdict("NIS", "of the plots that tracks took", post.nis),
    ]
    return [sentence for sentence in said if sentence] if post.nis else [*filter(None, said), "NIS: not recorded."]


def headline(metrics: RunMetrics) -> str:
    """What was measured."""
    run = f", run {metrics.run}" if metrics.run else ""
    cutoff = f"cutoff c = {metrics.cutoff_m:,.0f} m".replace(",", " ")
    return f"Air picture against truth: {metrics.scenario} (simulated), seed {metrics.seed}{run}, {cutoff}"


def page(metrics: RunMetrics) -> str:
    """All tables and sentences, simulated said first."""
    from openiads.analysis.words import table

    parts = [headline(metrics)]
    for post in metrics.posts:
        parts += [table(headings(post), cells(post)), "\n".join(sentences(post))]
    return "\n\n".join(parts)


def _column(part: PictureMetrics) -> dict[str, str]:
    """The values of one column by the name of their line."""
    gospa, siap, held = part.gospa, part.siap, part.continuity
    localisation_m, missed_m, false_m = gospa.mean_parts_m()
    return {
        "targets": f"{held.targets}",
        "  never tracked": f"{held.never_tracked}",
        "GOSPA, mean": _number(gospa.mean_m, "m"),
        "  of that localisation": _number(localisation_m, "m"),
        "  of that missed targets": _number(missed_m, "m"),
        "  of that false tracks": _number(false_m, "m"),
        "SIAP completeness": _percent(siap.completeness),
        "SIAP ambiguity, tracks a target": _number(siap.ambiguity, "", 3),
        "SIAP spuriousness": _percent(siap.spuriousness),
        "SIAP position error": _number(siap.position_error_m, "m"),
        "SIAP velocity error": _number(siap.velocity_error_mps, "m/s", 1),
        "SIAP number changes an hour": _number(siap.number_changes_per_hour, "", 2),
        "SIAP longest segment": _percent(siap.longest_segment),
        "longest-id share": _percent(held.longest_id_share),
        "ID switches": f"{held.id_switches}",
        "track breaks": f"{held.breaks}",
        "initiation delay": _number(held.initiation_delay_s, "s", 1),
        "tracks": f"{held.tracks}",
        "  false": f"{held.false_tracks}",
        "  of those redundant": f"{held.redundant_tracks}",
        "track life": _number(held.track_life_s, "s"),
    }


def _number(value: float, unit: str, digits: int = 0) -> str:
    if not isfinite(value):
        return "-"
    return f"{value:,.{digits}f} {unit}".replace(",", " ").rstrip()


def _percent(share: float) -> str:
    return f"{share:.1%}" if isfinite(share) else "-"


def _verdict(name: str, what: str, found: Consistency | None) -> str:
    if found is None:
        return ""
    if not found.count:
        return f"{name} {what}: none of {found.left_out} values can be used; no covariance is positive definite."
    of = f"{found.count} values"
    if found.independent < found.count:
        of += f", which count as {found.independent:.0f}"
    more = f"; {found.left_out} left out, their covariance is not positive definite" if found.left_out else ""
    return (
        f"{name} {what}: mean {found.mean:.2f}, expected {found.expected:.2f}, {CONFIDENCE:.0%} band "
        f"{found.low:.2f} to {found.high:.2f} ({of}{more}): {_VERDICTS[found.verdict]}."
    )


def as_dict(metrics: RunMetrics) -> dict[str, Any]:
    """Plain dicts, lists, numbers and texts; a value that does not exist is None."""
    return {
        "simulated": True,
        "scenario": metrics.scenario,
        "seed": metrics.seed,
        "run": metrics.run,
        "digest": metrics.digest,
        "cutoff_m": metrics.cutoff_m,
        "posts": [
            {
                "name": post.name,
                "everything": picture_dict(post.everything),
                "seen": picture_dict(post.seen) if post.seen else None,
                "nis": _consistency_dict(post.nis),
            }
            for post in metrics.posts
        ],
    }


def picture_dict(part: PictureMetrics) -> dict[str, Any]:
    """The metrics of one picture: means and counts, and GOSPA moment by moment under ``over_time``."""
    gospa = part.gospa
    localisation_m, missed_m, false_m = gospa.mean_parts_m()
    means = {
        "mean_m": gospa.mean_m, "localisation_m": localisation_m, "missed_m": missed_m, "false_m": false_m,
        "localisation_rms_m": gospa.localisation_rms_m,
    }  # fmt: skip
    series = {name: _list(values) for name, values in asdict(gospa).items()}
    return {
        "gospa": {**_plain(means), "over_time": series},
        "siap": _plain(asdict(part.siap)),
        "continuity": _plain(asdict(part.continuity)),
        "nees": _consistency_dict(part.nees),
        "nees_position": _consistency_dict(part.nees_position),
    }


def _consistency_dict(found: Consistency | None) -> dict[str, Any] | None:
    return None if found is None else {**_plain(asdict(found)), "confidence": CONFIDENCE, "verdict": found.verdict}


def _plain(numbers: dict[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, int) else _rounded(value) for name, value in numbers.items()}


def _rounded(value: float) -> float | None:
    return round(value, _DIGITS) if isfinite(value) else None


def _list(values: Any) -> Sequence[float]:
    plain: list[float] = np.round(values, _DIGITS).tolist()
    return plain
