"""What a scenario file may say: frozen models whose field names are the file's keys.

``class`` and ``is`` are words of Python, so those two keys are ``class_`` and ``is_`` here. Times are seconds after
``start``, lengths metres, angles radians; speeds and altitudes stay tagged until ``world/build``. What needs the
catalog or more than one key is checked in ``check.py``, so that the error names the exact key.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from openiads import units
from openiads.catalog.figures import Frozen
from openiads.catalog.models import CrewModeName, ModeName
from openiads.scenario.quantities import (
    AltitudeText,
    AngleRad,
    CatalogName,
    FileText,
    FrequencyHz,
    GainDb,
    GammaDb,
    HeightErrorM,
    HexAddress,
    LengthM,
    Name,
    OctalCode,
    OctalPair,
    PositiveLengthM,
    PowerW,
    SpanS,
    SpeedText,
    StartTime,
    TimeS,
    Where,
)

RelationName = Literal["own", "allied", "neutral", "third_party", "hostile"]
ControlName = Literal["hold", "tight", "free"]
MotionName = Literal["route", "ballistic"]
ZoneKind = Literal["engagement", "no_fire", "corridor", "territorial_sea", "fir"]
OriginName = Literal["friendly", "civil", "hostile"]
RecordName = Literal["full", "events"]
KillLevelName = Literal["low", "mid", "high", "drawn"]
KILL_LEVELS: tuple[KillLevelName, ...] = ("low", "mid", "high", "drawn")
LimitsName = Literal["published", "flown"]
LimitName = Literal["horizon", "reaction", "channels", "magazine", "rule", "envelope"]
LIMITS_TO_LIFT: tuple[LimitName, ...] = ("horizon", "reaction", "channels", "magazine", "rule", "envelope")
FaultKind = Literal["north_misalignment", "range_bias"]
BUILT_IN_TERRAINS = ("globe", "sea_level")

_Flag = Annotated[bool, Field(strict=True)]
_Count = Annotated[int, Field(strict=True, ge=1, le=500)]
_Room = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
_Weight = Annotated[float, Field(strict=True, gt=0, le=1e6, allow_inf_nan=False)]
_GROUND = units.Altitude(0.0, above_ground=True)


def _plain_rate(raw: Any) -> Any:
    if isinstance(raw, str):
        raise units.UnitError(f'read "{raw}", expected a plain number in mm/h, without quotes, such as 4.0')
    return raw


_RainMmph = Annotated[float, BeforeValidator(_plain_rate), Field(strict=True, ge=0.0, le=150.0, allow_inf_nan=False)]


class _Table(Frozen):
    """Base of every table of a scenario file; Python code may say ``class_`` where the file says ``class``."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)


class Side(_Table):
    """A party."""

    name: Name


class RelationRow(_Table):
    """How ``of`` looks at ``to``; both ways unless the reverse has its own row."""

    of: Name
    to: Name
    is_: RelationName = Field(alias="is")


class Post(_Table):
    """A command post: who decides, by which doctrine, under which weapons control status."""

    name: Name
    side: Name
    doctrine: CatalogName = "default"
    control: ControlName = "free"
    mode: CrewModeName | None = Field(default=None, description="who decides that rounds are fired; the doctrine's")


class Asset(_Table):
    """Something on the ground that is defended or attacked."""

    name: Name
    side: Name
    at: Where
    altitude: AltitudeText = _GROUND
    radius: PositiveLengthM = Field(description="a hit inside it does damage")
    value: _Weight = Field(description="worth, relative to the other assets")
    hardness: _Weight = Field(default=1.0, description="hits of unit damage that destroy it")


class UnitSite(_Table):
    """A fire unit of the catalog and where it stands (or sails, with ``route`` and ``speed``)."""

    name: Name
    unit: CatalogName
    side: Name
    post: Name
    at: Where
    altitude: AltitudeText = Field(default=_GROUND, description="of the ground its vehicles stand on")
    control: ControlName | None = Field(default=None, description="of its own; that of its post if unsaid")
    facing: AngleRad = Field(default=0.0, description="where its sector radars look first, clockwise from north")
    route: tuple[Where, ...] = Field(default=(), description="for a ship: sailed from `at` through these points")
    speed: SpeedText | None = None
    receivers: tuple[CatalogName, ...] = Field(default=(), description="passive receivers of the catalog at its site")
    false_plots: Annotated[float, Field(strict=True, ge=0, le=10_000)] | None = Field(
        default=None,
        description="mean false plots a scan of its search radars, instead of the catalog's: at most 1120 of one that "
        "rotates, 140 of one with a sector",
    )


class Release(_Table):
    """A weapon that every element of a raid lets go at a point of its route."""

    class_: CatalogName = Field(alias="class")
    count: _Count = Field(default=1, description="by each element")
    at_waypoint: Annotated[int, Field(strict=True, ge=1)] = Field(description="of the raid's route, the first is 1")
    aim: str = Field(description="an asset, or a radar such as v4.engagement, v4.search, v4.9s32m")
    interval: SpanS = Field(default=1.0, description="between the weapons of one element")


class Jammer(_Table):
    """A noise jammer carried by every element of a raid."""

    power: PowerW
    bandwidth: FrequencyHz
    gain: GainDb = 10.0


class Transponder(_Table):
    """What an aircraft answers when asked."""

    code: OctalCode
    on: _Flag = True
    modes: tuple[ModeName, ...] = Field(default=("3/A", "C"), min_length=1)
    mode_4: _Flag = Field(default=False, description="answers the secure mode as well")
    mode_4_expired: _Flag = Field(default=False, description="a fault: with a key that is no longer valid")
    code_1: OctalPair | None = Field(default=None, description="of mode 1")
    code_2: OctalCode | None = Field(default=None, description="of mode 2")
    address: HexAddress | None = Field(default=None, description="of mode S")
    reply_probability: Annotated[float, Field(strict=True, ge=0, le=1)] = Field(
        default=0.95, description="to one interrogation; assumed, antennas are shadowed now and then"
    )
    altitude_fault: HeightErrorM = Field(default=0.0, description="added to the height that modes C and S give")

    @property
    def all_modes(self) -> tuple[ModeName, ...]:
        """The modes it answers; mode 4 by either key."""
        return (*self.modes, "4") if self.mode_4 or self.mode_4_expired else self.modes


class Plan(_Table):
    """A flight plan along the flight's route, as the command posts get it."""

    code: OctalCode
    filed: _Flag = True
    delay: SpanS = Field(default=0.0, description="how late after the start of the scenario the posts get it")


class Flyer(_Table):
    """What raids and flights share: a class of flying thing on a timed route."""

    side: Name
    class_: CatalogName = Field(alias="class")
    route: tuple[Where, ...] = Field(min_length=2)
    altitude: AltitudeText | None = Field(default=None, description="one for the whole route; the class's if unsaid")
    altitudes: tuple[AltitudeText, ...] = Field(default=(), description="one for each point of the route")
    speed: SpeedText | None = Field(default=None, description="the cruise speed of the class if unsaid")
    start: TimeS = Field(default=0.0, description="at the first point of the route; negative when under way already")
    jitter: SpanS = Field(default=0.0, description="one sigma of the start, drawn anew in each run")
    repeat: _Flag = Field(default=False, description="fly the route, which ends where it starts, until the end")
    transponder: Transponder | None = None
    radar_on: _Flag = Field(default=False, description="its own radar radiates and can be heard by passive receivers")


class Raid(Flyer):
    """Elements of one class that come in together."""

    name: Name
    count: _Count
    spacing: LengthM = Field(default=0.0, description="between elements, across the route (line abreast)")
    interval: SpanS = Field(default=0.0, description="between the starts of successive elements")
    motion: MotionName = Field(default="route", description="ballistic for every class of the ballistic group")
    aim: str | None = Field(default=None, description="an asset, or a radar such as v4.engagement, v4.search, v4.9s32m")
    release: tuple[Release, ...] = ()
    jammer: Jammer | None = None


class Flight(Flyer):
    """One aircraft that is no raid: an airliner, a transport, a third party."""

    callsign: Name
    plan: Plan | None = None


class Zone(_Table):
    """A piece of airspace: a polygon between two heights, for some time or for all of it."""

    name: Name
    kind: ZoneKind
    corners: tuple[Where, ...] = Field(min_length=3)
    floor: AltitudeText = units.Altitude(0.0)
    ceiling: AltitudeText = units.Altitude(30e3)
    from_: TimeS = Field(default=0.0, alias="from", description="in force from then on")
    until: TimeS | None = Field(default=None, description="and until then; to the end if unsaid")
    post: Name | None = Field(default=None, description="the post that it is a rule for; all if unsaid")
    control: ControlName | None = Field(default=None, description="weapons control status inside, if it has its own")
    origin: OriginName | None = Field(default=None, description="what it says of a track that is first seen inside")


class Notice(_Table):
    """A message over the deconfliction line."""

    from_side: Name
    text: str = Field(max_length=500)
    at: TimeS
    delay: SpanS = 0.0
    until: TimeS | None = Field(default=None, description="valid until then; to the end if unsaid")
    flight: Name | None = Field(default=None, description="the callsign it is about: its code and route are told")


class Fault(_Table):
    """A radar that is not in order."""

    radar: str = Field(description="such as v4.search, v4.engagement, v4.9s32m")
    kind: FaultKind
    value: Annotated[str, Field(strict=True, min_length=1, max_length=40)] = Field(
        description="an angle clockwise for north_misalignment, a length up to 2 km either way for range_bias",
        examples=["2 deg", "-150 m"],
    )


class Capacity(_Table):
    """Room in the tables of a run; a run that needs more stops and says which table was full."""

    tracks: _Room = 600
    plots: _Room = 20_000
    engagements: _Room = 256
    interceptors: _Room = 256
    targets: _Room = 1000


class Environment(_Table):
    """The ground, the sea and the weather."""

    terrain: FileText = Field(
        default="globe",
        description=(
            "globe (built in: eastern Mediterranean, 0.9 km), sea_level, or the path of a GeoTIFF, DTED or SRTM .hgt "
            "file, relative to this file; beyond it the ground is sea level"
        ),
    )
    fill_voids: _Flag = Field(default=False, description="fill cells without a height from their neighbours")
    sea_state: Annotated[int, Field(strict=True, ge=0, le=6)] = Field(
        default=3, description="Douglas scale; 3 is assumed, the commonest of the eastern Mediterranean"
    )
    rain_mmph: _RainMmph = Field(default=0.0, description="rain rate in mm/h over the whole area; none is assumed")
    land_gamma: GammaDb = Field(
        default=-15.0, description="constant gamma of land clutter; that of farmland with scrub is assumed"
    )


class ScenarioFile(_Table):
    """One scenario: who is where, who comes when, and what each may do."""

    name: Name
    title: str = Field(default="", max_length=200)
    note: str = Field(default="", max_length=4000)
    start: StartTime
    duration: SpanS
    seed: Annotated[int, Field(strict=True, ge=0, lt=2**32)]
    origin: Where = Field(description="the centre of the local frame")
    record: RecordName = "full"
    limits: LimitsName = Field(
        default="published",
        description="within which limits posts use their missiles: as published, or as they fly (flown)",
    )
    pk: KillLevelName = Field(
        default="mid",
        description="which value of the spread of a missile's kill figures counts: low, mid, high, or drawn from it "
        "once a run and missile",
    )
    sides: tuple[Side, ...] = Field(min_length=1)
    relations: tuple[RelationRow, ...] = Field(default=(), description="unsaid pairs: own with itself, else neutral")
    posts: tuple[Post, ...] = Field(min_length=1)
    assets: tuple[Asset, ...] = ()
    units: tuple[UnitSite, ...] = Field(min_length=1)
    raids: tuple[Raid, ...] = ()
    flights: tuple[Flight, ...] = ()
    zones: tuple[Zone, ...] = ()
    zone_files: tuple[FileText, ...] = Field(
        default=(),
        max_length=100,
        description="GeoJSON files, relative to this file, whose polygons are zones too: properties are the keys of a "
        "zone but corners, positions [longitude, latitude]; once read they stand in zones",
    )
    notices: tuple[Notice, ...] = ()
    environment: Environment = Environment()
    faults: tuple[Fault, ...] = ()
    capacity: Capacity = Capacity()
    lifted: tuple[LimitName, ...] = Field(
        default=(),
        description="limits that do not hold for the defence in this run, to see what held it: horizon, reaction, "
        "channels, magazine, rule, envelope",
    )

    def relation(self, of: str, to: str) -> RelationName:
        """How side ``of`` looks at side ``to``."""
        said = {(row.of, row.to): row.is_ for row in self.relations}
        if of == to:
            return "own"
        return said.get((of, to)) or said.get((to, of)) or "neutral"

    def target_count(self) -> int:
        """Everything that flies in one run, the weapons that raids release included."""
        raids = sum(raid.count * (1 + sum(release.count for release in raid.release)) for raid in self.raids)
        return raids + len(self.flights)
