"""CPU milliseconds of one replication, warm, on one core: build, run with the log on and off, writing, the stages.

    python bench/run.py                 every scenario
    python bench/run.py tartus --json   one of them, as one JSON object

Medians of several replications by process time. The ratio to plain Python compares the same source, the same scenario
and the same first seconds under ``NUMBA_DISABLE_JIT=1``. The bars are the project's own; the peers' figures were
measured elsewhere on one machine of this kind and are only printed beside ours.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SCENARIOS = {
    "tartus": ("tartus", 100.0),
    "raid_10": (str(HERE / "raid_10.toml"), 50.0),
    "raid_50": (str(HERE / "raid_50.toml"), 150.0),
    "raid_200": (str(HERE / "raid_200.toml"), 600.0),
}
LOG_OFF_BARS = {"tartus": 65.0}
PEERS = {
    "raid_10": "MIXR 570 (radar and tracker, no missiles), Panopticon 250 (range circles)",
    "raid_50": "MIXR 2 010, Panopticon 1 190",
    "raid_200": "MIXR 6 900, Panopticon 5 100",
}
PURE_SECONDS = 30.0


def load(name: str) -> Any:
    """The scenario; the loads have a doctrine of their own under bench/catalog."""
    from openiads.scenario.load import load as load_scenario

    path, _ = SCENARIOS[name]
    return load_scenario(path, catalog_dir=None if path == name else HERE / "catalog")


def cpu_ms(work: Callable[[], Any], repeats: int) -> float:
    """Median process time of some calls, ms."""
    spans = []
    for _ in range(repeats):
        before = time.process_time()
        work()
        spans.append((time.process_time() - before) * 1e3)
    return statistics.median(spans)


def replicate(scenario: Any, built: Any, repeats: int, until_s: float | None = None) -> float:
    """Median CPU milliseconds of advancing a fresh session to the end (or to a moment)."""
    from openiads.simulate import Session

    spans = []
    for run in range(repeats + 1):
        session = Session(scenario, run=run, built=built)
        before = time.process_time()
        session.advance(session.duration_s if until_s is None else until_s)
        spans.append((time.process_time() - before) * 1e3)
    return statistics.median(spans[1:])


def pure_ms(name: str) -> float:
    """CPU milliseconds of the first seconds in plain Python, from a process of its own."""
    command = [sys.executable, str(Path(__file__).resolve()), name, "--slice"]
    plain = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(command, env=plain, capture_output=True, text=True, check=True)
    return float(done.stdout)


def measure(name: str, repeats: int, pure: bool) -> dict[str, Any]:
    """Every figure of one scenario."""
    import stages
    from openiads.record.store import save
    from openiads.simulate import Session
    from openiads.simulate import run as simulate
    from openiads.world.build import build

    scenario = load(name)
    built, quiet = build(scenario, True), build(scenario, False)
    record = simulate(scenario, built=built)
    with tempfile.TemporaryDirectory() as folder:
        number = iter(range(repeats))
        written = cpu_ms(lambda: save(record, Path(folder) / str(next(number))), repeats)
    cycles, steps = stages.measure(Session(scenario, built=built))
    share = {stage: part / sum(cycles.values()) for stage, part in cycles.items()}
    figures = {
        "build_ms": cpu_ms(lambda: build(scenario, True), repeats),
        "run_ms": replicate(scenario, built, repeats),
        "run_log_off_ms": replicate(scenario, quiet, repeats),
        "write_ms": written,
        "bar_ms": SCENARIOS[name][1],
        "log_off_bar_ms": LOG_OFF_BARS.get(name),
        "steps": steps,
        "stage_share": share,
    }
    if pure:
        compiled = replicate(scenario, built, repeats, PURE_SECONDS)
        figures["plain_python_ratio"] = pure_ms(name) / compiled
    return figures


def show(name: str, figures: dict[str, Any]) -> None:
    """One scenario as text."""
    met = "met" if figures["run_ms"] <= figures["bar_ms"] else "MISSED"
    print(f"{name}: {figures['run_ms']:.1f} ms a replication, log on (bar {figures['bar_ms']:.0f}: {met})")
    off = figures["log_off_bar_ms"]
    bar = "" if off is None else f" (bar {off:.0f}: {'met' if figures['run_log_off_ms'] <= off else 'MISSED'})"
    print(f"  log off {figures['run_log_off_ms']:.1f} ms{bar}")
    print(f"  build {figures['build_ms']:.0f} ms; writing {figures['write_ms']:.0f} ms")
    if "plain_python_ratio" in figures:
        print(f"  plain Python takes {figures['plain_python_ratio']:.0f} times as long (first {PURE_SECONDS:.0f} s)")
    for stage, share in figures["stage_share"].items():
        print(f"  {stage:32s} {share:6.1%}  {share * figures['run_ms']:7.1f} ms")
    if name in PEERS:
        print(f"  peers, measured elsewhere, CPU ms for 1 200 s: {PEERS[name]}")


def peak_memory_mb() -> float | None:
    """Largest memory of this process so far; None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def main() -> None:
    """Measure what is asked for and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="*", choices=[*SCENARIOS, []], help="all of them without a name")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--no-pure", action="store_true", help="leave out the ratio to plain Python (minutes)")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--slice", action="store_true", help=argparse.SUPPRESS)
    said = parser.parse_args()
    names = said.scenario or list(SCENARIOS)
    if said.slice:
        from openiads.world.build import build

        scenario = load(names[0])
        print(replicate(scenario, build(scenario, True), 1, PURE_SECONDS))
        return
    results = {}
    for name in names:
        results[name] = measure(name, said.repeats, not said.no_pure)
        if not said.json:
            show(name, results[name])
    memory = peak_memory_mb()
    if said.json:
        print(json.dumps({**results, "peak_memory_mb": memory}))
    elif memory is not None:
        print(f"peak memory of this process, with everything it measured: {memory:.0f} MB")


if __name__ == "__main__":
    main()
