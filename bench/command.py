"""Microseconds of one decision cycle, stage by stage, and what the ways to give channels to threats save.

    python bench/command.py                 10, 100 and 500 tracks against 1, 4 and 12 units, beside the bars
    python bench/command.py --tracks 100    one of them
    python bench/command.py --tartus 50     killed, leaked, value surviving and rounds on tartus by each method
    python bench/command.py --json          as one JSON object

A cycle is what the post does once a second: identify, rank, assign, assess. Its stages are taken from the source of
``engine/step.py`` and run alone on copies of the state, compiled, with the processor's counter read between them. Each
load is met at two moments: under fire (control free, channels busy, median over several cycles), and at its worst:
nothing is engaged yet, every track is hostile and worth a channel, and all of them are offered to all channels at once.
The peer is SciPy's assignment on matrices of the same size.
"""

from __future__ import annotations

import argparse
import ast
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from math import cos, pi, sin
from pathlib import Path
from typing import Any

import numba
import numpy as np
from scipy.optimize import linear_sum_assignment

import stages
from openiads.engine import step as step_module

BARS_US = {(10, 1): 20.0, (100, 4): 300.0, (500, 12): 5000.0}
DECISION = ("identification", "evaluation", "assignment", "assessment")
PICTURE_S = 40.0  # by then the picture is full
CYCLES = 9  # of a load under fire
COPIES = 25  # of each cycle
EVERY = 1e-9  # a threshold that every track passes
SITE_DEG = (34.93, 35.88)  # latitude and longitude, north and east
DEG_M = 111_000.0
METHODS = ("optimal", "greedy", "first_come")
Figures = dict[str, Any]


def _place(bearing_rad: float, range_m: float) -> str:
    north_deg = range_m * cos(bearing_rad) / DEG_M
    east_deg = range_m * sin(bearing_rad) / (DEG_M * cos(SITE_DEG[0] * pi / 180.0))
    return f"{SITE_DEG[0] + north_deg:.5f} N, {SITE_DEG[1] + east_deg:.5f} E"


def layout(tracks: int, units: int, control: str) -> str:
    """A scenario: units side by side, flights all round them at 40 to 100 km on closed routes over open sea."""
    lines = [
        'name = "command"', 'title = "load of the decision cycle"', "start = 2016-10-15T04:00:00Z",
        'duration = "600 s"', "seed = 1", 'origin = "tartus"', 'sides = [{ name = "defender" }, { name = "attacker" }]',
        'relations = [{ of = "defender", to = "attacker", is = "hostile" }]',
        f'posts = [{{ name = "cp", side = "defender", doctrine = "default", control = "{control}" }}]',
        'assets = [{ name = "pier", side = "defender", at = "tartus", radius = "300 m", value = 1 }]',
        f"capacity = {{ tracks = {max(64, 2 * tracks)}, engagements = 512, interceptors = 512, plots = 60000 }}",
        'environment = { terrain = "sea_level" }',
    ]  # fmt: skip
    for n in range(units):
        lines += [
            "[[units]]", f'name = "unit-{n}"', 'unit = "s-300pmu1"', 'side = "defender"', 'post = "cp"',
            f'at = "{_place(2.0 * pi * n / units, 8000.0 if units > 1 else 0.0)}"', 'altitude = "20 m"',
            f'facing = "{(360 * n) // units} deg"', "false_plots = 0",
        ]  # fmt: skip
    for n in range(tracks):
        bearing_rad, range_m = 2.399963 * n, 40e3 + 60e3 * (n + 0.5) / tracks  # the golden angle spreads them evenly
        corners = [_place(bearing_rad + turn, range_m + more) for turn, more in ((0.0, 0.0), (0.1, -8e3), (0.1, 8e3))]
        kind, speed = (("fighter", 250), ("bomber", 220), ("cruise-missile-subsonic", 240))[n % 3]
        lines += [
            "[[raids]]", f'name = "raid-{n}"', 'side = "attacker"', f'class = "{kind}"', "count = 1",
            f"route = {json.dumps([*corners, corners[0]])}", f'altitude = "{4 + n % 5} km"', f'speed = "{speed} m/s"',
            "repeat = true",
        ]  # fmt: skip
    return "\n".join(lines)


def with_doctrine(scenario: Any, **changes: Any) -> Any:
    """The scenario with plain values of its post's doctrine changed."""
    name = scenario.file.posts[0].doctrine
    old = scenario.catalog.doctrines[name]
    new = {
        key: value if isinstance(value, str) else getattr(old, key).model_copy(update={"value": value})
        for key, value in changes.items()
    }
    doctrines = {**scenario.catalog.doctrines, name: old.model_copy(update=new)}
    return replace(scenario, catalog=replace(scenario.catalog, doctrines=doctrines))


def loaded(tracks: int, units: int, control: str, threat_min: float) -> Any:
    """A fresh session of a load in which every track counts as hostile and nobody waits for the crew."""
    from openiads.scenario.load import load
    from openiads.simulate import Session

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "command.toml"
        path.write_text(layout(tracks, units, control))
        scenario = load(path)
    scenario = with_doctrine(
        scenario, threshold_hostile=EVERY, threshold_suspect=EVERY, threat_min=threat_min, mode="automatic"
    )
    return Session(scenario, log_full=False)


def decision_stages() -> list[tuple[str, ast.stmt]]:
    """Name and line of the stages of a decision cycle, as ``step`` has them."""
    return [(name, line) for name, line in stages.stage_lines(stages.step_tree()) if name.split(".")[0] in DECISION]


def compiled_cycle() -> Any:
    """The stages of one cycle compiled: ``decide(spans, world, state)`` adds the processor's cycles of each."""
    lines = ["def decide(spans, world, state):", "    w, s = borrow(world), borrow(state)"]
    lines += ["    tick = due = s.clock[0].tick", "    before = cycles_now()"]
    for number, (_, statement) in enumerate(decision_stages()):
        lines += [
            "    " + ast.unparse(statement),
            "    after = cycles_now()",
            f"    spans[{number}] += after - before",
            "    before = after",
        ]
    lines.append("    return due")
    scope = {**vars(step_module), "cycles_now": stages.cycles_now}
    exec("\n".join(lines), scope)
    return numba.njit(nogil=True, error_model="numpy", forceinline=True)(scope["decide"])


def touched() -> set[str]:
    """The changing tables that the stages of a cycle are handed."""
    nodes = [node for _, line in decision_stages() for node in ast.walk(line)]
    return {node.attr for node in nodes if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "s"}


def cycles_per_us() -> float:
    """How fast the processor's counter counts."""

    count: Any = stages.cycles_now

    def read() -> Any:
        return count()

    now: Any = numba.njit(read)
    now()
    began, first = time.perf_counter(), now()
    while time.perf_counter() - began < 0.3:
        pass
    return float((now() - first) / ((time.perf_counter() - began) * 1e6))


class Clockwork:
    """The compiled cycle and what its counts mean."""

    def __init__(self) -> None:
        self.decide, self.per_us = compiled_cycle(), cycles_per_us()
        self.names, self.tables = [name for name, _ in decision_stages()], touched()

    def spans_us(self, world: Any, state: Any) -> tuple[np.ndarray, Any]:
        """Median microseconds of each stage over copies of one state, and the state after the cycle."""
        from openiads.world.state import copy_state

        scratch, rows, waited = copy_state(state), [], []
        for _ in range(COPIES):
            for name in self.tables:
                np.copyto(getattr(scratch, name), getattr(state, name))
            spans = np.zeros(len(self.names), np.int64)
            wall_s, cpu_s = time.perf_counter(), time.process_time()
            self.decide(spans, world, scratch)
            waited.append(time.perf_counter() - wall_s - time.process_time() + cpu_s)
            rows.append(spans / self.per_us)
        calm = 1 + np.argsort(waited[1:])[: COPIES // 2]  # where others had the processor, the counter ran on
        if int(scratch.counts["overflow"][0]):
            raise RuntimeError("a table of the load is too small")
        return np.median(np.array(rows)[calm], axis=0), scratch


def to_cycle(session: Any, until_s: float) -> None:
    """Advance to just before the first decision cycle after a moment."""
    session.advance(until_s)
    due = int(session.state.posts["next_cycle_tick"][0])
    session.advance((due - 1) / 1000.0)
    session.state.clock["tick"][0] = due


def engaged(state: Any) -> int:
    """How many channels are taken."""
    return int((state.channels["engagement"] >= 0).sum())


def confirmed(state: Any) -> int:
    """How many tracks are confirmed."""
    from openiads.enums import TrackState

    return int((state.tracks["state"] >= TrackState.CONFIRMED).sum())


def under_fire(clockwork: Clockwork, tracks: int, units: int) -> Figures:
    """Cycles of a fight, one a second: median of each stage."""
    session = loaded(tracks, units, "free", 0.0)
    spans, busy = [], []
    for n in range(CYCLES):
        to_cycle(session, PICTURE_S + n)
        found, _ = clockwork.spans_us(session.world, session.state)
        spans.append(found)
        busy.append(engaged(session.state))
    return _figures(clockwork, np.median(spans, axis=0), confirmed(session.state), statistics.median(busy), busy[-1])


def at_worst(clockwork: Clockwork, tracks: int, units: int) -> Figures:
    """The cycle in which nothing is engaged yet and everything is offered: the doctrine's least threat is lowered."""
    session = loaded(tracks, units, "hold", 1e9)
    to_cycle(session, PICTURE_S)
    doctrines = session.world.doctrines.copy()
    doctrines["threat_min"] = 0.0
    world = session.world._replace(doctrines=doctrines)
    spans, after = clockwork.spans_us(world, session.state)
    return _figures(clockwork, spans, confirmed(session.state), engaged(session.state), engaged(after))


def _figures(clockwork: Clockwork, spans: np.ndarray, tracks: int, busy: float, after: int) -> Figures:
    parts = dict(zip(clockwork.names, spans.tolist(), strict=True))
    return {"total_us": float(spans.sum()), "stages_us": parts, "tracks": tracks, "busy": busy, "busy_after": after}


def peer(tracks: int, channels: int) -> Figures:
    """Our solver and SciPy's on the same matrices, microseconds, and by how much their totals differ."""
    from openiads.estimation.allocation import allocate
    from openiads.world.tables import LINK, WORK

    draw, ours, theirs, apart = np.random.default_rng(1), [], [], 0.0
    for _ in range(COPIES):
        chance = draw.uniform(0.5, 0.95, (tracks, channels // 6)).repeat(6, axis=1)
        value = draw.uniform(0.0, 1.0, tracks)
        links, work = np.zeros(tracks * channels, LINK), np.zeros(max(tracks, channels), WORK)
        links["column"], links["chance"] = np.tile(np.arange(channels), tracks), chance.ravel()
        work["first_link"][:tracks] = np.arange(tracks) * channels
        work["end_link"][:tracks], work["value"][:tracks] = work["first_link"][:tracks] + channels, value
        work["room"][:tracks] = 1
        began = time.process_time_ns()
        allocate(0, tracks, channels, links, work)
        ours.append((time.process_time_ns() - began) * 1e-3)
        gain = value[:, None] * chance
        began = time.process_time_ns()
        rows, columns = linear_sum_assignment(gain, maximize=True)
        theirs.append((time.process_time_ns() - began) * 1e-3)
        saved = (work["value"] * (1.0 - work["survive"]))[:tracks].sum()
        apart = max(apart, abs(float(saved - gain[rows, columns].sum())))
    return {"ours_us": statistics.median(ours), "scipy_us": statistics.median(theirs), "apart": apart}


def measure(wanted: list[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], Figures]]:
    """The figures of each load."""
    clockwork = Clockwork()
    for tracks, units in wanted:
        yield (
            (tracks, units),
            {
                "bar_us": BARS_US[tracks, units],
                "under_fire": under_fire(clockwork, tracks, units),
                "at_worst": at_worst(clockwork, tracks, units),
                "solver": peer(tracks, 6 * units),
            },
        )


def show(tracks: int, units: int, found: Figures) -> None:
    """One load as text."""
    bar = found["bar_us"]
    print(f"{tracks} tracks, {units} units (bar {bar:.0f} us a cycle)")
    for moment in ("under_fire", "at_worst"):
        one = found[moment]
        met = "met" if one["total_us"] <= bar else "MISSED"
        said = f"{one['tracks']} tracks confirmed, channels busy {one['busy']:.0f}, afterwards {one['busy_after']}"
        print(f"  {moment.replace('_', ' '):10s} {one['total_us']:8.1f} us  {met}; {said}")
        for name, span_us in one["stages_us"].items():
            print(f"      {name:30s} {span_us:8.1f} us")
    solver = found["solver"]
    print(f"  the solver alone {solver['ours_us']:.1f} us, SciPy's {solver['scipy_us']:.1f} us on the same matrices")


def compare_methods(runs: int) -> dict[str, Figures]:
    """Means and 95 % intervals over the same seeds by each method, on tartus."""
    from openiads.analysis.summary import summarise
    from openiads.scenario.load import load
    from openiads.simulate import run
    from openiads.world.build import build

    found: dict[str, Figures] = {}
    for method in METHODS:
        scenario = with_doctrine(load("tartus"), allocation=method)
        built, rows = build(scenario, False), []
        for number in range(runs):
            record = run(scenario, run=number, built=built)
            total, assets = summarise(record).total, record.tables["assets"]
            own = assets[assets["defended"] == 1]
            saved = float((own["value"] * (1.0 - own["damage"])).sum() / own["value"].sum())
            rows.append((total.killed, total.leaked, saved, total.rounds))
        found[method] = {
            name: interval(np.array(part, float))
            for name, part in zip(
                ("killed", "leaked", "value_surviving", "rounds"), zip(*rows, strict=True), strict=True
            )
        }
    return found


def interval(values: np.ndarray) -> dict[str, float]:
    """Mean and half the width of Student's 95 % interval."""
    from scipy.stats import t

    half = t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / len(values) ** 0.5 if len(values) > 1 else float("nan")
    return {"mean": float(values.mean()), "half": float(half)}


def main() -> None:
    """Measure what is asked for and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, choices=[tracks for tracks, _ in BARS_US], help="one load alone")
    parser.add_argument("--tartus", type=int, metavar="N", help="compare the methods over N runs of tartus instead")
    parser.add_argument("--json", action="store_true")
    said = parser.parse_args()
    if said.tartus:
        methods = compare_methods(said.tartus)
        if said.json:
            print(json.dumps(methods))
            return
        print(f"tartus, {said.tartus} runs each, mean and 95 % interval")
        for method, figures in methods.items():
            parts = [f"{name} {one['mean']:.3f} +- {one['half']:.3f}" for name, one in figures.items()]
            print(f"  {method:11s} " + "  ".join(parts))
        return
    results = {}
    for (tracks, units), found in measure([load for load in BARS_US if said.tracks in (None, load[0])]):
        results[f"{tracks} tracks, {units} units"] = found
        if not said.json:
            show(tracks, units, found)
    if said.json:
        print(json.dumps(results))


if __name__ == "__main__":
    main()
