"""What a person orders, taken by a post's next decision cycle and answered with the reason where it cannot be done."""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel
from openiads.constants import NEVER
from openiads.engine.engaging import close, is_open, rounds_left
from openiads.engine.events import answer_directive
from openiads.engine.track_state import track_of
from openiads.enums import Cause, Verb


@kernel
def obey(
    tick: int, p: int, units: Any, emitters: Any, launchers: Any, counts: Any, posts: Any, readiness: Any,
    directives: Any, engagements: Any, channels: Any, magazines: Any, tracks: Any, ranking: Any, events: Any,
    resources: Any,
) -> None:  # fmt: skip
    """Take the orders of a post that are due, but for words on identities, which identification takes."""
    for d in range(counts[0].directives):
        order = directives[d]
        if order.done == 1 or order.post != p or order.tick > tick:
            continue
        if order.verb == Verb.SET_IDENTITY:
            continue
        if order.verb == Verb.TELL_IDENTITY:
            continue
        order.done = 1
        cause = Cause.NONE.value
        if order.verb == Verb.SET_STATUS:
            _set_status(order, posts, readiness)
        elif order.verb == Verb.ATTEND:
            posts[p].attended = order.value
        else:
            k = track_of(p, order.track_number, counts, tracks)
            if k < 0 or ranking[k].number != order.track_number:
                cause = Cause.TRACK_LOST.value
            elif order.verb == Verb.APPROVE:
                cause = _approve(k, order, units, emitters, launchers, magazines, ranking)
            elif order.verb == Verb.RELEASE:
                ranking[k].ceased = 0
            else:
                cause = _stop(tick, k, order, counts, ranking, magazines, channels, engagements, events, resources)
        answer_directive(tick, order, cause, counts, events)


@kernel
def _set_status(order: Any, posts: Any, readiness: Any) -> None:
    """The weapons control status of a unit, or of a post and so of its units that have none of their own."""
    if order.unit >= 0:
        readiness[order.unit].control = order.value
    else:
        posts[order.post].control = order.value


@kernel
def _approve(k: int, order: Any, units: Any, emitters: Any, launchers: Any, magazines: Any, ranking: Any) -> int:
    """Approve a track; refused where a person holds it, or the unit meant (or every unit) has no radar or no round."""
    if ranking[k].ceased == 1:
        return Cause.ORDERED.value
    radars, rounds = 0, 0
    for u in range(units.size):
        if units[u].post == order.post and (order.unit < 0 or order.unit == u):
            radars += emitters[units[u].engagement_radar].alive
            rounds += rounds_left(units[u], launchers, magazines)
    if radars == 0:
        return Cause.RADAR_LOST.value
    if rounds == 0:
        return Cause.MAGAZINE.value
    ranking[k].approved = 1
    return Cause.NONE.value


@kernel
def _stop(
    tick: int, k: int, order: Any, counts: Any, ranking: Any, magazines: Any, channels: Any, engagements: Any,
    events: Any, resources: Any,
) -> int:  # fmt: skip
    """Cease fire on a track for good, or cancel what is under way; the crew decides on it anew."""
    reason = Cause.ORDERED.value if order.verb == Verb.CEASE else Cause.CANCELLED.value
    if order.verb == Verb.CEASE:
        ranking[k].ceased = 1
    elif ranking[k].engagements == 0:
        return Cause.NO_ENGAGEMENT.value
    ranking[k].approved = 0
    for g in range(counts[0].engagements_top):
        meant = engagements[g].track_number == order.track_number and engagements[g].post == order.post
        if meant and is_open(engagements[g]):
            close(tick, g, reason, counts, ranking, magazines, channels, engagements, events, resources)
    if ranking[k].taken_up == 0:
        ranking[k].decide_tick = NEVER
    return Cause.NONE.value
