"""The flight of a missile written again in plain NumPy, and solved by scipy's DOP853.

Forces are vectors in newtons, angles are angles, the earth turns by cross products, and the atmosphere is that of the
``fluids`` package. State: position, velocity, achieved lift (an acceleration).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from fluids.atmosphere import ATMOSPHERE_1976
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from openiads.physics.shot import Shot

Vector = NDArray[np.float64]
GM, J2, RADIUS_M, FLATTENING = 3.986004418e14, 1.082629821313e-3, 6378137.0, 1.0 / 298.257223563
SPIN = np.array([0.0, 0.0, 7.292115e-5])
STEERING_S, TIP_OVER_RADPS, LIFT_MAX, HOMING_AFTER_S = 1.5, 0.7, 4.0, 3.0


class Air(NamedTuple):
    """Density and speed of sound."""

    density: float
    sound: float


def fluids_air(height_m: float) -> Air:
    """The US Standard Atmosphere 1976 of ``fluids``; below the sea that of the sea, above 86 km none."""
    if height_m >= 86000.0:
        return Air(0.0, 274.1)
    air = ATMOSPHERE_1976(max(height_m, 0.0))
    return Air(float(air.rho), float(air.v_sonic))


def tabulated_air() -> Callable[[float], Air]:
    """The same every 100 m, and straight between."""
    heights_m = np.arange(0.0, 86001.0, 100.0)
    rows = np.array([fluids_air(min(float(height), 85999.9)) for height in heights_m])

    def at(height_m: float) -> Air:
        found = (float(np.interp(height_m, heights_m, rows[:, n])) for n in range(2))
        return Air(*found)

    return at


def unit(vector: Vector) -> Vector:
    """Direction."""
    return vector / np.linalg.norm(vector)


def height(pos_m: Vector) -> float:
    """Height along the radius vector over the ellipse x^2 / a^2 + z^2 / b^2 = 1."""
    radius_m = float(np.linalg.norm(pos_m))
    sine2 = (pos_m[2] / radius_m) ** 2
    polar_m = RADIUS_M * (1.0 - FLATTENING)
    return radius_m - 1.0 / float(np.sqrt((1.0 - sine2) / RADIUS_M**2 + sine2 / polar_m**2))


def upright(pos_m: Vector) -> Vector:
    """The gradient of the ellipsoid through a position."""
    return unit(pos_m / np.array([1.0, 1.0, (1.0 - FLATTENING) ** 2]))


def potential(pos_m: Vector) -> float:
    """Of gravitation with its second zonal harmonic and of the centrifugal force, J/kg."""
    radius_m = float(np.linalg.norm(pos_m))
    legendre = 1.5 * (pos_m[2] / radius_m) ** 2 - 0.5
    attraction = -GM / radius_m * (1.0 - J2 * (RADIUS_M / radius_m) ** 2 * legendre)
    return float(attraction - 0.5 * SPIN[2] ** 2 * (pos_m[0] ** 2 + pos_m[1] ** 2))


def gravitation(pos_m: Vector) -> Vector:
    """Attraction alone, by its textbook components."""
    radius_m = np.linalg.norm(pos_m)
    bulge = 1.5 * J2 * (RADIUS_M / radius_m) ** 2
    share = 5.0 * (pos_m[2] / radius_m) ** 2
    return -GM / radius_m**3 * pos_m * (1.0 + bulge * (np.array([1.0, 1.0, 3.0]) - share))


def apparent(pos_m: Vector, vel_mps: Vector) -> Vector:
    """Gravitation, Coriolis and centrifugal acceleration."""
    return gravitation(pos_m) - 2.0 * np.cross(SPIN, vel_mps) - np.cross(SPIN, np.cross(SPIN, pos_m))


class Forces(NamedTuple):
    """What acts on a missile beside its weight, N; the acceleration that guidance wants, m/s2; the mass, kg."""

    thrust: Vector
    drag: Vector
    lift: Vector
    wanted: Vector
    mass: float


class Burn(NamedTuple):
    """A leg of the flight in which the motor does not change."""

    begin_s: float
    end_s: float
    thrust_n: float
    flow_kgps: float
    mass_kg: float  # at its begin


def burns(missile: Any, until_s: float) -> list[Burn]:
    """Ejected, first half of the burn, second half, coast."""
    ignition_s, split_s, burnout_s = (float(missile[name]) for name in ("ignition_s", "split_s", "burnout_s"))
    launch_kg, split_kg, empty_kg = (float(missile[f"{name}_mass_kg"]) for name in ("launch", "split", "burnout"))
    first, second = (
        (float(missile[f"{half}_thrust_n"]), float(missile[f"{half}_flow_kgps"])) for half in ("first", "second")
    )
    return [
        Burn(0.0, ignition_s, 0.0, 0.0, launch_kg),
        Burn(ignition_s, split_s, *first, launch_kg),
        Burn(split_s, burnout_s, *second, split_kg),
        Burn(burnout_s, until_s, 0.0, 0.0, empty_kg),
    ]


class Twin:
    """One missile and its shot."""

    def __init__(self, missile: Any, shot: Shot, air: Callable[[float], Air] = fluids_air) -> None:
        self.missile, self.air = missile, air
        self.point, self.target_vel, self.meet_s = np.array(shot.point_m), np.array(shot.target_mps), shot.meet_s
        self.loft_slope, self.reach_m = shot.loft_slope, float(np.linalg.norm(self.point - np.array(shot.site_m)))
        self.start = np.array([*shot.site_m, *(missile["eject_speed_mps"] * np.array(shot.up)), 0.0, 0.0, 0.0])

    def wished(self, pos: Vector) -> Vector:
        """The line to the point, turned up by the angle whose tangent is the loft's."""
        line, up = unit(self.point - pos), upright(pos)
        slope = self.loft_slope * min(float(np.linalg.norm(self.point - pos)) / self.reach_m, 1.0)
        if abs(line @ up) > 0.99:
            return line
        raised = np.arctan(slope)
        return np.cos(raised) * line + np.sin(raised) * unit(up - (line @ up) * line)

    def axis(self, age_s: float, pos: Vector) -> Vector:
        """Direction of thrust: turned from the vertical in the plane of tip-over."""
        up, wished = upright(pos), self.wished(pos)
        angle = TIP_OVER_RADPS * (age_s - self.missile["ignition_s"])
        whole = float(np.arccos(np.clip(up @ wished, -1.0, 1.0)))
        return wished if angle >= whole else (np.sin(whole - angle) * up + np.sin(angle) * wished) / np.sin(whole)

    def target(self, age_s: float) -> Vector:
        """Where the target is."""
        return self.point + self.target_vel * (age_s - self.meet_s)

    def navigation(self, age_s: float, pos: Vector, vel: Vector) -> Vector:
        """Proportional navigation: the miss that flying straight on would give, over the square of the time to go."""
        apart, closing = self.target(age_s) - pos, self.target_vel - vel
        to_go = -(apart @ closing) / (closing @ closing)
        return self.missile["navigation_constant"] * (apart + closing * to_go) / max(to_go, 1e-3) ** 2

    def forces(self, age_s: float, state: Vector, burn: Burn, homing: bool) -> Forces:
        """At one moment."""
        m, pos, vel, ahead = self.missile, state[:3], state[3:6], unit(state[3:6])
        mass = burn.mass_kg - burn.flow_kgps * (age_s - burn.begin_s)
        speed, air = np.linalg.norm(vel), self.air(height(pos))
        pressure_n = 0.5 * air.density * speed**2 * m["area_m2"]
        lift = state[6:9] - (state[6:9] @ ahead) * ahead
        zero_lift = np.interp(speed / air.sound, [0.8, 1.1, 2.25, 5.0], [0.3, 0.55, 0.40, 0.25])
        lift_coefficient = mass * np.linalg.norm(lift) / pressure_n if pressure_n > 0.0 else 0.0
        drag_n = pressure_n * (m["drag_scale"] * zero_lift + m["induced_drag"] * lift_coefficient**2)
        wanted = self.navigation(age_s, pos, vel) if homing else self.wished(pos) * speed / STEERING_S
        wanted = wanted - apparent(pos, vel)
        wanted = wanted - (wanted @ ahead) * ahead
        most = min(m["load_factor_max_mps2"], LIFT_MAX * pressure_n / mass)
        wanted = wanted * min(1.0, most / max(float(np.linalg.norm(wanted)), 1e-12))
        axis = ahead if homing or burn.thrust_n == 0.0 else self.axis(age_s, pos)
        return Forces(burn.thrust_n * axis, -drag_n * ahead, mass * lift, wanted, mass)

    def rates(self, age_s: float, state: Vector, burn: Burn, homing: bool) -> Vector:
        """Time derivatives."""
        acting = self.forces(age_s, state, burn, homing)
        pushed = (acting.thrust + acting.drag + acting.lift) / acting.mass
        turning = (acting.wanted - state[6:9]) / self.missile["lag_s"]
        return np.concatenate([state[3:6], pushed + apparent(state[:3], state[3:6]), turning])

    def fly(self, until_s: float) -> tuple[list[Any], float, Vector]:
        """Solutions leg by leg, the time of the closest approach, and the state there."""
        state, now_s, homing, legs = self.start, 0.0, False, []
        for burn in burns(self.missile, until_s):
            while now_s < burn.end_s - 1e-12:
                leg = self._leg(now_s, state, burn, homing)
                legs.append(leg)
                state, now_s = leg.y[:, -1], float(leg.t[-1])
                if leg.status == 1 and homing:
                    return legs, now_s, state
                homing = homing or leg.status == 1
        return legs, now_s, state

    def _leg(self, begin_s: float, state: Vector, burn: Burn, homing: bool) -> Any:
        ready_s = float(self.missile["ignition_s"]) + HOMING_AFTER_S

        def nearest(age_s: float, y: Vector) -> float:
            return float((self.target(age_s) - y[:3]) @ (self.target_vel - y[3:6]))

        def handed_over(age_s: float, y: Vector) -> float:
            return max(float(np.linalg.norm(self.point - y[:3])) - self.missile["handover_m"], ready_s - age_s)

        event: Any = nearest if homing else handed_over
        event.terminal, event.direction = True, 1.0 if homing else -1.0
        return solve_ivp(
            lambda age_s, y: self.rates(age_s, y, burn, homing), (begin_s, burn.end_s), state, method="DOP853",
            rtol=1e-10, atol=1e-7, events=event, dense_output=True,
        )  # fmt: skip


def state_at(legs: list[Any], age_s: float) -> Vector:
    """The state at an age."""
    leg = next(leg for leg in legs if leg.t[0] <= age_s <= leg.t[-1])
    found: Vector = leg.sol(age_s)
    return found
