"""What must hold between the figures of one thing, beyond each being well formed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import sqrt
from typing import TYPE_CHECKING, Final

from openiads.catalog.figures import Figure
from openiads.catalog.models import Doctrine, Missile, Radar, Receiver, TargetClass, Unit
from openiads.catalog.walk import figures
from openiads.constants import STANDARD_GRAVITY_MPS2

if TYPE_CHECKING:
    from openiads.catalog.figures import Sheet

Fault = tuple[str, str]

FALSE_PLOTS_A_LOOK: Final = 140  # mean; of such a Poisson number one in a million exceeds the 200 that a look hands on
LOOKS_A_TURN: Final = 8  # of a rotating radar; any other makes one look a scan

_MAY_BE_NEGATIVE = {"elevation_min", "elevation_max", "east", "north"}
_MAY_BE_ZERO = {
    "altitude_min", "range_min", "interrogator_range", "false_plots", "catapult_height", "ignition_delay",
    "loft_angle", "antenna_height", "accuracy_range", "accuracy_azimuth", "accuracy_elevation", "swerling",
    "vulnerability", "damage", "cep", "reserve", "interval", "decision_time", "approval_time", "threat_min",
    "threat_weight", "assessment_delay", "assessment_false_kill", "assessment_missed_kill", "reload_time",
    "reaction_time", "altitude", "seeker_noise", "induced_drag", "kill_aircraft", "kill_cruise_missile",
    "kill_ballistic", "common_cause", "friend", "civil", "hostile", "spacing", "reloads", "scan_loss",
    "beam_shape_loss", "false_plots_strobe", "improvement_factor", "notch_speed", "dropped_mass",
    "last_chance_rounds", "pop_up_range", "silence",
}  # fmt: skip
_PROBABILITIES = {
    "detection_pd", "detection_pfa", "reliability_launch", "reliability_guidance", "reliability_fuze", "common_cause",
    "kill_aircraft", "kill_cruise_missile", "kill_ballistic", "damage", "vulnerability", "friend", "civil", "hostile",
    "threshold_hostile", "threshold_suspect", "threshold_friend", "threshold_neutral", "assessment_false_kill",
    "assessment_missed_kill", "search_share", "reserve", "thrust_split",
}  # fmt: skip
_WHOLE = {
    "count", "rails", "reloads", "targets_max", "missiles_max", "missiles_per_target", "rounds", "salvos",
    "last_chance_rounds", "engagements", "crew_tracks", "confirm_hits", "confirm_looks", "coast_scans", "swerling",
    "dimensions", "pulses",
}  # fmt: skip


def faults(model: Sheet) -> Iterator[Fault]:
    """The faults of one thing as (dotted key, what was read and what is allowed); nothing if it is sound."""
    for key, figure in figures(model):
        yield from _range(key, figure)
    if isinstance(model, Radar):
        yield from _radar(model)
    elif isinstance(model, Receiver):
        yield from _below("frequency_min", model.frequency_min, "frequency_max", model.frequency_max)
    elif isinstance(model, Missile):
        yield from _missile(model)
    elif isinstance(model, TargetClass):
        yield from _target(model)
    elif isinstance(model, Doctrine):
        yield from _doctrine(model)
    elif isinstance(model, Unit):
        yield from _unit(model)


def unit_faults(unit: Unit, radars: Mapping[str, Radar]) -> Iterator[Fault]:
    """The faults of a unit that only its radars show; every named radar must exist."""
    if not any(radars[row.radar].role == "engagement" for row in unit.radars):
        names = ", ".join(row.radar for row in unit.radars)
        yield "radars", f"read {names}, none of which has the role engagement; a unit needs at least one"


def _range(key: str, figure: Figure) -> Iterator[Fault]:
    name = key.rpartition(".")[2]
    least = figure.value if figure.low is None else figure.low
    most = figure.value if figure.high is None else figure.high
    if least < 0.0 and name not in _MAY_BE_NEGATIVE:
        yield key, f'read "{figure.shown_low or figure.shown}", must not be negative'
    elif figure.value == 0.0 and name not in _MAY_BE_ZERO | _MAY_BE_NEGATIVE:
        yield key, f'read "{figure.shown}", must be above zero'
    if name in _PROBABILITIES and most > 1.0:
        yield key, f'read "{figure.shown_high or figure.shown}", a probability or share is at most 1'
    if name in _WHOLE and figure.value != int(figure.value):
        yield key, f'read "{figure.shown}", must be a whole number'


def _below(low_key: str, low: Figure, high_key: str, high: Figure) -> Iterator[Fault]:
    if low.value >= high.value:
        yield low_key, f'read "{low.shown}", must be below {high_key} ("{high.shown}")'


def _radar(radar: Radar) -> Iterator[Fault]:
    yield from _below("range_min", radar.range_min, "instrumented_range", radar.instrumented_range)
    yield from _below("elevation_min", radar.elevation_min, "elevation_max", radar.elevation_max)
    if radar.dimensions.value not in (2.0, 3.0):
        yield "dimensions", f'read "{radar.dimensions.shown}", allowed are 2 and 3'
    if radar.detection_pd.value >= 1.0 or radar.detection_pfa.value >= radar.detection_pd.value:
        yield "detection_pd", f'read "{radar.detection_pd.shown}", must lie between detection_pfa and 1'
    most = radar.false_plots.value if radar.false_plots.high is None else radar.false_plots.high
    if most > false_plots_max(radar.role):
        shown = radar.false_plots.shown_high or radar.false_plots.shown
        yield "false_plots", f'read "{shown}", the radar "{radar.id}" {false_plots_room(radar.role)}'


def false_plots_max(role: str) -> int:
    """The highest mean of false plots a scan that a radar of a role hands on whole."""
    return FALSE_PLOTS_A_LOOK * (LOOKS_A_TURN if role == "rotating" else 1)


def false_plots_room(role: str) -> str:
    """That limit as the end of a sentence that begins with the radar."""
    looks = f"{LOOKS_A_TURN} looks" if role == "rotating" else "one look"
    return f"makes {looks} a scan and takes at most {FALSE_PLOTS_A_LOOK} a look, {false_plots_max(role)} a scan"


def _missile(missile: Missile) -> Iterator[Fault]:
    yield from _below("range_min", missile.range_min, "range_max", missile.range_max)
    yield from _below("altitude_min", missile.altitude_min, "altitude_max", missile.altitude_max)
    yield from _below("lethal_radius", missile.lethal_radius, "fuze_range", missile.fuze_range)
    exhaust_mps = missile.thrust.value * missile.burn_time.value / max(missile.propellant_mass.value, 1e-9)
    if not 1000.0 <= exhaust_mps <= 4000.0:
        yield (
            "thrust",
            (
                f"thrust x burn_time / propellant_mass is {exhaust_mps:.0f} m/s of exhaust speed; "
                "a solid motor has 1000 to 4000 m/s"
            ),
        )
    yield from _masses(missile)
    yield from _launch(missile)


def _masses(missile: Missile) -> Iterator[Fault]:
    propellant, dropped, launch = missile.propellant_mass, missile.dropped_mass, missile.launch_mass
    if propellant.value + dropped.value >= launch.value:
        read = f'read "{propellant.shown}"' + (f' and "{dropped.shown}" of dropped_mass' if dropped.value else "")
        yield "propellant_mass", f'{read}, must leave something of launch_mass ("{launch.shown}") after the burn'


def _launch(missile: Missile) -> Iterator[Fault]:
    """Whether the missile gets into the air and its motor burns out before it destroys itself."""
    split, delay, toss = missile.thrust_split, missile.ignition_delay, missile.catapult_height
    most = split.value if split.high is None else split.high
    if most >= 1.0:
        yield "thrust_split", f'read "{split.shown_high or split.shown}", a share of both halves must be below 1'
    push_n = 2.0 * split.value * missile.thrust.value
    weight_n = missile.launch_mass.value * STANDARD_GRAVITY_MPS2
    if push_n <= weight_n:
        yield (
            "thrust",
            (
                f'read "{missile.thrust.shown}", which is {push_n / 1e3:.0f} kN in the first half of the burn against '
                f"a weight of {weight_n / 1e3:.0f} kN: the missile cannot leave the ground"
            ),
        )
    aloft_s = 2.0 * sqrt(2.0 * toss.value / STANDARD_GRAVITY_MPS2)
    if delay.value > 0.0 and delay.value >= aloft_s:
        yield (
            "ignition_delay",
            (
                f'read "{delay.shown}", but thrown to a catapult_height of "{toss.shown}" the missile is back on the '
                f"ground after {aloft_s:.2f} s: it must be below that"
            ),
        )
    burnt_s = delay.value + missile.burn_time.value
    life = missile.self_destruct_time
    if burnt_s >= life.value:
        yield (
            "burn_time",
            (
                f'read "{missile.burn_time.shown}", so the motor burns out at {burnt_s:g} s, not before '
                f'self_destruct_time ("{life.shown}"): the burn must be shorter than the flight'
            ),
        )


def _target(target: TargetClass) -> Iterator[Fault]:
    if target.speed.value > target.speed_max.value:
        yield "speed", f'read "{target.speed.shown}", must not exceed speed_max ("{target.speed_max.shown}")'
    if target.altitude.value > target.altitude_max.value:
        most = target.altitude_max.shown
        yield "altitude", f'read "{target.altitude.shown}", must not exceed altitude_max ("{most}")'
    if (target.emitter_erp is None) != (target.emitter_frequency is None):
        lacking = "emitter_erp" if target.emitter_erp is None else "emitter_frequency"
        yield lacking, "is missing; a class that can radiate has both emitter_erp and emitter_frequency"
    if target.group == "ballistic" and target.boost_time is None:
        yield "boost_time", "is missing; a class of the group ballistic says how long its motor burns"
    if target.swerling.value not in (0.0, 1.0, 2.0, 3.0, 4.0):
        yield "swerling", f'read "{target.swerling.shown}", allowed are 0, 1, 2, 3 and 4'


def _doctrine(doctrine: Doctrine) -> Iterator[Fault]:
    if doctrine.threshold_suspect.value > doctrine.threshold_hostile.value:
        shown = doctrine.threshold_suspect.shown
        yield "threshold_suspect", f'read "{shown}", must not exceed threshold_hostile'
    if doctrine.confirm_hits.value > doctrine.confirm_looks.value:
        yield "confirm_hits", f'read "{doctrine.confirm_hits.shown}", must not exceed confirm_looks'
    for group, salvo in doctrine.salvo.items():
        if salvo.pattern == "shoot_look_shoot" and salvo.rounds.value > 1:
            key, shown = f"salvo.{group}.rounds", salvo.rounds.shown
            yield key, f'read "{shown}" with the pattern shoot_look_shoot, which fires one round before it looks'
        if salvo.pattern == "salvo" and salvo.salvos.value > 1:
            key, shown = f"salvo.{group}.salvos", salvo.salvos.shown
            yield key, f'read "{shown}" with the pattern salvo, which is fired once'


def _unit(unit: Unit) -> Iterator[Fault]:
    if unit.channel_owner == "launcher" and not any(launcher.illuminator for launcher in unit.launchers):
        yield "channel_owner", 'read "launcher", but no launcher has illuminator = true'
