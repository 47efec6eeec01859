"""Rewrite the golden files: ``python -m tests.golden.update [NAME ...]``. Look at the difference before you keep it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from openiads.enums import Cause, EventKind
from openiads.record.record import Record
from tests.support import runs

FOLDER = Path(__file__).parent
# Golden file -> how long its scenario of the same name runs (s), and the kinds of events that are left out of it.
PICTURE = (
    EventKind.TRACK_CONFIRMED, EventKind.TRACK_LOST, EventKind.TRACK_MERGED, EventKind.IDENTIFIED,
    EventKind.NOT_ENGAGED,
)  # fmt: skip
LOADS: dict[str, tuple[float, tuple[EventKind, ...]]] = {
    "first": (480.0, (EventKind.TRACK_COASTED,)),
    "tartus": (1e9, (EventKind.TRACK_COASTED, *PICTURE)),
    "raid_10": (120.0, (EventKind.TRACK_COASTED,)),
}
WHO = (
    "because",
    "post",
    "unit",
    "radar",
    "launcher",
    "channel",
    "track",
    "target",
    "engagement",
    "interceptor",
    "asset",
)
DIGITS = 6


def rounded(value: float) -> float:
    """A number to six significant digits."""
    return float(f"{value:.{DIGITS}g}")


def play(name: str) -> Record:
    """The run that a golden file tells."""
    session = runs.session(name)
    session.advance(LOADS[name][0])
    return session.record()


def lines(record: Record, left_out: tuple[EventKind, ...]) -> list[dict[str, Any]]:
    """One mapping an event: tick, kind and whoever it names exactly; numbers rounded."""
    told = []
    for event in record.tables["events"]:
        if event["kind"] in left_out:
            continue
        line: dict[str, Any] = {"tick": int(event["tick"]), "kind": EventKind(event["kind"]).name}
        line |= {field: int(event[field]) for field in WHO if event[field] >= 0}
        if event["cause"] != Cause.NONE:
            line["cause"] = Cause(event["cause"]).name
        if event["code"]:
            line["code"] = int(event["code"])
        if event["value"]:
            line["value"] = rounded(event["value"])
        line["pos_enu_m"] = [rounded(part) for part in event["pos_enu_m"]]
        told.append(line)
    return told


def write(name: str) -> Path:
    """Write one golden file, a line an event."""
    path = FOLDER / f"{name}.json"
    body = ",\n".join(json.dumps(line, separators=(",", ":")) for line in lines(play(name), LOADS[name][1]))
    path.write_text(f"[\n{body}\n]\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    for chosen in sys.argv[1:] or LOADS:
        sys.stdout.write(f"{write(chosen)}\n")
