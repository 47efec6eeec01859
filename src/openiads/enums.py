"""Every kind the simulation knows. A new law adds its name here and its branch at the foot of its own file."""

from enum import IntEnum

from openiads.identity_enums import (
    ActEvidence as ActEvidence,
)
from openiads.identity_enums import (
    CodeEvidence as CodeEvidence,
)
from openiads.identity_enums import (
    CourseEvidence as CourseEvidence,
)
from openiads.identity_enums import (
    EvidenceKind as EvidenceKind,
)
from openiads.identity_enums import (
    HeightEvidence as HeightEvidence,
)
from openiads.identity_enums import (
    Identity as Identity,
)
from openiads.identity_enums import (
    IffEvidence as IffEvidence,
)
from openiads.identity_enums import (
    KinematicClass as KinematicClass,
)
from openiads.identity_enums import (
    NoticeEvidence as NoticeEvidence,
)
from openiads.identity_enums import (
    OriginEvidence as OriginEvidence,
)
from openiads.identity_enums import (
    RouteEvidence as RouteEvidence,
)
from openiads.identity_enums import (
    WordEvidence as WordEvidence,
)


class Relation(IntEnum):
    """How one side looks at another."""

    OWN = 0
    ALLIED = 1
    NEUTRAL = 2
    THIRD_PARTY = 3
    HOSTILE = 4


class TargetGroup(IntEnum):
    """Broad groups of flying things, for doctrine, lethality and the tables people read."""

    AIRCRAFT = 0
    AIRLINER = 1
    UAV = 2
    CRUISE_MISSILE = 3
    ANTI_RADIATION = 4
    GLIDE_BOMB = 5
    BALLISTIC = 6
    DECOY = 7


class Motion(IntEnum):
    """How a target moves."""

    ROUTE = 0  # legs and arcs in closed form
    BALLISTIC = 1  # free flight with drag, integrated
    HOMING = 2  # flies at an aim point or an emitter, integrated


class RadarKind(IntEnum):
    """How a radar looks around."""

    ROTATING = 0
    SECTOR = 1
    ENGAGEMENT = 2


class EmitterKind(IntEnum):
    """What radiates."""

    RADAR = 0
    JAMMER = 1
    AIRBORNE = 2  # a radar that a flyer carries


class StrobeKind(IntEnum):
    """Where a bearing without a range comes from."""

    JAM = 0  # a radar hears a jammer
    ESM = 1  # a passive receiver hears an emission


class Guidance(IntEnum):
    """How a missile finds its target at the end."""

    COMMAND = 0  # the ground radar's measurement to the end
    TRACK_VIA_MISSILE = 1
    SEMI_ACTIVE = 2


class ZoneKind(IntEnum):
    """What a piece of airspace is for."""

    ENGAGEMENT = 0  # where any are, a predicted intercept lies inside one
    NO_FIRE = 1  # no launch from it, no intercept in it, no pieces on it
    CORRIDOR = 2  # safe: suspects are not fired at inside
    TERRITORIAL_SEA = 3
    FIR = 4


class MotionModel(IntEnum):
    """How a tracker supposes that something flies."""

    CRUISE = 0
    LEFT = 1
    RIGHT = 2
    HARD_LEFT = 3
    HARD_RIGHT = 4
    FREE = 5  # nothing in particular
    FALL = 6


class TrackState(IntEnum):
    """The life of a track."""

    FREE = 0
    TENTATIVE = 1
    CONFIRMED = 2
    COASTED = 3


class Mode(IntEnum):
    """What an interrogator asks for and a transponder answers; bit ``1 << mode`` of a mask."""

    MODE_1 = 0
    MODE_2 = 1
    MODE_3A = 2  # the code that air traffic control gives
    MODE_C = 3  # pressure height
    MODE_4 = 4  # the secure mode
    MODE_S = 5  # asked by address


class ControlStatus(IntEnum):
    """Weapons control status."""

    HOLD = 0
    TIGHT = 1
    FREE = 2


class CrewMode(IntEnum):
    """Who decides that rounds are fired."""

    AUTOMATIC = 0  # the machine, at once and for any number of tracks
    SEMI_AUTOMATIC = 1  # a crew lets the machine go on with each track that it has looked at
    MANUAL = 2  # and consents to each launch


class Allocation(IntEnum):
    """How free channels are given to threats."""

    OPTIMAL = 0
    GREEDY = 1  # the greatest threat first, to the channel that is best for it
    FIRST_COME = 2  # the oldest track first


class ShotPattern(IntEnum):
    """In which order a class of targets is shot at and looked at."""

    SHOOT_LOOK_SHOOT = 0
    SHOOT_SHOOT_LOOK = 1  # several rounds some time apart, then a look
    SALVO = 2  # once, and never again


class EngagementState(IntEnum):
    """The life of an engagement."""

    NONE = 0
    DESIGNATED = 1
    ACQUIRED = 2
    LOCKED = 3
    ASSIGNED = 4
    LAUNCHED = 5
    IN_FLIGHT = 6
    TERMINAL = 7
    ASSESSED = 8
    CLOSED = 9


class InterceptorPhase(IntEnum):
    """The life of a round."""

    NONE = 0
    EJECTED = 1
    BOOST = 2
    MIDCOURSE = 3
    TERMINAL = 4
    AT_TARGET = 5  # closest approach found in this step; endgame decides
    SPENT = 6  # destroyed itself in this step; endgame says where its pieces fall
    GONE = 7


class Cause(IntEnum):
    """Why something was not done, or why it ended."""

    NONE = 0
    IDENTITY = 1
    HOLD = 2
    NO_FIRE_ZONE = 3
    TRACK_QUALITY = 4
    MASKED = 5
    OUT_OF_ENVELOPE = 6
    TOO_CLOSE = 7
    TOO_LATE = 8
    NO_CHANNEL = 9
    OUT_OF_SECTOR = 10
    MAGAZINE = 11
    LAUNCHER_BUSY = 12
    LOW_THREAT = 13
    NOT_ACQUIRED = 14
    RADAR_LOST = 15
    TRACK_LOST = 16
    KILL_ASSESSED = 17
    MISS_ASSESSED = 18
    NOT_DETECTED = 19
    ORDERED = 20
    NOT_CONFIRMED = 21
    DUD = 22
    SEEKER = 23
    ENERGY = 24
    RESERVE = 25
    GUIDANCE_FAILED = 26
    OBJECT_GONE = 27
    OUT_OF_FUZE_RANGE = 28
    FUZE_FAILED = 29
    NOT_LETHAL = 30
    NO_ASSET = 31
    OUT_OF_ZONE = 32
    DEBRIS = 33
    CREW_BUSY = 34
    DECIDING = 35
    NOT_APPROVED = 36
    SILENT = 37
    SALVOS_SPENT = 38
    NO_ENGAGEMENT = 39
    CANCELLED = 40


class EventKind(IntEnum):
    """What an event row says; see docs/life-of-a-threat.md."""

    SPAWNED = 0
    RELEASED = 1
    LEFT = 2
    LEAKED = 3
    FIRST_PLOT = 4
    TRACK_CONFIRMED = 5
    TRACK_COASTED = 6
    TRACK_LOST = 7
    IDENTIFIED = 8
    NOT_ENGAGED = 9
    DESIGNATED = 10
    ACQUIRED = 11
    LOCKED = 12
    ASSIGNED = 13
    LAUNCHED = 14
    HANDED_OVER = 15
    INTERCEPT = 16
    KILLED = 17
    MISSED = 18
    SELF_DESTRUCTED = 19
    ASSESSED = 20
    CLOSED = 21
    ASSET_DAMAGED = 22
    RADAR_KILLED = 23
    LAUNCHER_KILLED = 24
    RELOADED = 25
    DIRECTIVE = 26
    LOCK_LOST = 27
    NOT_RELEASED = 28
    TRACK_MERGED = 29
    TAKEN_UP = 30
    DECIDED = 31
    APPROVED = 32
    SILENCED = 33
    RESUMED = 34
    CHANNEL_CHANGED = 35


class DebrisKind(IntEnum):
    """Whose pieces fall."""

    TARGET = 0
    ROUND = 1


class KillLevel(IntEnum):
    """Which value of the published spread of its kill figures a missile has in a run."""

    LOW = 0
    MID = 1
    HIGH = 2
    DRAWN = 3  # once a run and missile


class Verb(IntEnum):
    """What a person can order."""

    SET_STATUS = 0
    SET_IDENTITY = 1
    CEASE = 2  # hold fire on a track
    RELEASE = 3  # takes that back
    APPROVE = 4  # look at this track now, and launch if the rules allow it
    CANCEL = 5  # end the engagement of a track
    ATTEND = 6  # a person sits down (1) or leaves (0)
    TELL_IDENTITY = 7  # a word, weighed as evidence


class Purpose(IntEnum):
    """What a random draw is for: the second key of the generator."""

    START_JITTER = 0
    DETECTION = 1
    MEASUREMENT = 2
    FALSE_PLOT_COUNT = 3
    FALSE_PLOT_PLACE = 4
    INTERROGATION = 5
    LAUNCH_RELIABILITY = 6
    SEEKER_NOISE = 7
    KILL = 8
    ASSESSMENT = 9
    IMPACT = 10
    STROBE = 11
    STROBE_PLOT_COUNT = 12
    STROBE_PLOT_PLACE = 13
    CHANNEL_DETECTION = 14
    CHANNEL_MEASUREMENT = 15
    GUIDANCE_RELIABILITY = 16
    FUZE_RELIABILITY = 17
    COMMON_CAUSE = 18
    KILL_FIGURE = 19
    REACTION = 20
    DECISION = 21
    APPROVAL = 22
    MEMORY = 23


class Overflow(IntEnum):
    """Which table was too small; a run that overflows raises with this name."""

    NONE = 0
    TRACKS = 1
    ENGAGEMENTS = 2
    INTERCEPTORS = 3
    PLOTS = 4
    EVENTS = 5
    STROBES = 6
    REPLIES = 7
    WORK = 8
    DEBRIS = 9
