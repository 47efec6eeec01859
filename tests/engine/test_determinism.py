"""The same run is the same run: with jumps or without, in threads or not, whatever else is in the scenario."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from openiads.record.record import Record
from openiads.scenario.load import Scenario
from openiads.simulate import Session, run
from tests.support import runs


def same_bytes(one: Record, other: Record) -> list[str]:
    """Tables that differ in any byte of any field."""
    return [
        name
        for name, table in one.tables.items()
        if len(table) != len(other.tables[name])
        or any(table[f].tobytes() != other.tables[name][f].tobytes() for f in table.dtype.names or ())
    ]


def _record(name: str, *overrides: str, until_s: float | None = None, jumps: bool = True) -> Record:
    session = runs.session(name, *overrides, jumps=jumps)
    session.advance(until_s or session.duration_s)
    return session.record()


@pytest.mark.parametrize(
    ("name", "overrides", "until_s"),
    [("first", (), None), ("raid_50", ('record="full"',), 30.0), ("tartus", (), 120.0)],
)
def test_jumps_of_the_clock_change_nothing(name: str, overrides: tuple[str, ...], until_s: float | None) -> None:
    jumped = _record(name, *overrides, until_s=until_s)
    stepped = _record(name, *overrides, until_s=until_s, jumps=False)
    assert len(jumped.tables["events"]) > 3
    assert same_bytes(jumped, stepped) == []


@pytest.mark.full
def test_jumps_of_the_clock_change_nothing_in_the_whole_of_tartus() -> None:
    assert same_bytes(_record("tartus"), _record("tartus", jumps=False)) == []


def test_the_clock_does_jump() -> None:
    """Else the comparison says nothing: most ticks have nothing due."""
    session = runs.session("first")
    session.advance(1.0)
    assert session.state.clock["tick"][0] > 1001


@pytest.mark.parametrize("stride_s", [0.35, 7.0])
def test_advancing_in_pieces_changes_nothing(stride_s: float) -> None:
    session = runs.session("first")
    for part in np.arange(stride_s, session.duration_s + stride_s, stride_s):
        session.advance(float(part))
    assert same_bytes(session.record(), runs.record("first")) == []


def test_draining_often_changes_nothing() -> None:
    """Rows that refer to a plot of their own step must not lose it."""
    session = runs.session("first")
    for part in range(1, 481):
        session.advance(float(part))
        session.drain()
    often, once = session.record(), runs.record("first")
    assert len(once.tables["replies"]) > 10
    # replies.plot is a row of the table as it stood; replies.plot_serial is the record's
    assert set(same_bytes(often, once)) <= {"replies"}
    for field in set(once.tables["replies"].dtype.names or ()) - {"plot"}:
        np.testing.assert_array_equal(often.tables["replies"][field], once.tables["replies"][field], err_msg=field)


def test_every_reply_names_its_plot_by_serial() -> None:
    tables = runs.record("first").tables
    replies, plots = tables["replies"], tables["plots"]
    mine = plots[replies["plot_serial"]]
    for field in ("tick", "radar", "post"):
        np.testing.assert_array_equal(mine[field], replies[field], err_msg=field)


def test_the_same_seed_gives_the_same_run() -> None:
    again = run(runs.scenario("first"))
    assert again.digest == runs.record("first").digest
    assert same_bytes(again, runs.record("first")) == []


def test_another_seed_or_run_number_gives_another_run() -> None:
    digests = {runs.record("first", seed=seed, number=number).digest for seed in (1, 2) for number in (0, 1)}
    assert len(digests) == 4


def test_threads_give_what_a_queue_gives() -> None:
    numbers = range(8)
    built = runs.built("tartus")

    def digest_of(number: int) -> str:
        return run(runs.scenario("tartus"), run=number, built=built).digest

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(digest_of, numbers))
    assert together == [digest_of(number) for number in numbers]
    assert len(set(together)) == len(together)


def test_the_log_level_changes_no_event() -> None:
    brief = run(runs.scenario("first"), log_full=False)
    assert brief.digest == runs.record("first").digest
    assert len(brief.tables["truth"]) == 0
    assert len(brief.tables["plots"]) == 0


# ---- Common random numbers: what is added changes no draw of what was there ------------------------------------------


def _search_plots(record: Record, radar: str, targets: Iterable[str]) -> dict[str, np.ndarray]:
    """Ticks and measured positions of a radar's search plots of each named target."""
    plots, origins = record.tables["plots"], record.tables["plot_origins"]["target"]
    r = runs.row_of(record, "radars", radar)
    found = {}
    for name in targets:
        mine = (origins == runs.row_of(record, "targets", name)) & (plots["radar"] == r) & (plots["channel"] < 0)
        found[name] = np.column_stack(
            [plots["tick"][mine], plots["range_m"][mine], plots["pos_enu_m"][mine], plots["snr_db"][mine]]
        )
    return found


def _played(scenario: Scenario, until_s: float = 100.0) -> Record:
    session = Session(scenario)
    session.advance(until_s)
    return session.record()


def _rotating_radar() -> str:
    record = runs.record("first")
    plots = record.tables["plots"]
    counts = np.bincount(plots["radar"][plots["channel"] < 0])
    return next(str(row["name"]) for row in record.rows("radars") if row["row"] == int(np.argmax(counts)))


def _expect_the_same_plots(other: Record) -> None:
    radar = _rotating_radar()
    base = _played(runs.scenario("first"))
    names = [str(row["name"]) for row in base.rows("targets")]
    ours, theirs = _search_plots(base, radar, names), _search_plots(other, radar, names)
    assert sum(len(plots) for plots in ours.values()) > 20
    for name in names:
        np.testing.assert_array_equal(ours[name], theirs[name], err_msg=name)


def test_an_added_raid_changes_no_draw_of_the_others() -> None:
    """It stands first, so that every row number changes; and it is seen by the same radar."""
    base = runs.scenario("first")
    raid = base.file.raids[0]
    extra = raid.model_copy(update={"name": "extra", "count": 3, "spacing": 20000.0})
    other = _played(runs.changed(base, raids=(extra, *base.file.raids)))
    added = [name for name in _names(other) if name not in _names(_played(base))]
    assert len(added) == 3
    assert any(len(plots) > 0 for plots in _search_plots(other, _rotating_radar(), added).values())
    _expect_the_same_plots(other)


def _names(record: Record) -> list[str]:
    return [str(row["name"]) for row in record.rows("targets")]


def test_an_added_unit_changes_no_draw_of_the_others() -> None:
    base = runs.scenario("first")
    site = base.file.units[0]
    post = base.file.posts[0].model_copy(update={"name": "second", "control": "hold"})
    unit = site.model_copy(update={"name": "another", "post": "second"})
    other = _played(runs.changed(base, posts=(post, *base.file.posts), units=(unit, *base.file.units)))
    assert len(other.rows("radars")) > len(runs.record("first").rows("radars"))
    _expect_the_same_plots(other)


def test_a_longer_duration_changes_nothing_before_the_end() -> None:
    short = _played(runs.scenario("first", 'duration="100 s"'))
    long = _played(runs.scenario("first"))
    assert same_bytes(short, long) == []


def test_another_seed_does_change_the_plots() -> None:
    """So the comparisons above can fail."""
    base = _played(runs.scenario("first"))
    other = Session(runs.scenario("first"), seed=99)
    other.advance(100.0)
    radar, names = _rotating_radar(), _names(base)
    ours, theirs = _search_plots(base, radar, names), _search_plots(other.record(), radar, names)
    assert any(len(ours[n]) != len(theirs[n]) or not np.array_equal(ours[n], theirs[n]) for n in names)
