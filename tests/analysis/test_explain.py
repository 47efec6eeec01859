"""The life of a target, the causes, the sentence and the picture: on a record made by hand and on real runs."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from itertools import pairwise
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest

from openiads.analysis import explain_words as words
from openiads.analysis.explain import NO_PLOTS, Explanation, Report, explain
from openiads.analysis.explain_bars import STATES, channel_bars, rails
from openiads.analysis.explain_causes import Cycles, Refusal, Valued
from openiads.analysis.explain_moments import Moment
from openiads.analysis.explain_plot import draw
from openiads.analysis.explain_rerun import Outcome
from openiads.analysis.explain_scene import Scene
from openiads.analysis.reasons import CAUSE_WORDS
from openiads.analysis.result import Result
from openiads.catalog.errors import InputError
from openiads.constants import SECONDS_PER_TICK
from openiads.enums import Cause, EventKind, EvidenceKind
from openiads.record.record import Record
from openiads.scenario.schema import LIMITS_TO_LIFT
from tests.record import synthetic


@pytest.fixture(scope="module")
def made() -> Report:
    """The record made by hand, explained."""
    return explain(synthetic.record(), counterfactual=False)


def said(moments: tuple[Moment, ...], kind: str) -> list[str]:
    return [one.said for one in moments if one.kind == kind]


def test_every_threat_is_explained_in_the_order_of_the_roster(made: Report) -> None:
    assert [one.target for one in made.targets] == [f[0] for f in synthetic.FLYERS if f[4] == "hostile"]


def test_a_killed_one(made: Report) -> None:
    one = made["kalibr-1"]
    assert (one.end, one.end_s, one.rounds, one.first_launch_s, one.link) == ("killed", 232.0, 2, 165.0, "")
    assert one.headline == (
        "kalibr-1 (sea-skimming-missile) was killed at 03:52, 26 km out, by the second of 2 rounds fired at it "
        "(from 02:45)."
    )
    kinds = [one.kind for one in one.moments]
    order = ["SPAWNED", "FIRST_PLOT", "TRACK_CONFIRMED", "IDENTIFIED", "DESIGNATED", "LAUNCHED", "INTERCEPT", "KILLED"]
    assert [kinds.index(kind) for kind in order] == sorted(kinds.index(kind) for kind in order)
    assert said(one.moments, "KILLED") == ["killed by round 1"]


def test_ranges_are_from_the_unit_to_where_the_target_truly_was(made: Report) -> None:
    plot = next(one for one in made["kalibr-1"].moments if one.kind == "FIRST_PLOT")
    unit = synthetic.place(0.6, 0.2, 20)
    from openiads.record import geodesy

    unit_m = geodesy.ecef_to_enu(geodesy.ecef(*unit), synthetic.ORIGIN_ECEF_M, synthetic.AXES)
    away_m = np.linalg.norm(synthetic.position(0, 60) - unit_m)
    assert plot.range_m == pytest.approx(float(away_m), rel=1e-6)


def test_a_leaker_says_which_link_broke(made: Report) -> None:
    one = made["kalibr-4"]
    assert (one.link, one.cause, one.rounds) == ("designated", "NO_CHANNEL", 0)
    assert "every target channel was busy" in one.headline
    assert one.short.startswith("no channel, ")


def test_periods_of_refusal_follow_each_other(made: Report) -> None:
    found = [(one.cause, one.from_s, one.until_s) for one in made["kalibr-4"].refusals]
    assert found == [
        ("MASKED", 118, 165), ("NO_CHANNEL", 165, 245), ("NO_CHANNEL", 245, 300), ("NO_CHANNEL", 300, 350),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("target", "link"),
    [("shahed-1", "seen"), ("scud-1", "tracked"), ("shahed-2", "identified"), ("kalibr-3", "killed")],
)
def test_links(made: Report, target: str, link: str) -> None:
    assert made[target].link == link


def test_a_flight_that_is_no_threat_may_be_asked_for() -> None:
    report = explain(synthetic.record(), "ME-204", counterfactual=False)
    (one,) = report.targets
    assert (one.threat, one.relation, one.held_by) == (False, "neutral", None)
    assert said(one.moments, "DESIGNATED") == ["given to channel 2 of tartus-sam"]


def test_an_unknown_target_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match=r'did you mean "harm-1".*kalibr-4'):
        explain(synthetic.record(), "harm", counterfactual=False)


def test_of_a_record_of_events_what_can_be_told_is_told() -> None:
    report = explain(synthetic.record(full=False), counterfactual=False)
    assert NO_PLOTS in report.notes
    assert report["kalibr-1"].rounds == 2
    assert report["kalibr-1"].first_plot_s == 60.0
    assert "a full record says more" in report["kalibr-4"].headline
    assert report["kalibr-4"].cycles == ()


def test_a_rerun_that_cannot_be_made_says_why() -> None:
    report = explain(synthetic.record())
    assert not report.counterfactual
    assert "cannot be run again" in report.refused
    assert all(one.held_by is None and one.outcomes == () for one in report.targets)


def test_the_json_keeps_its_keys(made: Report) -> None:
    plain = json.loads(json.dumps(made.as_dict(), allow_nan=False))
    assert plain["simulated"] is True
    assert set(plain) == {"simulated", *(field.name for field in fields(Report))}
    wanted = {
        Explanation: {
            "target", "kind", "relation", "threat", "end", "end_s", "asset", "headline", "short", "link", "cause",
            "first_plot_s", "confirmed_s", "hostile_s", "first_launch_s", "rounds", "moments", "refusals", "cycles",
            "valued", "outcomes", "held_by",
        },
        Moment: {
            "time_s", "kind", "range_m", "said", "cause", "evidence", "track", "engagement", "interceptor", "right",
            "serial",
        },
        Refusal: {"cause", "track", "from_s", "until_s", "range_m"},
        Cycles: {"cause", "track", "from_s", "until_s", "cycles", "engaged"},
        Valued: {
            "time_s", "kind", "track", "asset", "group", "threat", "value_share", "hostile", "weight", "urgency",
            "nearness", "time_to_asset_s", "closest_m",
        },
        Outcome: {"limit", "end", "end_s", "stopped", "rounds", "first_launch_s"},
    }  # fmt: skip
    for kind, keys in wanted.items():
        assert {field.name for field in fields(kind)} == keys
    assert set(plain["targets"][0]) == wanted[Explanation]
    assert set(plain["targets"][0]["moments"][0]) == wanted[Moment]


def test_every_cause_and_kind_has_words() -> None:
    from openiads.analysis.explain_moments import _SAID

    assert set(CAUSE_WORDS) == set(Cause)
    assert set(_SAID) == set(EventKind)
    assert set(words.EVIDENCE_FIELDS) == set(EvidenceKind)
    assert set(words.LIFTED_WORDS) == set(LIMITS_TO_LIFT)
    for kind, (_, levels) in words.EVIDENCE_FIELDS.items():
        assert words.evidence(kind, max(levels)).endswith(")")


def test_what_tipped_an_identity_is_told_with_its_level() -> None:
    record = synthetic.record()
    events, evidence = record.tables["events"].copy(), np.zeros(1, record.tables["evidence"].dtype)
    first = int(np.flatnonzero((events["kind"] == EventKind.IDENTIFIED) & (events["track"] == 1))[0])
    events["evidence"] = -1
    events["evidence"][first] = EvidenceKind.COURSE
    evidence["tick"], evidence["number"], evidence["course"] = events["tick"][first], 1, 1
    changed = Record.of({**record.tables, "events": events, "evidence": evidence}, record.roster, record.manifest)
    (one,) = explain(changed, "kalibr-1", counterfactual=False).targets
    (moment,) = [moment for moment in one.moments if moment.kind == "IDENTIFIED"]
    assert moment.evidence == "COURSE"
    assert moment.said == "called hostile: its course (towards asset)"


def test_a_page_sums_up_what_repeats(made: Report) -> None:
    one = made["kalibr-4"]
    refusal = next(moment for moment in one.moments if moment.kind == "NOT_ENGAGED")
    long = replace(one, moments=(refusal,) * 40)
    lines = words.life_cells(long)
    assert len(lines) == 11
    assert lines[5] == ["...", "", "30 more of the same kind"]


def test_channels_are_busy_from_designation_to_close() -> None:
    scene = Scene(synthetic.record())
    bars = [bar for bar in channel_bars(scene) if bar.engagement == 1]
    assert [(STATES[bar.state], bar.from_s, bar.until_s) for bar in bars] == [
        ("designated", 150.0, 165.0), ("rounds in the air", 165.0, 168.0), ("rounds in the air", 168.0, 235.0),
    ]  # fmt: skip
    assert {bar.target for bar in bars} == {0}


def test_bars_never_overlap_and_agree_with_the_engagements(tartus_record: Record) -> None:
    bars = channel_bars(Scene(tartus_record))
    for channel in {bar.channel for bar in bars}:
        mine = sorted((bar for bar in bars if bar.channel == channel), key=lambda bar: bar.from_s)
        assert all(a.until_s <= b.from_s + 1e-9 for a, b in pairwise(mine))
    events = tartus_record.tables["events"]
    assert {bar.engagement for bar in bars} <= set(events["engagement"][events["kind"] == EventKind.DESIGNATED])


def test_rails_lose_a_round_a_launch(tartus_record: Record) -> None:
    magazines = tartus_record.tables["magazines"]
    found = rails(Scene(tartus_record))
    assert sum(len(one.launches) for one in found) == int(magazines["fired"].sum())
    for one in found:
        assert one.loaded[-1] == magazines["loaded"][one.launcher]
        assert all(loaded >= 0 for loaded in one.loaded)


def test_real_lives_are_in_order_and_agree_with_the_record(tartus_record: Record) -> None:
    report = explain(tartus_record, counterfactual=False)
    events = tartus_record.tables["events"]
    launched = events[events["kind"] == EventKind.LAUNCHED]
    assert sum(one.rounds for one in report.targets) <= len(launched)
    for one in report.targets:
        times_s = [moment.time_s for moment in one.moments]
        assert times_s == sorted(times_s)
        stages = [one.first_plot_s, one.hostile_s, one.first_launch_s]
        told = [stage for stage in stages if stage is not None]
        assert all(stage <= one.end_s for stage in told)
        for refusal in one.refusals:
            assert refusal.from_s <= refusal.until_s <= one.end_s + 1e-9
        for moment in one.moments:
            assert events["kind"][moment.serial] == EventKind[moment.kind]
        ends = [moment.kind for moment in one.moments if moment.kind in ("KILLED", "LEAKED", "LEFT")]
        assert ends == {"killed": ["KILLED"], "leaked": ["LEAKED"], "left": ["LEFT"]}.get(one.end, [])


def test_cycles_are_those_of_the_ranking(tartus_record: Record) -> None:
    scene = Scene(tartus_record)
    ranking = tartus_record.tables["ranking"]
    for one in explain(tartus_record, counterfactual=False).targets:
        tracks = {cycle.track for cycle in one.cycles}
        own = sum(
            int((scene.owners_at(track, rows["tick"]) == _row(tartus_record, one.target)).sum())
            for track in tracks
            for rows in [ranking[(ranking["number"] == track) & (ranking["tick"] * SECONDS_PER_TICK <= one.end_s)]]
        )
        assert sum(cycle.cycles for cycle in one.cycles) == own
        for value in one.valued:
            product = value.value_share * value.hostile * value.weight * value.urgency * value.nearness
            assert value.threat == pytest.approx(product, rel=1e-9, abs=1e-12)


def _row(record: Record, name: str) -> int:
    return next(int(row["row"]) for row in record.rows("targets") if row["name"] == name)


def test_an_assessment_is_right_if_the_truth_says_so(tartus_record: Record) -> None:
    for one in explain(tartus_record, counterfactual=False).targets:
        for moment in one.moments:
            if moment.kind == "ASSESSED":
                dead = one.end == "killed" and one.end_s <= moment.time_s
                assert moment.right == (("called killed" in moment.said or "it killed" in moment.said) == dead)
            else:
                assert moment.right is None


@pytest.mark.parametrize("target", [None, "kalibr-4", "ME-204"])
def test_the_picture_is_not_blank(tmp_path: Path, target: str | None) -> None:
    path = draw(synthetic.record(), tmp_path / "explain.png", target)
    pixels = matplotlib.image.imread(path)
    assert pixels.shape[0] > 500
    assert pixels.shape[1] > 1500
    assert len(np.unique(pixels.reshape(-1, pixels.shape[2]), axis=0)) > 100
    assert 0.02 < float((pixels[:, :, :3].min(axis=2) < 0.9).mean()) < 0.6


def test_a_record_of_events_can_be_drawn(tmp_path: Path) -> None:
    assert draw(synthetic.record(full=False), tmp_path / "explain.png").exists()


def test_a_result_explains_itself() -> None:
    report = Result(synthetic.record()).explain("kalibr-1", counterfactual=False)
    assert report.targets[0].target == "kalibr-1"
