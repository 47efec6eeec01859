"""Run a scenario: build, advance, drain, repeat. The only caller of the engine.

``run`` plays a scenario from start to end; ``Session`` is the same clock held by somebody who submits directives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from operator import index
from typing import Any, Final

import numpy as np

from openiads._jit import is_compiled
from openiads.catalog.errors import InputError
from openiads.engine.reset import reset
from openiads.engine.step import advance
from openiads.enums import ControlStatus, Identity, Overflow, TargetGroup, Verb
from openiads.physics.earth import geodetic
from openiads.record.record import Record
from openiads.scenario.faults import sentences
from openiads.scenario.load import Scenario, load, resolve, toml_of
from openiads.scenario.schema import Capacity
from openiads.vec3 import Vec3
from openiads.world.build import Built, build
from openiads.world.names import name_hash
from openiads.world.state import Table, copy_state

# Record table -> (State table, field of COUNT that says how far it is filled)
_DRAINED: Final[Mapping[str, tuple[str, str]]] = {
    "events": ("events", "events"),
    "truth": ("truth_samples", "truth_samples"),
    "tracks": ("track_samples", "track_samples"),
    "plots": ("plots", "plots"),
    "plot_origins": ("plot_origins", "plots"),
    "replies": ("replies", "replies"),
    "strobes": ("strobes", "strobes"),
    "strobe_origins": ("strobe_origins", "strobes"),
    "interceptors": ("interceptor_samples", "interceptor_samples"),
    "emissions": ("emissions", "emissions"),
    "evidence": ("evidence", "evidence"),
    "ranking": ("ranking_samples", "ranking_samples"),
    "resources": ("resources", "resources"),
    "debris": ("debris", "debris"),
}
SEEDS: Final = 1 << 32
_ONLY_FULL: Final = ("plots", "plot_origins", "replies", "strobes", "strobe_origins")


class CapacityError(RuntimeError):
    """A table of the run was too small; the message names it and the key that makes it larger."""


class Session:
    """A run in progress: advance the clock, submit directives, look, and take the record at the end.

    Args:
        scenario: what to run.
        seed: instead of the scenario's own.
        run: number of the replication; the same seed and another run draw other numbers.
        log_full: keep plots and samples (the scenario's ``record`` unless said).
        built: a World and State built before from the same scenario, to save the time.
        jumps: let the clock skip ticks at which nothing is due; the result is the same without.
    """

    def __init__(
        self, scenario: Scenario, seed: int | None = None, run: int = 0, *, log_full: bool | None = None,
        built: Built | None = None, jumps: bool = True,
    ) -> None:  # fmt: skip
        self.scenario = scenario
        self.seed = _draw_number("seed", scenario.seed if seed is None else seed)
        self.run = _draw_number("run", run)
        self.built = built or build(scenario, log_full)
        self.world = self.built.world
        self.state = copy_state(self.built.state)
        self._jumps = jumps
        self._full = bool(self.world.setting["log_full"][0])
        self._parts: dict[str, list[Table]] = {name: [] for name in _DRAINED}
        world, state = self.world, self.state
        reset(
            self.seed, self.run, world.setting, world.missiles, world.targets, state.clock, state.truth,
            state.lethality,
        )  # fmt: skip

    @property
    def time_s(self) -> float:
        """Simulated seconds since the start: the clock stands before this moment."""
        return float(self.state.clock["tick"][0]) / 1000.0

    @property
    def duration_s(self) -> float:
        """Length of the scenario, s."""
        return float(self.world.setting["duration_tick"][0]) / 1000.0

    def advance(self, until_s: float) -> None:
        """Run the clock up to and with a moment (or the scenario's end).

        Raises:
            CapacityError: a table is too small.
        """
        if not until_s >= 0.0:
            raise InputError("advance", f"read {until_s} s, expected a moment from 0 to {self.duration_s:g} s")
        until_tick = min(round(until_s * 1000.0), int(self.world.setting["duration_tick"][0]))
        while not advance(until_tick, self._jumps, self.world, self.state):
            if overflow := int(self.state.counts["overflow"][0]):
                raise CapacityError(f"the {_overflow(Overflow(overflow))} (at {self.time_s:.1f} s)")
            self.drain()

    def submit(
        self, verb: Verb, post: str, track_number: int = -1, value: ControlStatus | Identity | int | None = None,
        author: str = "operator", unit: str | None = None,
    ) -> None:  # fmt: skip
        """Hand in what a person orders; the first stage that reads it obeys at its next decision cycle.

        What cannot be done then (a track that is gone, a unit out of rounds) is answered in the log: the event
        DIRECTIVE bears its cause, and the run goes on.

        Args:
            verb: what is ordered.
            post: the command post that is ordered.
            track_number: the track that is meant, for all verbs but SET_STATUS and ATTEND.
            value: a ControlStatus for SET_STATUS, an Identity for SET_IDENTITY (an order) and TELL_IDENTITY (a word,
                weighed as evidence), 1 or 0 for ATTEND.
            author: who orders.
            unit: for SET_STATUS the fire unit whose status it is, its post's unless said; for APPROVE the one that must
                have a radar and rounds, any of the post unless said (which unit fires is the allocation's to say).

        Raises:
            KeyError: there is no such post, or no such unit under it.
            InputError: the verb or its value is none that exists, the verb is about no unit, or the run has ended.
            CapacityError: too many directives.
        """
        _check_order(verb, track_number, value)
        if self.time_s > self.duration_s:
            raise InputError("submit", f"the run has ended at {self.duration_s:g} s; nobody would obey")
        posts = [row.name for row in self.scenario.file.posts]
        if post not in posts:
            raise KeyError(f'no post "{post}"; there are {", ".join(posts)}')
        whose = _unit_row(verb, post, unit, self.scenario)
        n = int(self.state.counts["directives"][0])
        if n >= len(self.state.directives):
            raise CapacityError(f"more than {n} directives")
        row = self.state.directives[n]
        row.tick, row.verb, row.post, row.unit = int(self.state.clock["tick"][0]), verb, posts.index(post), whose
        row.track_number, row.value, row.author, row.done = track_number, value or 0, name_hash("authors", author), 0
        self.state.counts["directives"][0] = n + 1

    def drain(self) -> None:
        """Move the filled rows of the append-only tables into the record in the making."""
        counts = self.state.counts[0]
        for name, (table, count) in _DRAINED.items():
            filled = int(counts[count])
            if filled and (self._full or name not in _ONLY_FULL):
                rows = getattr(self.state, table)[:filled]
                self._parts[name].append(np.frombuffer(rows.tobytes(), rows.dtype))  # a copy, all fields at once
        counts.plot_serial += counts.plots
        for _, count in _DRAINED.values():
            counts[count] = 0
        counts.plots_read = counts.replies_read = counts.strobes_read = 0

    def snapshot(self) -> dict[str, Table]:
        """Copies of the tables that a display needs: tracks, identity, engagements, interceptors, launchers."""
        names = (
            "tracks", "identity", "ranking", "engagements", "interceptors", "launchers", "magazines", "channels",
            "assets",
        )  # fmt: skip
        return {name: getattr(self.state, name).copy() for name in names}

    def record(self) -> Record:
        """Everything recorded so far."""
        self.drain()
        dtypes = self.state._asdict()
        tables = {
            name: np.concatenate(parts) if parts else np.zeros(0, dtypes[_DRAINED[name][0]].dtype)
            for name, parts in self._parts.items()
        }
        self._parts = {name: [rows] for name, rows in tables.items()}
        if not self._full:
            tables |= {name: np.zeros(0, tables[name].dtype) for name in _ONLY_FULL}
        tables["directives"] = self.state.directives[: int(self.state.counts["directives"][0])].copy()
        tables |= {name: getattr(self.state, name).copy() for name in ("assets", "magazines", "channels")}
        return Record.of(tables, self.built.roster, self._manifest())

    def _kill_figures(self) -> dict[str, dict[str, float]]:
        """The kill figures that each missile has in this run, by what it is fired at."""
        names = [row["name"] for row in self.built.roster if row["table"] == "missiles"]
        groups = (TargetGroup.AIRCRAFT, TargetGroup.CRUISE_MISSILE, TargetGroup.BALLISTIC)
        kill = self.state.lethality["kill"]
        return {
            str(name): {group.name.lower().replace("_", " "): round(float(kill[m, group]), 4) for group in groups}
            for m, name in enumerate(names)
        }

    def _manifest(self) -> dict[str, Any]:
        from openiads._version import __version__
        from openiads.catalog.walk import confidence_shares

        file = self.scenario.file
        place = geodetic(Vec3(*self.world.setting["origin_ecef_m"][0]))
        return {
            "openiads": __version__,
            "scenario": file.name,
            "title": file.title,
            "scenario_text": toml_of(self.scenario),
            "seed": self.seed,
            "run": self.run,
            "start": file.start.isoformat(),
            "end": (file.start + timedelta(seconds=file.duration)).isoformat(),
            "duration_s": file.duration,
            "ended_s": min(self.time_s, self.duration_s),
            "origin": {"lat_deg": float(np.degrees(place.x)), "lon_deg": float(np.degrees(place.y))},
            "earth_radius_m": float(self.world.setting["earth_radius_m"][0]),
            "origin_ecef_m": self.world.setting["origin_ecef_m"][0].tolist(),
            "enu_to_ecef": self.world.setting["enu_to_ecef"][0].tolist(),
            "record": "full" if self._full else "events",
            "overflow": None,
            "units": {site.name: site.unit for site in file.units},
            "faults": sentences(file, self.scenario.catalog),
            "pk": file.pk,
            "limits": file.limits,
            "lifted": list(file.lifted),
            "kill_figures": self._kill_figures(),
            "zones": _zones(self.scenario),
            "terrain": self.scenario.terrain.facts(),
            "figures": confidence_shares([*_fire_units(self.scenario), *_others(self.scenario)]),
            "unit_figures": confidence_shares(_fire_units(self.scenario)),
            "compiled": is_compiled(),
        }


def _zones(scenario: Scenario) -> list[dict[str, Any]]:
    """The scenario's zones with their corners as latitudes and longitudes, so that a record needs no catalog."""
    points = {zone.name: [resolve(corner, scenario.catalog) for corner in zone.corners] for zone in scenario.file.zones}
    return [
        {"name": zone.name, "kind": zone.kind, "corners": [[at.lat_deg, at.lon_deg] for at in points[zone.name]]}
        for zone in scenario.file.zones
    ]


def _overflow(table: Overflow) -> str:
    """Which table was too small, and which key of the scenario enlarges it."""
    name = table.name.lower()
    key = {"replies": "plots"}.get(name, name)
    if key in Capacity.model_fields:
        return f"{name} table is full; raise capacity.{key} of the scenario"
    return f"{name} table is full, which no key of a scenario enlarges; give it fewer targets, radars or jammers"


def _draw_number(what: str, read: int) -> int:
    """A seed or the number of a run: a whole number of 32 bits."""
    try:
        number = index(read)
    except TypeError:
        number = -1
    if not 0 <= number < SEEDS:
        raise InputError(what, f"read {read!r}, expected a whole number from 0 to {SEEDS - 1}")
    return number


def _unit_row(verb: Verb, post: str, unit: str | None, scenario: Scenario) -> int:
    """The row of the unit that an order is about, -1 for all of the post."""
    if unit is None:
        return -1
    if verb not in (Verb.SET_STATUS, Verb.APPROVE):
        raise InputError("submit", f'read the unit "{unit}"; {verb.name} is about a post or a track, not a unit')
    rows = {site.name: n for n, site in enumerate(scenario.file.units) if site.post == post}
    if unit not in rows:
        raise KeyError(f'no unit "{unit}" under "{post}"; there are {", ".join(rows) or "none"}')
    return rows[unit]


def _is_number(read: int) -> bool:
    """True for the number that a track may have."""
    try:
        return 0 <= index(read) < 1 << 62
    except TypeError:
        return False


def _check_order(verb: Verb, track_number: int, value: ControlStatus | Identity | int | None) -> None:
    """Refuse an order that no stage could obey, and one that lacks what it is about."""
    if verb not in list(Verb):
        raise InputError("submit", f"read {verb!r}, expected {', '.join(f'Verb.{name.name}' for name in Verb)}")
    kinds: dict[Verb, type[ControlStatus] | type[Identity]] = {
        Verb.SET_STATUS: ControlStatus,
        Verb.SET_IDENTITY: Identity,
        Verb.TELL_IDENTITY: Identity,
    }
    kind = kinds.get(verb)
    if kind is not None and value not in list(kind):
        allowed = ", ".join(f"{kind.__name__}.{name.name}" for name in kind)
        raise InputError("submit", f"read {value!r} for {verb.name}, expected {allowed}")
    if verb not in (Verb.SET_STATUS, Verb.ATTEND) and not _is_number(track_number):
        raise InputError("submit", f"read {track_number!r} for {verb.name}, expected the number of a track")
    if verb == Verb.ATTEND and value not in (0, 1):
        raise InputError("submit", f"read {value!r} for ATTEND, expected 1 (a person sits there) or 0")


def _fire_units(scenario: Scenario) -> list[Any]:
    """The catalog's units of a scenario with their radars and missiles, each once."""
    catalog = scenario.catalog
    units = sorted({site.unit for site in scenario.file.units})
    radars = {mount.radar for name in units for mount in catalog.units[name].radars}
    receivers = {name for site in scenario.file.units for name in site.receivers}
    missiles = {launcher.missile for name in units for launcher in catalog.units[name].launchers}
    return [
        *(catalog.units[name] for name in units), *(catalog.radars[name] for name in sorted(radars)),
        *(catalog.missiles[name] for name in sorted(missiles)),
        *(catalog.receivers[name] for name in sorted(receivers)),
    ]  # fmt: skip


def _others(scenario: Scenario) -> list[Any]:
    """The catalog's target classes and doctrines of a scenario, each once."""
    catalog, file = scenario.catalog, scenario.file
    classes = {flyer.class_ for flyer in (*file.raids, *file.flights)}
    classes |= {release.class_ for raid in file.raids for release in raid.release}
    doctrines = {post.doctrine for post in file.posts}
    flown = [catalog.targets[name] for name in sorted(classes)]
    return [*flown, *(catalog.doctrines[name] for name in sorted(doctrines))]


def run(
    scenario: Scenario, seed: int | None = None, run: int = 0, *, log_full: bool | None = None,
    built: Built | None = None, progress: Callable[[float], None] | None = None,
) -> Record:  # fmt: skip
    """Play a scenario to its end.

    Args:
        scenario: what to run.
        seed: instead of the scenario's own.
        run: number of the replication.
        log_full: keep plots and samples (the scenario's ``record`` unless said).
        built: from ``build(scenario)``, to save the time in replications.
        progress: called now and then with the share done, 0 to 1.

    Raises:
        CapacityError: a table of the scenario's capacity is too small.
    """
    session = Session(scenario, seed, run, log_full=log_full, built=built)
    if progress is None:
        session.advance(session.duration_s)
    else:
        for part in range(1, 101):
            session.advance(session.duration_s * part / 100.0)
            progress(part / 100.0)
    return session.record()


def compile_kernels() -> None:
    """Compile everything that a run needs into the cache; nothing where that has been done before."""
    Session(load("first")).advance(0.0)
