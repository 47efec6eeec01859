"""Who answers: search plots are interrogated mode by mode; replies fail, overlap or are misread."""

from __future__ import annotations

from math import cos, sqrt
from typing import Any

from openiads._jit import kernel
from openiads.constants import LIGHT_SPEED_MPS
from openiads.engine.rng import uniforms
from openiads.enums import IffEvidence, Mode, Overflow, Purpose
from openiads.vec3 import norm, read, sub, turn_back

MODE_3A_BIT = 1 << Mode.MODE_3A.value
MODE_C_BIT = 1 << Mode.MODE_C.value
MODE_1_BIT = 1 << Mode.MODE_1.value
MODE_2_BIT = 1 << Mode.MODE_2.value
MODE_4_BIT = 1 << Mode.MODE_4.value
MODE_S_BIT = 1 << Mode.MODE_S.value
PULSE_CODED = MODE_1_BIT | MODE_2_BIT | MODE_3A_BIT | MODE_C_BIT  # trains of pulses that garble when they overlap
WITHOUT_HEIGHT = MODE_1_BIT | MODE_2_BIT | MODE_3A_BIT | MODE_4_BIT | MODE_S_BIT
WITH_CODE = MODE_3A_BIT | MODE_S_BIT
WITH_HEIGHT = MODE_C_BIT | MODE_S_BIT
REPLY_LENGTH_S = 20.3e-6  # first framing pulse to last, ICAO Annex 10 volume IV, 3.1.1.6
GARBLE_RANGE_M = 0.5 * REPLY_LENGTH_S * LIGHT_SPEED_MPS
UNREADABLE = 0.7  # of overlapping replies; assumed: a set without monopulse separates about a third of them
MISREAD = 0.05  # of overlapping replies; assumed: most false codes fail the set's own checks
HEIGHT_STEP_M = 30.48  # modes C and S give hundreds of feet


@kernel
def new_reply(tick: int, r: int, radar: Any, counts: Any, replies: Any) -> int:
    """Append an interrogation of the plot just made that nothing answered; returns its row number, -1 without room."""
    n = counts[0].replies
    if n >= replies.size:
        counts[0].overflow = Overflow.REPLIES
        return -1
    counts[0].replies = n + 1
    reply = replies[n]
    reply.tick = tick
    reply.radar = r
    reply.post = radar.post
    reply.plot = counts[0].plots - 1
    reply.plot_serial = counts[0].plot_serial + counts[0].plots - 1
    reply.iff = IffEvidence.NO_REPLY
    reply.code = -1
    reply.code_1 = -1
    reply.code_2 = -1
    reply.address = -1
    reply.modes = 0
    reply.height_m = 0.0
    reply.garbled = 0
    return int(n)


@kernel
def interrogate(
    tick: int, r: int, x: int, radar: Any, emitters: Any, transponders: Any, beacons: Any, clock: Any, counts: Any,
    replies: Any,
) -> None:  # fmt: skip
    """Append what the interrogation of the plot just made gave: nothing, codes and a height, or a garble.

    ``x`` is the row of the transponder that it carries, -1 for none.

    Source: reply formats and 20.3 us of ICAO Annex 10 volume IV. Assumes: a mode 4 reply is never garbled, and mode S
    asks by address, one at a time; one draw decides for all modes of one interrogation.
    """
    n = new_reply(tick, r, radar, counts, replies)
    if n < 0 or x < 0:
        return
    row = transponders[x]
    modes = answered_modes(tick, radar, row, clock)
    if modes == 0:
        return
    reply = replies[n]
    _spell(reply, row, beacons[x].height_m)
    if modes & PULSE_CODED > 0:
        other = overlapping(tick, x, radar, emitters[r], transponders, beacons, clock)
        if other >= 0:
            luck = uniforms(clock[0], Purpose.INTERROGATION, radar.name_hash, row.name_hash, tick).b
            if luck < UNREADABLE:
                reply.garbled = 1
                modes = modes & (MODE_4_BIT | MODE_S_BIT)
            elif luck < UNREADABLE + MISREAD:
                _misread(reply, modes, transponders[other])
                modes = modes & WITHOUT_HEIGHT  # a height of mixed pulses is none that exists
    _keep_answered(reply, modes, row.mode_4_expired)


@kernel
def _spell(reply: Any, row: Any, height_m: float) -> None:
    """Everything that a transponder could say."""
    reply.code = row.code
    reply.code_1 = row.code_1
    reply.code_2 = row.code_2
    reply.address = row.address
    reply.height_m = round((height_m + row.altitude_fault_m) / HEIGHT_STEP_M) * HEIGHT_STEP_M


@kernel
def _misread(reply: Any, modes: int, other: Any) -> None:
    """Overlapping trains read as one: the pulses of both. A code that mode S gives as well is read from there."""
    if modes & MODE_S_BIT == 0:
        reply.code = reply.code | other.code
    if reply.code_1 >= 0 and other.code_1 >= 0:
        reply.code_1 = reply.code_1 | other.code_1
    if reply.code_2 >= 0 and other.code_2 >= 0:
        reply.code_2 = reply.code_2 | other.code_2


@kernel
def _keep_answered(reply: Any, modes: int, expired: int) -> None:
    """Take out what no mode has said, and say what the rest amounts to; ``expired`` is 1 with an old mode 4 key."""
    reply.modes = modes
    if modes & WITH_CODE == 0:
        reply.code = -1
    if modes & MODE_1_BIT == 0:
        reply.code_1 = -1
    if modes & MODE_2_BIT == 0:
        reply.code_2 = -1
    if modes & MODE_S_BIT == 0:
        reply.address = -1
    if modes & WITH_HEIGHT == 0:
        reply.height_m = 0.0
    if modes & MODE_4_BIT > 0:
        reply.iff = IffEvidence.MODE_4_VALID if expired == 0 else IffEvidence.MODE_4_FAILED
    elif modes > 0:
        reply.iff = IffEvidence.MODE_3
    else:
        reply.iff = IffEvidence.GARBLED
        reply.garbled = 1


@kernel
def answered_modes(tick: int, radar: Any, transponder: Any, clock: Any) -> int:
    """The modes, of those that are asked, which a transponder answers in this interrogation; 0 for none."""
    draw = uniforms(clock[0], Purpose.INTERROGATION, radar.name_hash, transponder.name_hash, tick).a
    if draw < transponder.reply_probability:
        return int(transponder.modes & radar.interrogator_modes)
    return 0


@kernel
def overlapping(tick: int, x: int, radar: Any, emitter: Any, transponders: Any, beacons: Any, clock: Any) -> int:
    """The transponder nearest in range whose pulses overlap those of another in the interrogator's beam, or -1.

    Limits: whoever stands so close in beam and range is taken to be in sight as well.
    """
    own_m = turn_back(emitter.axes_enu, sub(read(beacons[x].pos_enu_m), read(emitter.pos_enu_m)))
    range_m = norm(own_m)
    level_m = sqrt(own_m.x * own_m.x + own_m.y * own_m.y)
    widest = cos(radar.interrogator_beam_rad)
    nearest = -1
    least_m = GARBLE_RANGE_M
    for u in range(transponders.size):
        if u != x and beacons[u].on == 1:
            local_m = turn_back(emitter.axes_enu, sub(read(beacons[u].pos_enu_m), read(emitter.pos_enu_m)))
            off_m = abs(norm(local_m) - range_m)
            if off_m < least_m:
                across_m = sqrt(local_m.x * local_m.x + local_m.y * local_m.y)
                inside = own_m.x * local_m.x + own_m.y * local_m.y > widest * level_m * across_m
                if inside and answered_modes(tick, radar, transponders[u], clock) & PULSE_CODED > 0:
                    nearest = u
                    least_m = off_m
    return nearest
