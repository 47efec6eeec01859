"""Missiles of the catalog become rows, and their flown envelopes tables."""

from __future__ import annotations

from math import pi
from typing import Any

from openiads.catalog.models import Missile
from openiads.constants import STANDARD_GRAVITY_MPS2
from openiads.enums import Guidance, TargetGroup
from openiads.world.names import name_hash

_GUIDANCE = {
    "command": Guidance.COMMAND,
    "track_via_missile": Guidance.TRACK_VIA_MISSILE,
    "semi_active": Guidance.SEMI_ACTIVE,
}


def _motor_fields(missile: Missile) -> dict[str, float]:
    """Thrust, mass flow and mass of both halves of the burn; the exhaust is as fast in both."""
    burn_s, propellant_kg = missile.burn_time.value, missile.propellant_mass.value
    first = missile.thrust_split.value
    split_kg = missile.launch_mass.value - first * propellant_kg - missile.dropped_mass.value
    ignition_s = missile.ignition_delay.value
    return {
        "split_s": ignition_s + 0.5 * burn_s,
        "burnout_s": ignition_s + burn_s,
        "split_mass_kg": split_kg,
        "burnout_mass_kg": split_kg - (1.0 - first) * propellant_kg,
        "first_flow_kgps": 2.0 * first * propellant_kg / burn_s,
        "first_thrust_n": 2.0 * first * missile.thrust.value,
        "second_flow_kgps": 2.0 * (1.0 - first) * propellant_kg / burn_s,
        "second_thrust_n": 2.0 * (1.0 - first) * missile.thrust.value,
    }


def missile_row(missile: Missile, name: str) -> dict[str, Any]:
    """The MISSILE fields of a catalog missile, without its envelope."""
    by_group = {
        TargetGroup.BALLISTIC: missile.kill_ballistic, TargetGroup.CRUISE_MISSILE: missile.kill_cruise_missile,
        TargetGroup.ANTI_RADIATION: missile.kill_cruise_missile, TargetGroup.GLIDE_BOMB: missile.kill_cruise_missile,
    }  # fmt: skip
    kills = [by_group.get(group, missile.kill_aircraft) for group in TargetGroup]
    return {
        "name_hash": name_hash("missiles", name),
        "guidance": _GUIDANCE[missile.guidance],
        "launch_mass_kg": missile.launch_mass.value,
        "area_m2": 0.25 * pi * missile.diameter.value**2,
        "drag_scale": missile.drag_scale.value,
        "induced_drag": missile.induced_drag.value,
        "load_factor_max_mps2": missile.load_factor_max.value,
        "lag_s": missile.autopilot_lag.value,
        "eject_speed_mps": (2.0 * STANDARD_GRAVITY_MPS2 * missile.catapult_height.value) ** 0.5,
        "ignition_s": missile.ignition_delay.value,
        **_motor_fields(missile),
        "handover_m": missile.handover_range.value,
        "navigation_constant": missile.navigation_constant.value,
        "seeker_noise_rad": missile.seeker_noise.value,
        "life_s": missile.self_destruct_time.value,
        "lethal_radius_m": missile.lethal_radius.value,
        "fuze_range_m": missile.fuze_range.value,
        "reliability_launch": missile.reliability_launch.value,
        "reliability_guidance": missile.reliability_guidance.value,
        "reliability_fuze": missile.reliability_fuze.value,
        "common_cause": missile.common_cause.value,
        "kill_low": [kill.value if kill.low is None else kill.low for kill in kills],
        "kill": [kill.value for kill in kills],
        "kill_high": [kill.value if kill.high is None else kill.high for kill in kills],
        "target_speed_max_mps": missile.target_speed_max.value,
    }
