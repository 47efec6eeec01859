"""The kill chain, one call a stage, and the clock that jumps to the next tick at which anything is due.

Both functions take every table by name: a tuple of arrays handed on costs reference counts at each call (a sixth of a
run, measured).
"""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel
from openiads.engine import assessment, assignment, endgame, evaluation, flyout, identification, launch, motion, sensing, tracking


@kernel
def step(
    tick: int,
    setting: Any, relations: Any, units: Any, radars: Any, terrain: Any, targets: Any, legs: Any, plans: Any,
    plan_points: Any, doctrines: Any, zones: Any, zone_corners: Any, notices: Any, missiles: Any, envelopes: Any, clock:
    Any, counts: Any, posts: Any, platforms: Any, emitters: Any, truth: Any, assets: Any, launchers: Any, magazines:
    Any, channels: Any, locks: Any, tracks: Any, identity: Any, ranking: Any, engagements: Any, interceptors: Any,
    messages: Any, directives: Any, plots: Any, plot_origins: Any, replies: Any, strobes: Any, events: Any,
    truth_samples: Any, track_samples: Any, interceptor_samples: Any, emissions: Any, evidence: Any, ranking_samples:
    Any, resources: Any, costs: Any, work: Any,
) -> int:  # fmt: skip
    """One tick of the kill chain; returns the next tick at which a stage has something to do."""
    due = motion.fly(
        tick, setting, units, targets, legs, clock, counts, emitters, truth, platforms, launchers, assets, events, truth_samples,
    )  # fmt: skip
    due = min(due, sensing.look(
        tick, setting, radars, targets, legs, clock, counts, platforms, emitters, tracks, engagements,
        channels, locks, truth, plots, plot_origins, replies, strobes, events, emissions,
    ))  # fmt: skip
    due = min(due, tracking.update_tracks(
        tick, posts, doctrines, radars, emitters, clock, counts, channels, plots, tracks, identity,
        costs, work, events, track_samples,
    ))  # fmt: skip
    due = min(due, identification.identify(
        tick, setting, doctrines, plans, plan_points, posts, counts, replies, directives, plots, tracks,
        ranking, identity, events, evidence,
    ))  # fmt: skip
    due = min(due, evaluation.rank(
        tick, posts, assets, doctrines, counts, tracks, identity, ranking, ranking_samples,
    ))  # fmt: skip
    due = min(due, assignment.assign_weapons(
        tick, setting, units, radars, missiles, envelopes, doctrines, zones, zone_corners, clock, counts, posts,
        emitters, launchers, directives, tracks, identity, ranking, magazines, channels, engagements, costs,
        work, events, resources,
    ))  # fmt: skip
    due = min(due, launch.fire(
        tick, units, missiles, launchers, clock, counts, engagements, interceptors, magazines, channels,
        events, resources,
    ))  # fmt: skip
    due = min(due, flyout.guide(
        tick, setting, missiles, targets, legs, clock, counts, tracks, engagements, truth, interceptors, events,
        interceptor_samples,
    ))  # fmt: skip
    endgame.resolve(
        tick, setting, missiles, targets, legs, clock, counts, truth, interceptors, assets, emitters, launchers, events,
    )  # fmt: skip
    due = min(due, assessment.assess(
        tick, doctrines, clock, counts, posts, tracks, interceptors, engagements, channels, events,
    ))  # fmt: skip
    return min(due, clock[0].look_tick, clock[0].guidance_tick)


@kernel
def advance(
    until_tick: int, jumps: bool,
    setting: Any, relations: Any, units: Any, radars: Any, terrain: Any, targets: Any, legs: Any, plans: Any,
    plan_points: Any, doctrines: Any, zones: Any, zone_corners: Any, notices: Any, missiles: Any, envelopes: Any, clock:
    Any, counts: Any, posts: Any, platforms: Any, emitters: Any, truth: Any, assets: Any, launchers: Any, magazines:
    Any, channels: Any, locks: Any, tracks: Any, identity: Any, ranking: Any, engagements: Any, interceptors: Any,
    messages: Any, directives: Any, plots: Any, plot_origins: Any, replies: Any, strobes: Any, events: Any,
    truth_samples: Any, track_samples: Any, interceptor_samples: Any, emissions: Any, evidence: Any, ranking_samples:
    Any, resources: Any, costs: Any, work: Any,
) -> bool:  # fmt: skip
    """Run the clock until a tick (or until a log is full); true when the tick was reached.

    ``jumps`` lets the clock skip ticks at which nothing is due; without it every tick is stepped, with the same result.
    On return ``clock.tick`` is the next tick to be stepped.
    """
    while clock[0].tick <= until_tick:
        if counts[0].overflow > 0 or not has_room(
            setting, radars, targets, counts, emitters, launchers, channels, tracks, interceptors, plots, replies, strobes,
            events, truth_samples, track_samples, interceptor_samples, emissions, evidence, ranking_samples, resources,
        ):
            return False
        due = step(
            clock[0].tick,
            setting, relations, units, radars, terrain, targets, legs, plans, plan_points, doctrines, zones,
            zone_corners, notices, missiles, envelopes, clock, counts, posts, platforms, emitters, truth, assets,
            launchers, magazines, channels, locks, tracks, identity, ranking, engagements, interceptors, messages,
            directives, plots, plot_origins, replies, strobes, events, truth_samples, track_samples,
            interceptor_samples, emissions, evidence, ranking_samples, resources, costs, work,
        )
        clock[0].tick = max(due, clock[0].tick + 1) if jumps else clock[0].tick + 1
    return True


@kernel
def has_room(
    setting: Any, radars: Any, targets: Any, counts: Any, emitters: Any, launchers: Any, channels: Any, tracks: Any, interceptors: Any,
    plots: Any, replies: Any, strobes: Any, events: Any, truth_samples: Any, track_samples: Any, interceptor_samples: Any,
    emissions: Any, evidence: Any, ranking_samples: Any, resources: Any,
) -> bool:  # fmt: skip
    """True while every append-only table can take the rows of one more step."""
    n = counts[0]
    aloft = targets.size * (radars.size + 1) + channels.size + 1000
    if plots.size - n.plots < aloft or replies.size - n.replies < aloft:
        return False
    if events.size - n.events < 4 * tracks.size + 4 * targets.size + 4 * interceptors.size:
        return False
    if setting[0].log_full == 0:
        return True
    return bool(
        truth_samples.size - n.truth_samples >= targets.size
        and track_samples.size - n.track_samples >= tracks.size
        and interceptor_samples.size - n.interceptor_samples >= interceptors.size
        and emissions.size - n.emissions >= emitters.size
        and evidence.size - n.evidence >= tracks.size
        and ranking_samples.size - n.ranking_samples >= tracks.size
        and resources.size - n.resources >= 4 * channels.size + launchers.size + interceptors.size
        and strobes.size - n.strobes >= emitters.size * radars.size
    )
