"""The bars of ``bench/tracker.py``, and its figures as text."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import Any, NamedTuple

from openiads.analysis.words import table

PEERS = (
    "Everybody in this air flies nearly level, so a peer whose vertical noise is tuned apart from the level one is the "
    "stronger; it stands beside the peer as it was asked for, with one noise for all axes, and gospa_ratio is to that."
)


class Bar(NamedTuple):
    """What a figure must reach: which one, of which radars and sizes, and how much at least or at most."""

    figure: str
    radars: tuple[str, ...]
    sizes: tuple[str, ...]
    limit: float
    at_least: bool = False


BOTH, HEADLINE = ("search", "engagement"), ("50", "100")
BARS = (
    Bar("speed_ratio", BOTH, HEADLINE, 600.0, True),
    Bar("speed_ratio_plain", BOTH, HEADLINE, 1500.0, True),
    Bar("worst_ratio", BOTH, HEADLINE, 2.0),
    Bar("ms_median", BOTH, ("1000",), 5.0),
    Bar("gospa_ratio", ("search",), HEADLINE, 0.78),
    Bar("gospa_ratio", ("engagement",), HEADLINE, 0.73),
    Bar("ours.longest_id_share", ("search",), HEADLINE, 0.95, True),
    Bar("ours.longest_id_share", ("engagement",), HEADLINE, 0.98, True),
    Bar("ours.id_switches", ("search",), ("100",), 10.0),
    Bar("ours.false_tracks", ("search",), ("100",), 0.5),
    Bar("gospa_ratio", BOTH, ("crossing",), 0.6),
    Bar("ours.id_switches", BOTH, ("crossing",), 8.0),
    Bar("exponent", BOTH, ("growth",), 1.2),
)


def judge(found: dict[str, Any], radar: str, size: str) -> None:
    """Put beside the figures what each had to reach and whether it does."""
    found["bars"] = {}
    for bar in BARS:
        asked = radar in bar.radars and size in bar.sizes
        if asked and (value := _figure(found, bar.figure)) is not None:
            met = value >= bar.limit if bar.at_least else value <= bar.limit
            found["bars"][bar.figure] = {"bar": bar.limit, "at_least": bar.at_least, "met": met}
    for name in ("nees", "nis"):
        if (band := found.get(name)) is not None:
            found["bars"][name] = {"bar": band["high"], "at_least": False, "met": band["mean"] <= band["high"]}


def _figure(found: dict[str, Any], path: str) -> float | None:
    value: Any = found
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return None if value is None else float(value)


def rounded(value: Any) -> Any:
    """The same with numbers of six digits, and None where there is no number."""
    if isinstance(value, dict):
        return {name: rounded(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(part) for part in value]
    if isinstance(value, float):
        return float(f"{value:.6g}") if isfinite(value) else None
    return value


def speed_key(form: str) -> str:
    """Under which name the ratio of times to a form of the peer stands."""
    return "speed_ratio" if form == "stock" else f"speed_ratio_{form}"


# ---- Text ----------------------------------------------------------------------------------------


def page(found: dict[str, Any]) -> str:
    """Everything that was measured."""
    parts = []
    if found["stonesoup"]:
        parts.append(f"Stone Soup {found['stonesoup']}. {PEERS}")
    if found["fresh_seeds"]:
        parts.append(f"Fresh seeds, to repeat: --fresh {','.join(map(str, found['fresh_seeds']))}")
    for targets, part in found["sizes"].items():
        parts += [block(f"{radar} radar, {targets} targets", one) for radar, one in part.items()]
    for radar, one in found.get("crossing", {}).items():
        parts.append(block(f"{radar} radar, two formations of ten that cross", one))
    for radar, one in found.get("growth", {}).items():
        parts.append(_growth(radar, one))
    for radar, one in found.get("single_model", {}).items():
        parts.append(_single(radar, one))
    return "\n\n".join(parts)


def block(title: str, found: dict[str, Any]) -> str:
    """One comparison: a table of times, one of pictures, and the sentences about covariances."""
    title = f"== {title}: means of seeds {' '.join(map(str, found['seeds']))}"
    return "\n".join([title, "", _times(found), "", _pictures(found), "", *_honesty(found)])


def _times(found: dict[str, Any]) -> str:
    forms = found.get("peer_ms", {})
    names = {"stock": "KD-tree GNN, stock", "mended": "KD-tree, mended", "plain": "plain GNN, stock"}
    lines = [
        ["ms a scan, median", _number(found["ms_median"], 3), *(_number(form["median"], 1) for form in forms.values()),
         _mark(found, "ms_median")],
        ["  mean", _number(found["ms_mean"], 3), *(_number(form["mean"], 1) for form in forms.values()), ""],
        ["  of how many scans", "all", *(str(form["scans"]) for form in forms.values()), ""],
        ["worst scan / median", _number(found["worst_ratio"], 2), *("" for _ in forms), _mark(found, "worst_ratio")],
        ["  after the first scan", _number(found["worst_ratio_after_first"], 2), *("" for _ in forms), ""],
    ]  # fmt: skip
    if forms:
        keys = [speed_key(name) for name in forms]
        marks = "; ".join(filter(None, (_mark(found, key) for key in keys)))
        lines.append(["times ours, of medians", "1", *(_number(found[key], 0) for key in keys), marks])
        lines.append(["times ours, of means", "1", *(_number(found[f"{key}_of_means"], 0) for key in keys), ""])
    return table(["time", "ours", *(names[name] for name in forms), "bar"], lines)


_ROWS = (
    ("GOSPA, m", "gospa_m", 0), ("  of that localisation", "localisation_m", 0), ("  of that missed", "missed_m", 0),
    ("  of that false", "false_m", 0), ("completeness", "completeness", 4),
    ("longest-id share", "longest_id_share", 4), ("ID switches", "id_switches", 1), ("false tracks", "false_tracks", 2),
)  # fmt: skip


def _pictures(found: dict[str, Any]) -> str:
    names = {"peer": "Stone Soup, one noise", "peer_climb_tuned": "vertical tuned"}
    peers = [name for name in names if name in found]
    lines = [
        [text, *(_number(found[who][key], digits) for who in ("ours", *peers)), _mark(found, f"ours.{key}")]
        for text, key, digits in _ROWS
    ]
    lines[4:4] = list(_ratios(found, peers))
    return table(["picture", "ours", *(names[name] for name in peers), "bar"], lines)


def _ratios(found: dict[str, Any], peers: list[str]) -> Iterator[list[str]]:
    if peers:
        ratios = [_number(found["gospa_ratio" + name.removeprefix("peer")], 3) for name in peers]
        yield ["  ours / theirs", "", *ratios, _mark(found, "gospa_ratio")]
    if "fresh" in found:
        fresh, rest = found["fresh"], ["" for _ in peers[1:]]
        theirs = [_number(fresh["peer"]["gospa_m"], 0)] if "peer" in fresh else []
        yield ["  fresh seeds", _number(fresh["ours"]["gospa_m"], 0), *theirs, *rest, ""]
        if theirs:
            yield ["  fresh, ours / theirs", "", _number(fresh["gospa_ratio"], 3), *rest, ""]


def _honesty(found: dict[str, Any]) -> Iterator[str]:
    for name, what in (("nees", "NEES of our confirmed tracks"), ("nis", "NIS of the plots that they took")):
        if found.get(name):
            yield f"{_consistent(what, found[name])}: {_mark(found, name)}"
    if "mended_differs" in found:
        share = f"{100.0 * found['mended_differs']:.1g} %"
        yield f"GOSPA of Stone Soup with its own parts and with the mended ones differs by {share} in the timed scans."


def _consistent(what: str, found: dict[str, Any]) -> str:
    band = f"{found['low']:.3f} to {found['high']:.3f}"
    return f"{what}: mean {found['mean']:.3f}, expected {found['expected']:g}, 95 % band {band}"


def _growth(radar: str, found: dict[str, Any]) -> str:
    ms = table(["targets", *found["ms"]], [["ms a scan", *(_number(each, 3) for each in found["ms"].values())]])
    power = f"N^{found['exponent']:.2f} from first to last, N^{found['exponent_fit']:.2f} through all"
    return f"== {radar} radar, growth at constant density\n\n{ms}\n{power}: {_mark(found, 'exponent')}"


def _single(radar: str, found: dict[str, Any]) -> str:
    lines = [f"== {radar} radar, a filter of one model with matched noise, {found['draws']} draws together", ""]
    for name in ("nees", "nis"):
        met = "met" if found[name]["verdict"] == "inside" else "MISSED"
        alone = f"{found[f'{name}_inside']} of {found['draws']} draws are inside theirs, expected 95 %"
        lines.append(f"{_consistent(name.upper(), found[name])}: {met}; {alone}")
    return "\n".join(lines)


def _mark(found: dict[str, Any], figure: str) -> str:
    """The bar of a figure and whether it is met; nothing where it has none."""
    bar = found["bars"].get(figure)
    if bar is None:
        return ""
    return f"{'>=' if bar['at_least'] else '<='} {bar['bar']:.4g} {'met' if bar['met'] else 'MISSED'}"


def _number(value: float, digits: int) -> str:
    return f"{value:.{digits}f}" if isfinite(value) else "-"
