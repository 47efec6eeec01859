"""The kill chain, one line a stage, and the clock that jumps to the next tick at which anything is due."""

from __future__ import annotations

from openiads._jit import kernel
from openiads.engine import assessment, assignment, endgame, evaluation, flyout, identification, launch, motion, sensing, tracking
from openiads.world.state import State, World


@kernel
def step(tick: int, w: World, s: State) -> int:
    """One tick of the kill chain; returns the next tick at which a stage has something to do."""
    due = motion.fly(tick, w.setting, w.targets, w.legs, s.clock, s.counts, s.emitters, s.truth, s.platforms, s.events, s.truth_samples)
    due = min(due, sensing.look(tick, w.setting, w.radars, w.terrain, w.targets, w.legs, w.units, s.clock, s.counts, s.platforms, s.emitters, s.tracks, s.engagements, s.channels, s.locks, s.truth, s.plots, s.plot_origins, s.replies, s.strobes, s.events, s.emissions))
    due = min(due, tracking.update_tracks(tick, s.posts, w.doctrines, w.radars, s.emitters, s.strobes, s.clock, s.counts, s.messages, s.channels, s.plots, s.tracks, s.identity, s.costs, s.work, s.events, s.track_samples))
    due = min(due, identification.identify(tick, w.setting, w.doctrines, w.plans, w.plan_points, w.notices, w.zones, s.posts, s.counts, s.replies, s.directives, s.plots, s.tracks, s.ranking, s.identity, s.events, s.evidence))
    due = min(due, evaluation.rank(tick, s.posts, s.assets, w.doctrines, s.counts, s.tracks, s.identity, s.ranking, s.ranking_samples))
    due = min(due, assignment.assign_weapons(tick, w.setting, w.units, w.radars, w.missiles, w.envelopes, w.doctrines, w.zones, w.zone_corners, s.clock, s.counts, s.posts, s.emitters, s.launchers, s.directives, s.tracks, s.identity, s.ranking, s.magazines, s.channels, s.engagements, s.messages, s.costs, s.work, s.events, s.resources))
    due = min(due, launch.fire(tick, w.setting, w.units, w.missiles, s.launchers, s.clock, s.counts, s.engagements, s.interceptors, s.magazines, s.channels, s.events, s.resources))
    due = min(due, flyout.guide(tick, w.setting, w.missiles, w.targets, w.legs, s.clock, s.counts, s.tracks, s.engagements, s.truth, s.interceptors, s.events, s.interceptor_samples))
    endgame.resolve(tick, w.setting, w.missiles, w.targets, w.legs, s.clock, s.counts, s.truth, s.interceptors, s.assets, s.emitters, s.launchers, s.events)
    due = min(due, assessment.assess(tick, w.doctrines, s.clock, s.counts, s.posts, s.tracks, s.interceptors, s.engagements, s.channels, s.events))
    return min(due, s.clock[0].look_tick, s.clock[0].guidance_tick)


@kernel
def advance(w: World, s: State, until_tick: int, jumps: bool) -> bool:
    """Run the clock until a tick (or until a log is full); true when the tick was reached.

    ``jumps`` lets the clock skip ticks at which nothing is due; without it every tick is stepped, with the same result.
    On return ``clock.tick`` is the next tick to be stepped.
    """
    while s.clock[0].tick <= until_tick:
        if not has_room(w, s) or s.counts[0].overflow > 0:
            return False
        due = step(s.clock[0].tick, w, s)
        s.clock[0].tick = max(due, s.clock[0].tick + 1) if jumps else s.clock[0].tick + 1
    return True


@kernel
def has_room(w: World, s: State) -> bool:
    """True while every append-only table can take the rows of one more step."""
    n = s.counts[0]
    aloft = w.targets.size * (w.radars.size + 1) + s.channels.size + 1000
    if s.plots.size - n.plots < aloft or s.replies.size - n.replies < aloft:
        return False
    if s.events.size - n.events < 4 * s.tracks.size + 4 * w.targets.size + 4 * s.interceptors.size:
        return False
    if w.setting[0].log_full == 0:
        return True
    return bool(
        s.truth_samples.size - n.truth_samples >= w.targets.size
        and s.track_samples.size - n.track_samples >= s.tracks.size
        and s.interceptor_samples.size - n.interceptor_samples >= s.interceptors.size
        and s.emissions.size - n.emissions >= s.emitters.size
        and s.evidence.size - n.evidence >= s.tracks.size
        and s.ranking_samples.size - n.ranking_samples >= s.tracks.size
        and s.resources.size - n.resources >= 4 * s.channels.size + s.launchers.size + s.interceptors.size
        and s.strobes.size - n.strobes >= s.emitters.size * w.radars.size
    )
