"""Every kind the simulation knows. A new law adds its name here and its branch at the foot of its own file."""

from enum import IntEnum


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


class Identity(IntEnum):
    """Standard identities (STANAG 1241 vocabulary)."""

    PENDING = 0
    UNKNOWN = 1
    ASSUMED_FRIEND = 2
    FRIEND = 3
    NEUTRAL = 4
    SUSPECT = 5
    HOSTILE = 6


class EvidenceKind(IntEnum):
    """What an identity is weighed from; each has its levels below, 0 the one that a new track has."""

    IFF = 0
    CODE = 1
    ROUTE = 2
    HEIGHT = 3
    KINEMATICS = 4
    ORIGIN = 5
    COURSE = 6
    ACT = 7
    NOTICE = 8
    WORD = 9


class IffEvidence(IntEnum):
    """What interrogation says of a track so far."""

    NOT_ASKED = 0
    NO_REPLY = 1
    GARBLED = 2  # somebody answered, nobody can say with what
    MODE_3 = 3
    MODE_4_FAILED = 4  # answers the secure mode, with a key that is not today's
    MODE_4_VALID = 5


class Mode(IntEnum):
    """What an interrogator asks for and a transponder answers; bit ``1 << mode`` of a mask."""

    MODE_1 = 0
    MODE_2 = 1
    MODE_3A = 2  # the code that air traffic control gives
    MODE_C = 3  # pressure height
    MODE_4 = 4  # the secure mode
    MODE_S = 5  # asked by address


class CodeEvidence(IntEnum):
    """What the SSR code and the filed plans say of a track."""

    NONE = 0
    CODE_UNKNOWN = 1
    CODE_OF_PLAN = 2
    CODE_AND_ROUTE_OF_PLAN = 3


class RouteEvidence(IntEnum):
    """Whether a track flies where somebody said that he would; what its code says already is not said again."""

    NONE = 0
    SAID_BY_CODE = 1
    ON_PLAN = 2  # on a filed plan's route when the plan is due there, with no code that says so
    IN_CORRIDOR = 3


class HeightEvidence(IntEnum):
    """Whether the height that a transponder tells is the one that is measured."""

    NONE = 0
    AGREES = 1
    DISAGREES = 2


class OriginEvidence(IntEnum):
    """Where a track was first seen."""

    FAR = 0  # where the picture begins
    NEAR = 1  # popped up within it
    AIRPORT = 2
    FRIENDLY_AREA = 3
    CIVIL_AREA = 4
    HOSTILE_AREA = 5


class ActEvidence(IntEnum):
    """The worst that a track has done so far."""

    NONE = 0
    UNANNOUNCED = 1  # in a FIR without code or plan
    INTRUSION = 2  # in a territorial sea without either
    JAMMING = 3
    RELEASE = 4  # something has come off it


class NoticeEvidence(IntEnum):
    """Whether the deconfliction line has announced a track."""

    NONE = 0
    ANNOUNCED = 1


class WordEvidence(IntEnum):
    """What a person has said that a track is."""

    NONE = 0
    FRIEND = 1
    NEUTRAL = 2
    HOSTILE = 3


class KinematicClass(IntEnum):
    """What height and speed say of a track."""

    UNKNOWN = 0
    SLOW = 1
    AIRWAY = 2
    FAST_HIGH = 3
    LOW_FAST = 4
    SUPERSONIC = 5
    BALLISTIC = 6


class CourseEvidence(IntEnum):
    """Where a track is heading."""

    AWAY = 0
    TOWARDS_ASSET = 1


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
