"""Identities and the kinds of evidence for them; part of enums.py, which everybody imports them from."""

from enum import IntEnum


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
