"""Doctrines of the catalog become rows: times in ticks, likelihoods as logarithms, shots by target group."""

from __future__ import annotations

from math import log
from typing import Any

from openiads.catalog.figures import Figure
from openiads.catalog.models import EVIDENCE_LEVELS, TARGET_GROUPS, Doctrine, Likelihood
from openiads.enums import Allocation, CrewMode, ShotPattern
from openiads.estimation.gate import gate_of
from openiads.scenario.load import Scenario
from openiads.world import tables as t
from openiads.world.fixed_tables import EVIDENCE_LEVELS as LEVELS_MAX
from openiads.world.rows import table_of, ticks

LEAST_LIKELIHOOD = 1e-4  # nothing is quite impossible


def doctrines(scenario: Scenario) -> Any:
    """A row for every doctrine that a post of the scenario follows, in the order of the posts."""
    names = dict.fromkeys(post.doctrine for post in scenario.file.posts)
    return table_of(t.DOCTRINE, [_doctrine(scenario.catalog.doctrines[name]) for name in names])


def spread_ticks(figure: Figure) -> tuple[int, int, int]:
    """Low, middle and high of a time; all the same where the figure has no spread."""
    low = figure.value if figure.low is None else figure.low
    high = figure.value if figure.high is None else figure.high
    return ticks(low), ticks(figure.value), ticks(high)


def _log_row(chance: Likelihood) -> list[float]:
    return [log(max(figure.value, LEAST_LIKELIHOOD)) for figure in (chance.friend, chance.civil, chance.hostile)]


def _likelihoods(doctrine: Doctrine) -> list[list[list[float]]]:
    """Rows by kind and level of evidence; levels that a kind does not have stay empty."""
    rows = []
    for kind, levels in EVIDENCE_LEVELS.items():
        said = [_log_row(getattr(doctrine, kind)[level]) for level in levels]
        rows.append(said + [[0.0, 0.0, 0.0]] * (LEVELS_MAX - len(said)))
    return rows


def _doctrine(doctrine: Doctrine) -> dict[str, Any]:
    return (
        {
            "cycle_tick": ticks(doctrine.decision_cycle.value),
            "log_prior": _log_row(doctrine.prior),
            "likelihood_log": _likelihoods(doctrine),
            "threshold_hostile": doctrine.threshold_hostile.value,
            "threshold_suspect": doctrine.threshold_suspect.value,
            "threshold_friend": doctrine.threshold_friend.value,
            "threshold_neutral": doctrine.threshold_neutral.value,
            "corridor_half_m": doctrine.corridor_half_width.value,
            "plan_tolerance_tick": ticks(doctrine.plan_tolerance.value),
            "pop_up_range_m": doctrine.pop_up_range.value,
            "height_tolerance_m": doctrine.height_tolerance.value,
            "release_range_m": doctrine.release_range.value,
            "threat_min": doctrine.threat_min.value,
            "threat_time_s": doctrine.threat_time.value,
            "track_sigma_max_m": doctrine.track_sigma_max.value,
            "acquisition_timeout_tick": ticks(doctrine.acquisition_timeout.value),
            "assessment_delay_tick": ticks(doctrine.assessment_delay.value),
            "assessment_window_tick": ticks(doctrine.assessment_window.value),
            "false_kill": doctrine.assessment_false_kill.value,
            "missed_kill": doctrine.assessment_missed_kill.value,
            "confirm_hits": int(doctrine.confirm_hits.value),
            "confirm_looks": int(doctrine.confirm_looks.value),
            "coast_scans": doctrine.coast_scans.value,
            "confirm_score": doctrine.confirm_score.value,
            "gate2": [0.0, *(gate_of(doctrine.gate_share.value, dimensions) for dimensions in (1, 2, 3, 4))],
        }
        | _crew(doctrine)
        | _shots(doctrine)
    )


def _crew(doctrine: Doctrine) -> dict[str, Any]:
    """Who decides, how fast, and what a unit and its radars do when they are attacked themselves."""
    return {
        "mode": CrewMode[doctrine.mode.upper()],
        "crew_tracks": int(doctrine.crew_tracks.value),
        "decision_tick": spread_ticks(doctrine.decision_time),
        "approval_tick": spread_ticks(doctrine.approval_time),
        "allocation": Allocation[doctrine.allocation.upper()],
        "self_defence": int(doctrine.self_defence),
        "self_defence_tick": ticks(doctrine.self_defence_time.value),
        "self_defence_m": doctrine.self_defence_range.value,
        "shut_down": int(doctrine.shut_down),
        "shut_down_tick": ticks(doctrine.shut_down_time.value),
        "silence_tick": ticks(doctrine.silence.value),
    }


def _shots(doctrine: Doctrine) -> dict[str, Any]:
    """How each group of targets is shot at."""
    salvos = [doctrine.salvo[group] for group in TARGET_GROUPS]
    return {
        "pattern": [ShotPattern[salvo.pattern.upper()] for salvo in salvos],
        "salvo_rounds": [int(salvo.rounds.value) for salvo in salvos],
        "salvo_interval_tick": [ticks(salvo.interval.value) for salvo in salvos],
        "salvos_max": [int(salvo.salvos.value) for salvo in salvos],
        "last_chance_rounds": [int(salvo.last_chance_rounds.value) for salvo in salvos],
        "engagements_max": [int(salvo.engagements.value) for salvo in salvos],
        "reserve_share": [salvo.reserve.value for salvo in salvos],
        "group_weight": [salvo.threat_weight.value for salvo in salvos],
    }
