"""Radars become rows: the anchored constant, the clock, and tables of what surrounds them and of when they detect."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil, cos, degrees, log, pi, sin, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from openiads.catalog.models import Radar
from openiads.constants import (
    EFFECTIVE_EARTH_RADIUS_M,
    FALSE_PLOT_CEILING_M,
    FALSE_PLOTS_LEAST,
    LIGHT_SPEED_MPS,
    MEAN_EARTH_RADIUS_M,
    TICKS_PER_SECOND,
)
from openiads.enums import RadarKind
from openiads.physics.attenuation import AIR_CELLS, AIR_RANGES, fill_air, path_loss_db
from openiads.physics.clutter import wave_height_sigma
from openiads.physics.detection import (
    CHANCE_CELLS,
    CHANCE_LEAST_DB,
    CHANCE_STEP_DB,
    LEAST_CHANCE,
    fill_chances,
    snr_for_detection,
)
from openiads.physics.earth import geodetic
from openiads.physics.kinematics import leg_position
from openiads.physics.multipath import rough_sine
from openiads.physics.radar import jam_constant
from openiads.scenario.load import Scenario
from openiads.scenario.schema import Environment, UnitSite
from openiads.units import Point
from openiads.world.horizons import RANGES, Spot, horizon_row, surround, survey
from openiads.world.rows import mode_mask, table_of, ticks
from openiads.world.tables import AIR, CELL, CHANCE, HORIZON

if TYPE_CHECKING:
    from openiads.world.build_units import UnitRows

TRACKER_DETECTION = 0.8  # chance of a look that trackers count with, assumed
HEIGHT_FINDING = 3  # dimensions of a radar that measures elevation
LOOKS_PER_TURN = 8  # a rotating radar's plots are handed on eight times a turn
CASES = 5  # of fluctuation, Swerling 0 to 4
ANCHOR_CASE = 1  # the target of a published range fluctuates from scan to scan, assumed
ANCHOR_ELEVATION_RAD = 0.02  # at which the air's loss stands in a published range, assumed
SPOT_SPACING_M = 5000.0  # a ship's surroundings are surveyed anew so often
RECEIVER_REACH_M = 450e3  # to which a passive receiver's surroundings are surveyed; beyond, the last line goes on
SPOTS_MAX = 16  # surveys along one ship's way; a longer way spaces them wider
_KINDS = {"rotating": RadarKind.ROTATING, "sector": RadarKind.SECTOR, "engagement": RadarKind.ENGAGEMENT}


@dataclass(frozen=True)
class Way:
    """Where an antenna is surveyed: one spot, or several along a ship's way, some ticks apart."""

    spots: tuple[Spot, ...]
    every_tick: int = 1


@dataclass(frozen=True)
class Surroundings:
    """The tables that radars look things up in."""

    horizons: Any
    cells: Any
    chances: Any
    air: Any


def radar_fields(radar: Radar, entry: UnitSite, environment: Environment) -> dict[str, Any]:
    """The RADAR fields that follow from its sheet, its site's entry and the environment."""
    return _clock(radar, entry) | _limits(radar) | _errors(radar) | _signal(radar, environment) | _interference(radar)


def _clock(radar: Radar, entry: UnitSite) -> dict[str, Any]:
    """How it looks around, with the false plots that the scenario gives its search radars."""
    kind = _KINDS[radar.role]
    looks = LOOKS_PER_TURN if kind == RadarKind.ROTATING else 1
    false_plots = radar.false_plots.value
    if kind != RadarKind.ENGAGEMENT and entry.false_plots is not None:
        false_plots = entry.false_plots
    area_m2 = half_angle_rad(kind, radar) * radar.instrumented_range.value**2 / looks
    volume = area_m2 * (FALSE_PLOT_CEILING_M if radar.dimensions.value == HEIGHT_FINDING else 1.0)
    return {
        "log_false_density": log(max(false_plots / looks, FALSE_PLOTS_LEAST) / volume), "detection": TRACKER_DETECTION,
        "kind": kind, "looks_per_scan": looks, "look_tick": ticks(radar.scan_time.value / looks),
        "channel_tick": ticks(radar.channel_period.value),
        "acquisition_tick": ticks(radar.acquisition_time.value),
        "channel_share": radar.channel_dwell.value / radar.channel_period.value,
        "search_share": radar.search_share.value, "slew_rate_radps": radar.slew_rate.value,
        "false_plots_per_look": false_plots / looks, "false_plots_strobe": radar.false_plots_strobe.value,
    }  # fmt: skip


def half_angle_rad(kind: RadarKind, radar: Radar) -> float:
    """Half of the azimuth that a radar's frame covers."""
    return pi if kind == RadarKind.ROTATING else 0.5 * radar.sector_azimuth.value


def _limits(radar: Radar) -> dict[str, Any]:
    """Where it can look."""
    half_rad = 0.5 * radar.sector_azimuth.value
    return {
        "dimensions": int(radar.dimensions.value), "instrumented_range_m": radar.instrumented_range.value,
        "range_min_m": radar.range_min.value, "interrogator_range_m": radar.interrogator_range.value,
        "interrogator_beam_rad": radar.interrogator_beamwidth.value,
        "interrogator_modes": mode_mask(radar.interrogator_modes), "sector_half_rad": half_rad,
        "sector_half_cos": cos(half_rad), "elevation_min_sin": sin(radar.elevation_min.value),
        "elevation_max_sin": sin(radar.elevation_max.value), "beam_azimuth_rad": radar.beamwidth_azimuth.value,
        "beam_azimuth_cos": cos(radar.beamwidth_azimuth.value), "beam_elevation_rad": radar.beamwidth_elevation.value,
        "horizon_step_m": radar.instrumented_range.value / (RANGES - 1),
    }  # fmt: skip


def _errors(radar: Radar) -> dict[str, Any]:
    """How well it measures."""
    return {
        "range_resolution_m": radar.range_resolution.value, "range_floor_m": radar.accuracy_range.value,
        "azimuth_floor_rad": radar.accuracy_azimuth.value, "elevation_floor_rad": radar.accuracy_elevation.value,
    }  # fmt: skip


def _signal(radar: Radar, environment: Environment) -> dict[str, Any]:
    """What comes back: the constant that makes the published detection range hold in clear air over rough ground."""
    frequency_hz, reach_m = radar.frequency.value, radar.detection_range.value
    pulses, log_pfa = int(radar.pulses.value), log(radar.detection_pfa.value)
    horizontal = radar.polarisation == "horizontal"
    needed = pulses * snr_for_detection(radar.detection_pd.value, log_pfa, pulses, ANCHOR_CASE)
    elevation_rad = max(ANCHOR_ELEVATION_RAD, radar.elevation_min.value)
    air_db = 2.0 * path_loss_db(frequency_hz, 0.0, horizontal, radar.antenna_height.value, elevation_rad, reach_m)
    return {
        "snr_constant_m2": needed * reach_m**4 / radar.detection_rcs.value * _linear(air_db), "log_pfa": log_pfa,
        "pulses": pulses,
        "frequency_hz": frequency_hz, "wavelength_m": LIGHT_SPEED_MPS / frequency_hz, "horizontal": int(horizontal),
        "point_gain": _linear(radar.beam_shape_loss.value), "scan_loss": radar.scan_loss.value,
        "notch_mps": radar.notch_speed.value, "improvement": _linear(radar.improvement_factor.value),
        "sea_sigma_m": wave_height_sigma(environment.sea_state),
        "mirror_sine": rough_sine(LIGHT_SPEED_MPS / frequency_hz, wave_height_sigma(environment.sea_state)),
    }  # fmt: skip


def _interference(radar: Radar) -> dict[str, Any]:
    """What jamming does to it."""
    return {
        "jam_constant_m2pw": jam_constant(_linear(radar.antenna_gain.value), radar.frequency.value),
        "sidelobe_gain": _linear(-radar.sidelobe_level.value - radar.sidelobe_cancellation.value),
    }


def _linear(level_db: float) -> float:
    return float(10.0 ** (level_db / 10.0))


def sailed(legs: Any, antenna_m: float) -> Way:
    """The way of an antenna on a ship that sails some legs."""
    end_tick = int(legs[-1]["end_tick"])
    length_m = float(legs[0]["rate_radps"]) * MEAN_EARTH_RADIUS_M * end_tick / TICKS_PER_SECOND
    parts = min(max(ceil(length_m / SPOT_SPACING_M), 1), SPOTS_MAX - 1)
    every_tick = max(end_tick // parts, 1)
    return Way(tuple(_spot(legs, n * every_tick, antenna_m) for n in range(parts + 1)), every_tick)


def _spot(legs: Any, tick: int, antenna_m: float) -> Spot:
    leg = next(leg for leg in legs if tick <= leg["end_tick"])
    place = geodetic(leg_position(leg, tick))
    return Spot(Point(degrees(place.x), degrees(place.y)), antenna_m)


def add_surroundings(scenario: Scenario, earth_radius_m: float, units: UnitRows, radars: Any) -> Surroundings:
    """Survey every antenna and tabulate every radar's chances and air; fills the rows that point to them.

    Args:
        scenario: its terrain and environment.
        earth_radius_m: local radius of the earth.
        units: rows of the units, whose emitters and receivers are told their surveys.
        radars: RADAR table, whose ``first_*`` fields are filled.
    """
    environment = scenario.file.environment
    found = _Surveys()
    chances = np.zeros(len(radars) * CASES * CHANCE_CELLS, CHANCE)
    air = np.zeros(len(radars) * AIR_CELLS, AIR)
    for r, (sheet, way) in enumerate(units.antennas):
        row = radars[r]
        row["first_chance"], row["first_air"] = r * CASES * CHANCE_CELLS, r * AIR_CELLS
        row["air_step_m"] = row["instrumented_range_m"] / (AIR_RANGES - 1)
        row["elevation_min_sin"] = lowest_beam(sheet, max(spot.antenna_m for spot in way.spots))
        _tabulate(row, sheet, environment, way, chances, air)
        units.emitters[r]["horizon"] = len(found.horizons)
        for name, value in found.pointers(way).items():
            row[name] = value
        for spot in way.spots:
            found.add(survey(scenario.terrain, earth_radius_m, spot, row, environment), row["horizon_step_m"], spot)
    for receiver, way in zip(units.receivers, units.listening, strict=True):
        receiver |= found.pointers(way)
        for spot in way.spots:
            step_m = RECEIVER_REACH_M / (RANGES - 1)
            found.add(surround(scenario.terrain, earth_radius_m, spot, step_m), step_m, spot)
    cells = np.concatenate(found.cells) if found.cells else np.zeros(0, CELL)
    return Surroundings(table_of(HORIZON, found.horizons), cells, chances, air)


def lowest_beam(sheet: Radar, antenna_m: float) -> float:
    """Sine of the elevation of the lowest beam's axis; one at or below level lies on the sea's horizon.

    Source: dip of the horizon sqrt(2 h / (k a)), as the bent ray leaves the antenna.
    """
    stated = sin(sheet.elevation_min.value)
    return stated if stated > 0.0 else min(stated, -sqrt(2.0 * max(antenna_m, 0.0) / EFFECTIVE_EARTH_RADIUS_M))


@dataclass
class _Surveys:
    """Surveys while they are gathered."""

    horizons: list[dict[str, Any]] = field(default_factory=list)
    cells: list[Any] = field(default_factory=list)

    def pointers(self, way: Way) -> dict[str, int]:
        """The fields by which a row finds the surveys of its way, which come next."""
        return {
            "first_horizon": len(self.horizons), "horizon_count": len(way.spots), "horizon_tick": way.every_tick,
        }  # fmt: skip

    def add(self, cells: Any, step_m: float, spot: Spot) -> None:
        """Append one survey."""
        self.horizons.append(horizon_row(sum(map(len, self.cells)), step_m, spot.antenna_m))
        self.cells.append(cells)


def _tabulate(row: Any, sheet: Radar, environment: Environment, way: Way, chances: Any, air: Any) -> None:
    """The chances of detection by look SNR and the loss of the air, of one radar."""
    pulses = int(sheet.pulses.value)
    first, least_db = int(row["first_chance"]), np.inf
    for case in range(CASES):
        fill_chances(chances, first + case * CHANCE_CELLS, case, pulses, row["log_pfa"])
        one = chances["chance"][first + case * CHANCE_CELLS : first + (case + 1) * CHANCE_CELLS]
        least_db = min(least_db, CHANCE_LEAST_DB + CHANCE_STEP_DB * int(np.argmax(one >= LEAST_CHANCE)))
    row["least_snr"] = pulses * _linear(least_db)
    fill_air(
        air, int(row["first_air"]), row["frequency_hz"], environment.rain_mmph, sheet.polarisation == "horizontal",
        way.spots[0].antenna_m, row["instrumented_range_m"],
    )  # fmt: skip
