"""What a radar, missile, unit, target class, doctrine or place of the catalog consists of.

One TOML file holds one thing; its stem is its catalog name (``s-300pmu1``). Figures are SI once read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from openiads.catalog.figures import (
    Acceleration,
    Angle,
    AngularRate,
    Area,
    Ballistic,
    Decibel,
    Force,
    Frequency,
    Frozen,
    Length,
    Mass,
    Number,
    Power,
    Sheet,
    Speed,
    Time,
)

TargetGroupName = Literal[
    "aircraft", "airliner", "uav", "cruise_missile", "anti_radiation", "glide_bomb", "ballistic", "decoy"
]
TARGET_GROUPS: tuple[TargetGroupName, ...] = (
    "aircraft", "airliner", "uav", "cruise_missile", "anti_radiation", "glide_bomb", "ballistic", "decoy",
)  # fmt: skip


CrewModeName = Literal["automatic", "semi_automatic", "manual"]
ModeName = Literal["1", "2", "3/A", "C", "4", "S"]
"""An IFF or SSR mode."""


class Radar(Sheet):
    """A radar. Detection rests on one published point (range, RCS, Pd, Pfa); instrumented range cuts it off."""

    role: Literal["rotating", "sector", "engagement"]
    frequency: Frequency
    detection_range: Length
    detection_rcs: Area
    detection_pd: Number
    detection_pfa: Number
    pulses: Number = Field(description="summed without phase in one look")
    instrumented_range: Length
    range_min: Length
    scan_time: Time = Field(description="one revolution, or one frame of the sector")
    sector_azimuth: Angle = Field(description="full width seen without turning the antenna; 360 deg when rotating")
    elevation_min: Angle
    elevation_max: Angle
    beamwidth_azimuth: Angle
    beamwidth_elevation: Angle
    beam_shape_loss: Decibel = Field(
        description="lost where a search beam sweeps past; a channel that points has it back"
    )
    scan_loss: Number = Field(description="exponent of the cosine off boresight in two-way gain; 0 when turning")
    polarisation: Literal["horizontal", "vertical"] = "horizontal"
    range_resolution: Length
    accuracy_range: Length = Field(description="floor of the range error, one sigma")
    accuracy_azimuth: Angle
    accuracy_elevation: Angle
    dimensions: Number = Field(description="3 with height finding, 2 without")
    antenna_height: Length = Field(description="phase centre above ground")
    sidelobe_level: Decibel = Field(description="mean side lobe below the main lobe, positive")
    sidelobe_cancellation: Decibel = Field(description="what cancellers take off jamming through side lobes, positive")
    peak_power: Power
    antenna_gain: Decibel
    improvement_factor: Decibel = Field(description="what Doppler processing takes off surface clutter, positive")
    notch_speed: Speed = Field(description="radial speed at which Doppler processing halves a target's power")
    false_plots: Number = Field(description="mean number a scan over the whole instrumented volume")
    false_plots_strobe: Number = Field(description="mean number a look more along each jam strobe")
    interrogator_range: Length = Field(description="IFF and SSR range gate; 0 km for none")
    interrogator_beamwidth: Angle = Field(description="transponders closer together than this may garble")
    interrogator_modes: tuple[ModeName, ...] = Field(default=("3/A", "C", "4"), description="what it asks for")
    channel_period: Time = Field(description="time between two looks of one engagement channel")
    channel_dwell: Time = Field(description="radar time that one channel look takes from search")
    search_share: Number = Field(description="least share of the radar's time that search keeps")
    acquisition_time: Time = Field(description="time to search a cue volume once")
    slew_rate: AngularRate = Field(description="how fast the sector's centre turns")


class Receiver(Sheet):
    """A passive receiver: it hears what others radiate and has a bearing to it, never a range."""

    frequency_min: Frequency
    frequency_max: Frequency
    sensitivity: Power = Field(description="least signal at the antenna's terminals that gives a bearing")
    antenna_gain: Decibel
    accuracy_azimuth: Angle = Field(description="one sigma of a bearing")
    period: Time = Field(description="between two bearings to one emission")
    antenna_height: Length = Field(description="above ground")


class Missile(Sheet):
    """A surface-to-air missile: published limits and the parameters of its three-degree-of-freedom flight."""

    guidance: Literal["command", "track_via_missile", "semi_active"]
    range_max: Length
    range_min: Length
    altitude_min: Length
    altitude_max: Length
    range_low: Length | None = Field(default=None, description="greatest range at a low target; only compared")
    range_low_height: Length | None = Field(default=None, description="height of that target")
    apogee: Length | None = Field(default=None, description="summit of the longest shots; only compared")
    target_speed_max: Speed
    launch_mass: Mass
    propellant_mass: Mass
    burn_time: Time
    thrust: Force = Field(description="mean over the burn")
    thrust_split: Number = Field(description="share of the impulse in the first half of the burn")
    dropped_mass: Mass = Field(description="of an empty first stage, dropped at half the burn; 0 kg for one stage")
    diameter: Length
    drag_scale: Number = Field(description="factor on the standard zero-lift drag curve")
    induced_drag: Number
    load_factor_max: Acceleration
    autopilot_lag: Time
    catapult_height: Length
    ignition_delay: Time
    loft_angle: Angle = Field(description="greatest climb above the line of sight")
    handover_range: Length = Field(description="missile to target, where terminal homing starts")
    navigation_constant: Number
    seeker_noise: Angle = Field(description="one sigma of the line of sight at hand-over")
    self_destruct_time: Time
    lethal_radius: Length = Field(description="miss distance at which the warhead kills half the time")
    warhead_mass: Mass
    fuze_range: Length = Field(description="miss distance beyond which the proximity fuze does not function")
    reliability_launch: Number = Field(description="chance that the round leaves and can be guided")
    reliability_guidance: Number = Field(description="chance that its guidance works until the intercept")
    reliability_fuze: Number = Field(description="chance that the fuze functions within its range")
    common_cause: Number = Field(description="share of salvos whose rounds work or fail together")
    kill_aircraft: Number = Field(description="single-shot kill probability given a good flight")
    kill_cruise_missile: Number
    kill_ballistic: Number
    speed_max: Speed = Field(description="at burn-out; the calibration fits it")
    mean_speed: Speed | None = Field(default=None, description="to a far target; the calibration fits it")
    mean_speed_range: Length | None = Field(default=None, description="range over which that mean is taken")


class UnitRadar(Frozen):
    """A radar of a unit and where it stands from the unit's site."""

    radar: str
    east: Length
    north: Length


class UnitLauncher(Frozen):
    """Launchers of one kind. ``illuminator`` marks those that carry their own channel (S-300V)."""

    name: str
    missile: str
    count: Number
    rails: Number
    reloads: Number = Field(description="rounds on loaders, per launcher")
    illuminator: bool = False
    spacing: Length = Field(description="from the site; the launchers of a kind stand on a circle of this radius")


class Unit(Sheet):
    """A fire unit: radars, launchers and what its fire control can do at once."""

    platform: Literal["land", "ship"] = "land"
    radars: tuple[UnitRadar, ...] = Field(min_length=1)
    launchers: tuple[UnitLauncher, ...] = Field(min_length=1)
    targets_max: Number = Field(description="targets engaged at once")
    missiles_max: Number = Field(description="missiles guided at once")
    missiles_per_target: Number
    channel_owner: Literal["radar", "launcher"]
    launch_interval: Time
    reaction_time: Time
    reload_time: Time


class TargetClass(Sheet):
    """A class of flying things: how it looks to a radar, how it flies, what it does where it arrives."""

    group: TargetGroupName
    swerling: Number
    rcs_nose: Area
    rcs_beam: Area
    rcs_tail: Area
    speed: Speed = Field(description="cruise")
    speed_max: Speed
    altitude: Length = Field(description="usual cruise height")
    altitude_max: Length
    load_factor_max: Acceleration
    ballistic_coefficient: Ballistic = Field(description="m / (Cd A)")
    boost_time: Time | None = Field(default=None, description="how long the motor of what then falls freely burns")
    vulnerability: Number = Field(description="factor on the missile's kill probability, 1 for a plain target")
    damage: Number = Field(description="share of a unit-hardness asset that one hit destroys")
    cep: Length = Field(description="circular error probable of its own weapon delivery")
    emitter_erp: Power | None = Field(
        default=None, description="what its own radar radiates towards a receiver on the ground, mean over its scan"
    )
    emitter_frequency: Frequency | None = None


class Salvo(Frozen):
    """How one group of targets is shot at."""

    pattern: Literal["shoot_look_shoot", "shoot_shoot_look", "salvo"] = Field(
        description="look after every round, after several, or fire once and never again"
    )
    rounds: Number = Field(description="in one salvo; 1 to shoot, look and shoot")
    interval: Time = Field(description="least time between the rounds of a salvo; the launcher's own where longer")
    salvos: Number = Field(description="at one target, at most")
    last_chance_rounds: Number = Field(description="fired where there is no time to look and shoot again")
    engagements: Number = Field(description="target channels on one target at once, at most")
    reserve: Number = Field(description="share of the rounds on a full unit's rails that is not fired at this group")
    threat_weight: Number


class Likelihood(Frozen):
    """P(evidence | friend), P(evidence | civil), P(evidence | hostile)."""

    friend: Number
    civil: Number
    hostile: Number


EVIDENCE_LEVELS: Mapping[str, tuple[str, ...]] = {
    "iff": ("not_asked", "no_reply", "garbled", "mode_3", "mode_4_failed", "mode_4_valid"),
    "code": ("none", "code_unknown", "code_of_plan", "code_and_route_of_plan"),
    "route": ("none", "said_by_code", "on_plan", "in_corridor"),
    "height": ("none", "agrees", "disagrees"),
    "kinematics": ("unknown", "slow", "airway", "fast_high", "low_fast", "supersonic", "ballistic"),
    "origin": ("far", "near", "airport", "friendly_area", "civil_area", "hostile_area"),
    "course": ("away", "towards_asset"),
    "act": ("none", "unannounced", "intrusion", "jamming", "release"),
    "notice": ("none", "announced"),
    "word": ("none", "friend", "neutral", "hostile"),
}
"""The kinds of evidence of an identity in the order of ``enums.EvidenceKind``, and the levels of each in theirs."""


def _levels(kind: str) -> str:
    return ", ".join(EVIDENCE_LEVELS[kind])


class Doctrine(Sheet):
    """How a command post decides: clock, crew, identity, shots and assessment."""

    decision_cycle: Time
    prior: Likelihood
    iff: dict[str, Likelihood] = Field(description=_levels("iff"))
    code: dict[str, Likelihood] = Field(description=_levels("code"))
    route: dict[str, Likelihood] = Field(description=_levels("route"))
    height: dict[str, Likelihood] = Field(description=_levels("height"))
    kinematics: dict[str, Likelihood] = Field(description=_levels("kinematics"))
    origin: dict[str, Likelihood] = Field(description=_levels("origin"))
    course: dict[str, Likelihood] = Field(description=_levels("course"))
    act: dict[str, Likelihood] = Field(description=_levels("act"))
    notice: dict[str, Likelihood] = Field(description=_levels("notice"))
    word: dict[str, Likelihood] = Field(description=_levels("word"))
    threshold_hostile: Number
    threshold_suspect: Number
    threshold_friend: Number
    threshold_neutral: Number
    corridor_half_width: Length
    plan_tolerance: Time
    pop_up_range: Length = Field(description="first seen nearer than this to a radar of the post: out of nowhere")
    height_tolerance: Length = Field(description="between the height that a transponder tells and the measured one")
    release_range: Length = Field(description="what begins so near a track came off it")
    mode: CrewModeName = Field(description="who decides that rounds are fired, unless the scenario says otherwise")
    crew_tracks: Number = Field(description="tracks that the crew decides on or engages at once; no limit if automatic")
    decision_time: Time = Field(description="until the crew has decided on a track; drawn from its spread")
    approval_time: Time = Field(description="until the crew consents to a launch, where the mode is manual; drawn")
    allocation: Literal["optimal", "greedy", "first_come"] = Field(description="how channels are given to threats")
    salvo: dict[TargetGroupName, Salvo]
    self_defence: bool = Field(description="whether a unit may fire at what attacks itself under any control status")
    self_defence_time: Time = Field(description="so long before its arrival an attack counts as one")
    self_defence_range: Length = Field(description="and if it comes so near to a vehicle of the unit")
    shut_down: bool = Field(description="whether a radar falls silent before an anti-radiation missile arrives")
    shut_down_time: Time = Field(description="so long before")
    silence: Time = Field(description="and for how long")
    threat_min: Number = Field(description="least threat value that is engaged")
    threat_time: Time = Field(description="time to the asset at which the threat is halved")
    track_sigma_max: Length = Field(description="largest position sigma a track may have to be designated")
    acquisition_timeout: Time
    assessment_delay: Time
    assessment_window: Time = Field(description="a track without a plot so long after an intercept is called killed")
    assessment_false_kill: Number
    assessment_missed_kill: Number
    confirm_hits: Number
    confirm_looks: Number
    coast_scans: Number = Field(description="scans without a plot before a track is dropped")
    confirm_score: Number = Field(description="log-likelihood ratio that confirms a track before the hits do")
    gate_share: Number = Field(description="share of an object's own plots that its track's gate holds")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        wanted = {**EVIDENCE_LEVELS, "salvo": TARGET_GROUPS}
        for table, names in wanted.items():
            given = set(getattr(self, table))
            if missing := [name for name in names if name not in given]:
                raise ValueError(f"{table} lacks {', '.join(missing)}")
            if extra := sorted(given - set(names)):
                raise ValueError(f"{table} has {', '.join(extra)}; allowed are {', '.join(names)}")
        return self


class Place(Frozen):
    """A named point: a base, city, airport or waypoint."""

    name: str
    kind: Literal["base", "city", "airport", "waypoint", "navaid", "port"]
    lat_deg: float = Field(ge=-90, le=90)
    lon_deg: float = Field(ge=-180, le=180)
    elevation_m: float = 0.0
    source: str
    confidence: Literal["published", "quoted", "game", "estimate", "derived", "unconfirmed", "assumed"]
