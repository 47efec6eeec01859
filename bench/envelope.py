"""How long a missile's envelope tables take: flown cold, all of them, and read from the disk after.

    python bench/envelope.py [MISSILE ...] [--json]

Process CPU time. The bar is the project's own: a missile's table in under 5 s cold. Compiling the kernels is apart.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from typing import Any

BAR_S = 5.0
MISSILES = ("48n6e", "5v55r", "48n6e2", "9m82m", "9m83m")


def measured(work: Callable[[], Any]) -> float:
    """CPU seconds of some work."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def times_of(name: str) -> dict[str, Any]:
    """Seconds for all tables of one missile that a run needs, and for the slowest of them, cold and read back."""
    from openiads.catalog.loader import load
    from openiads.world.envelopes import GROUP_CLASSES, flown_envelope

    catalog = load()
    classes = list(dict.fromkeys(GROUP_CLASSES.values()))
    missile = catalog.missiles[name]
    cold = {kind: measured(lambda kind=kind: flown_envelope(missile, catalog.targets[kind])) for kind in classes}
    read = {kind: measured(lambda kind=kind: flown_envelope(missile, catalog.targets[kind])) for kind in classes}
    slowest = max(cold, key=lambda kind: cold[kind])
    return {
        "missile": name, "tables": len(classes), "cold_s": sum(cold.values()), "slowest": slowest,
        "slowest_s": cold[slowest], "read_s": sum(read.values()), "bar_s": BAR_S,
        "met": sum(cold.values()) < BAR_S,
    }  # fmt: skip


def main() -> None:
    """Measure in an empty folder of tables, after one flight that loads the compiled code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("missiles", nargs="*", default=list(MISSILES))
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    from openiads import _jit

    with tempfile.TemporaryDirectory() as folder:
        os.environ["OPENIADS_CACHE"] = folder
        assert _jit.cache_root().as_posix() == folder
        times_of("5v55rm")
        rows = [times_of(name) for name in asked.missiles]
    if asked.json:
        print(json.dumps({"envelopes": rows}, indent=1))
        return
    for row in rows:
        verdict = "met" if row["met"] else "MISSED"
        print(
            f"{row['missile']}: {row['tables']} tables cold {row['cold_s']:.2f} s CPU (bar {BAR_S:g}: {verdict}), "
            f"the slowest, {row['slowest']}, {row['slowest_s']:.2f} s; read back {1e3 * row['read_s']:.1f} ms"
        )


if __name__ == "__main__":
    main()
