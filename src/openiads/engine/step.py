"""The kill chain, one call a stage, and the clock that jumps to the next tick at which anything is due."""

from __future__ import annotations

from typing import Any

from openiads._jit import borrow, kernel
from openiads.constants import FALSE_PLOTS_MAX
from openiads.engine import (
    assessment,
    assignment,
    endgame,
    evaluation,
    flyout,
    identification,
    launch,
    motion,
    sensing,
    tracking,
)
from openiads.world.state import State, World


@kernel
def step(tick: int, w: World, s: State) -> int:
    """One tick of the kill chain; returns the next tick at which a stage has something to do."""
    due = motion.fly(
        tick, w.setting, w.units, w.targets, w.legs, s.clock, s.counts, s.emitters, s.truth, s.platforms, s.launchers,
        s.assets, s.events, s.truth_samples,
    )  # fmt: skip
    due = min(due, sensing.look(
        tick, w.setting, w.radars, w.horizons, w.cells, w.chances, w.air, w.targets, w.transponders, w.receivers,
        w.legs, s.clock, s.counts, s.platforms, s.emitters, s.beacons, s.listeners, s.tracks, s.engagements, s.channels,
        s.locks, s.truth, s.plots, s.plot_origins, s.replies, s.strobes, s.strobe_origins, s.events, s.emissions,
    ))  # fmt: skip
    due = min(due, tracking.update_tracks(
        tick, s.posts, w.doctrines, w.radars, s.emitters, s.clock, s.counts, s.channels, s.plots, s.strobes, s.tracks,
        s.banks, s.identity, s.ranking, s.engagements, s.interceptors, s.links, s.work, s.events, s.track_samples,
    ))  # fmt: skip
    due = min(due, identification.identify(
        tick, w.setting, w.doctrines, w.radars, w.plans, w.plan_points, w.airports, w.zones, w.zone_corners, w.notices,
        s.posts, s.emitters, s.counts, s.replies, s.strobes, s.directives, s.plots, s.tracks, s.ranking, s.identity,
        s.events, s.evidence,
    ))  # fmt: skip
    due = min(due, evaluation.rank(
        tick, w.setting, s.posts, s.assets, w.doctrines, s.counts, s.tracks, s.banks, s.identity, s.ranking,
    ))  # fmt: skip
    due = min(due, assignment.assign_weapons(
        tick, w.setting, w.units, w.radars, w.horizons, w.cells, w.missiles, w.envelopes, w.doctrines, w.zones,
        w.zone_corners, s.clock, s.counts, s.posts, s.readiness, s.emitters, s.launchers, s.directives,
        s.tracks, s.identity, s.ranking, s.magazines, s.channels, s.engagements, s.interceptors, s.links, s.work,
        s.events, s.emissions, s.resources, s.ranking_samples,
    ))  # fmt: skip
    due = min(due, launch.fire(
        tick, w.units, w.missiles, s.launchers, s.clock, s.counts, s.engagements, s.interceptors, s.magazines,
        s.channels, s.events, s.resources,
    ))  # fmt: skip
    due = min(due, flyout.guide(
        tick, w.setting, w.missiles, w.targets, w.legs, s.clock, s.counts, s.emitters, s.tracks, s.channels,
        s.engagements, s.truth, s.interceptors, s.events, s.interceptor_samples,
    ))  # fmt: skip
    endgame.resolve(
        tick, w.setting, w.missiles, w.targets, w.legs, s.clock, s.counts, s.lethality, s.truth, s.interceptors,
        s.assets, s.emitters, s.launchers, s.events, s.emissions, s.debris,
    )  # fmt: skip
    due = min(due, assessment.assess(
        tick, w.setting, w.radars, w.horizons, w.cells, w.doctrines, s.clock, s.counts, s.posts, s.emitters, s.tracks,
        s.interceptors, s.engagements, s.channels, s.events,
    ))  # fmt: skip
    return min(due, int(s.clock[0].look_tick), int(s.clock[0].guidance_tick))


@kernel
def advance(until_tick: int, jumps: bool, world: World, state: State) -> bool:
    """Run the clock until a tick (or until a log is full); true when the tick was reached.

    ``jumps`` lets the clock skip ticks at which nothing is due; without it every tick is stepped, with the same result.
    On return ``clock.tick`` is the next tick to be stepped.
    """
    w = borrow(world)
    s = borrow(state)
    while s.clock[0].tick <= until_tick:
        if s.counts[0].overflow > 0 or not has_room(
            w.setting, w.radars, w.targets, w.receivers, s.counts, s.emitters, s.launchers, s.channels, s.tracks,
            s.interceptors, s.plots, s.replies, s.strobes, s.events, s.truth_samples, s.track_samples,
            s.interceptor_samples, s.emissions, s.evidence, s.ranking_samples, s.resources,
            s.debris,
        ):  # fmt: skip
            return False
        due = step(s.clock[0].tick, w, s)
        s.clock[0].tick = max(due, s.clock[0].tick + 1) if jumps else s.clock[0].tick + 1
    return bool(s.counts[0].overflow == 0)


@kernel
def has_room(
    setting: Any, radars: Any, targets: Any, receivers: Any, counts: Any, emitters: Any, launchers: Any, channels: Any,
    tracks: Any, interceptors: Any, plots: Any, replies: Any, strobes: Any, events: Any, truth_samples: Any,
    track_samples: Any, interceptor_samples: Any, emissions: Any, evidence: Any, ranking_samples: Any, resources: Any,
    debris: Any,
) -> bool:  # fmt: skip
    """True while every append-only table can take the rows of one more step."""
    n = counts[0]
    aloft = targets.size * (radars.size + 1) + channels.size + 2 * FALSE_PLOTS_MAX * radars.size + 100
    if plots.size - n.plots < aloft or replies.size - n.replies < aloft:
        return False
    if strobes.size - n.strobes < emitters.size * (radars.size + receivers.size):
        return False
    changes = 8 * tracks.size + 4 * (targets.size + interceptors.size) + radars.size + channels.size
    if events.size - n.events < changes:
        return False
    if debris.size - n.debris < 2 * interceptors.size:
        return False
    if setting[0].log_full == 0:
        return True
    return bool(
        truth_samples.size - n.truth_samples >= targets.size
        and track_samples.size - n.track_samples >= tracks.size
        and interceptor_samples.size - n.interceptor_samples >= interceptors.size
        and emissions.size - n.emissions >= 3 * emitters.size
        and evidence.size - n.evidence >= tracks.size
        and ranking_samples.size - n.ranking_samples >= tracks.size
        and resources.size - n.resources >= 6 * channels.size + launchers.size + interceptors.size
    )
