"""What a scenario must hold beyond the form of its keys: names that exist, counts that fit, routes that can be flown.

Every rule is a generator of problems, each with the key it stands at.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from openiads import units
from openiads.catalog.checks import false_plots_max, false_plots_room
from openiads.scenario import faults, names, zones

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from openiads.catalog.errors import KeyPath
    from openiads.catalog.loader import Catalog
    from openiads.scenario.schema import Flyer, Raid, Release, ScenarioFile, UnitSite

HOMING_GROUPS: Final = ("anti_radiation", "glide_bomb")
RELEASED_GROUPS: Final = (*HOMING_GROUPS, "cruise_missile", "uav", "decoy")
_DURATION_MAX_S = 86_400.0


class Problem(NamedTuple):
    """One thing wrong: where, and what was read and what is allowed."""

    path: KeyPath
    message: str


def problems(file: ScenarioFile, catalog: Catalog) -> Iterator[Problem]:
    """Everything wrong with a well-formed file, in the order in which a reader would mend it."""
    yield from _clock(file)
    yield from _unique(file)
    yield from _sides(file)
    yield from _posts(file, catalog)
    yield from _sites(file, catalog)
    yield from _raids(file, catalog)
    yield from _flights(file, catalog)
    yield from (Problem(at, message) for at, message in zones.problems(file, catalog))
    yield from _notices(file)
    yield from _electronics(file, catalog)
    yield from _room(file)


def _known(path: KeyPath, what: str, read: str, allowed: Iterable[str]) -> Iterator[Problem]:
    allowed = list(allowed)
    if read not in allowed:
        yield Problem(path, names.unknown(what, read, allowed))


def _in_catalog(path: KeyPath, what: str, read: str, table: Mapping[str, object]) -> Iterator[Problem]:
    yield from _known(path, f"{what} of the catalog", read, table)


def _place(path: KeyPath, where: str, catalog: Catalog) -> Iterator[Problem]:
    try:
        names.point_of(where, catalog)
    except units.UnitError as error:
        yield Problem(path, str(error))


def _clock(file: ScenarioFile) -> Iterator[Problem]:
    if not 0.0 < file.duration <= _DURATION_MAX_S:
        yield Problem(("duration",), f"read {file.duration:g} s, a duration lies above 0 s and up to 24 h")


def _unique(file: ScenarioFile) -> Iterator[Problem]:
    lists: dict[str, list[str]] = {
        "sides": [row.name for row in file.sides],
        "posts": [row.name for row in file.posts],
        "assets": [row.name for row in file.assets],
        "units": [row.name for row in file.units],
        "raids": [row.name for row in file.raids],
        "flights": [row.callsign for row in file.flights],
        "zones": [row.name for row in file.zones],
    }
    for key, given in lists.items():
        word = "callsign" if key == "flights" else "name"
        yield from _no_twins(key, word, given)
    raids = set(lists["raids"])
    for index, callsign in enumerate(lists["flights"]):
        if callsign in raids:
            yield Problem(("flights", index, "callsign"), f'read "{callsign}", which is the name of a raid already')


def _no_twins(key: str, word: str, given: list[str]) -> Iterator[Problem]:
    seen: Counter[str] = Counter()
    for index, name in enumerate(given):
        seen[name] += 1
        if seen[name] > 1:
            yield Problem((key, index, word), f'read "{name}" a second time; every {word} in {key} is used once')


def _sides(file: ScenarioFile) -> Iterator[Problem]:
    sides = [side.name for side in file.sides]
    for key in ("posts", "assets", "units", "raids", "flights"):
        for index, row in enumerate(getattr(file, key)):
            yield from _known((key, index, "side"), "side of this scenario", row.side, sides)
    seen: set[tuple[str, str]] = set()
    for index, row in enumerate(file.relations):
        at: KeyPath = ("relations", index)
        yield from _known((*at, "of"), "side of this scenario", row.of, sides)
        yield from _known((*at, "to"), "side of this scenario", row.to, sides)
        if (row.of, row.to) in seen:
            yield Problem((*at, "to"), f'read "{row.of}" to "{row.to}" a second time; a pair is stated once')
        seen.add((row.of, row.to))
        if (row.of == row.to) != (row.is_ == "own"):
            yield Problem((*at, "is"), f'read "{row.is_}"; a side is own to itself and to nobody else')


def _posts(file: ScenarioFile, catalog: Catalog) -> Iterator[Problem]:
    for index, post in enumerate(file.posts):
        yield from _in_catalog(("posts", index, "doctrine"), "doctrine", post.doctrine, catalog.doctrines)


def _sites(file: ScenarioFile, catalog: Catalog) -> Iterator[Problem]:
    yield from _place(("origin",), file.origin, catalog)
    for index, asset in enumerate(file.assets):
        yield from _place(("assets", index, "at"), asset.at, catalog)
    for index, site in enumerate(file.units):
        yield from _unit(("units", index), site, file, catalog)


def _unit(at: KeyPath, site: UnitSite, file: ScenarioFile, catalog: Catalog) -> Iterator[Problem]:
    yield from _in_catalog((*at, "unit"), "unit", site.unit, catalog.units)
    yield from _place((*at, "at"), site.at, catalog)
    sides = {post.name: post.side for post in file.posts}
    yield from _known((*at, "post"), "post of this scenario", site.post, sides)
    if site.post in sides and file.relation(site.side, sides[site.post]) not in ("own", "allied"):
        yield Problem((*at, "post"), f'read "{site.post}" of side "{sides[site.post]}", no ally of side "{site.side}"')
    if bool(site.route) != (site.speed is not None):
        key = "speed" if site.route else "route"
        yield Problem((*at, key), "is missing; a unit that sails has both a route and a speed")
    if site.route and site.unit in catalog.units and catalog.units[site.unit].platform != "ship":
        yield Problem((*at, "route"), f'is given, but "{site.unit}" is no ship and stands still')
    yield from _legs((*at, "route"), (site.at, *site.route), catalog, first=1)
    if site.false_plots is not None and site.unit in catalog.units:
        yield from _load((*at, "false_plots"), site.false_plots, site.unit, catalog)


def _load(path: KeyPath, false_plots: float, unit: str, catalog: Catalog) -> Iterator[Problem]:
    """False plots beyond what the first of a unit's search radars with the least room takes."""
    searching = [name for name, role in names.radar_roles(unit, catalog).items() if role == "search"]
    if not searching:
        return
    least = min(searching, key=lambda name: false_plots_max(catalog.radars[name].role))
    role = catalog.radars[least].role
    if false_plots > false_plots_max(role):
        yield Problem(path, f'read {false_plots:g} a scan, the radar "{least}" of "{unit}" {false_plots_room(role)}')


def _legs(path: KeyPath, route: tuple[str, ...], catalog: Catalog, first: int = 0) -> Iterator[Problem]:
    """Unknown points, and points that repeat the one before; ``first`` points are not written in this key."""
    last: units.Point | None = None
    for index, where in enumerate(route):
        at = (*path, index - first)
        try:
            point = names.point_of(where, catalog)
        except units.UnitError as error:
            if index >= first:
                yield Problem(at, str(error))
            return
        if point == last:
            yield Problem(at, f'read "{where}", the point just before; successive points of a route differ')
        last = point


def _raids(file: ScenarioFile, catalog: Catalog) -> Iterator[Problem]:
    for index, raid in enumerate(file.raids):
        at: KeyPath = ("raids", index)
        if is_ballistic(raid, catalog):
            yield from _thrown(at, raid, catalog)
        elif is_homing(raid, catalog) and raid.release:
            yield Problem((*at, "release"), "is given; what homes on its aim from the start releases nothing")
        yield from _flyer(at, raid, catalog)
        if raid.aim is not None:
            yield from _aim((*at, "aim"), raid.aim, file, catalog)
        for order, release in enumerate(raid.release):
            yield from _release((*at, "release", order), release, raid, file, catalog)


def is_ballistic(raid: Raid, catalog: Catalog) -> bool:
    """Whether a raid falls freely: because it says so, or because its class cannot fly otherwise."""
    sheet = catalog.targets.get(raid.class_)
    return raid.motion == "ballistic" or (sheet is not None and sheet.group == "ballistic")


def is_homing(raid: Raid, catalog: Catalog) -> bool:
    """Whether a raid is weapons under way to an aim of their own, which fly no route."""
    sheet = catalog.targets.get(raid.class_)
    return raid.aim is not None and sheet is not None and sheet.group in HOMING_GROUPS


def _thrown(at: KeyPath, raid: Raid, catalog: Catalog) -> Iterator[Problem]:
    sheet = catalog.targets.get(raid.class_)
    if sheet is not None and sheet.boost_time is None:
        allowed = ", ".join(name for name in catalog.targets if catalog.targets[name].boost_time is not None)
        yield Problem(
            (*at, "class"), f'read "{raid.class_}", which has no boost_time and cannot fall freely (allowed: {allowed})'
        )
    if len(raid.route) != 2:
        yield Problem(
            (*at, "route"),
            f"has {len(raid.route)} points; a ballistic raid has exactly two, where it is launched and where it falls",
        )
    if raid.repeat:
        yield Problem((*at, "repeat"), "read true; what falls cannot repeat its route")
    if raid.release:
        yield Problem((*at, "release"), "is given; what falls freely releases nothing")


def _flyer(at: KeyPath, flyer: Flyer, catalog: Catalog) -> Iterator[Problem]:
    yield from _in_catalog((*at, "class"), "target class", flyer.class_, catalog.targets)
    yield from _legs((*at, "route"), flyer.route, catalog)
    if flyer.altitudes and len(flyer.altitudes) != len(flyer.route):
        yield Problem(
            (*at, "altitudes"),
            f"has {len(flyer.altitudes)} altitudes for {len(flyer.route)} points of the route; give one for each",
        )
    if flyer.repeat:
        yield from _closed(at, flyer, catalog)


def _closed(at: KeyPath, flyer: Flyer, catalog: Catalog) -> Iterator[Problem]:
    try:
        ends = [names.point_of(flyer.route[index], catalog) for index in (0, -1)]
    except units.UnitError:
        return
    if ends[0] != ends[1]:
        yield Problem(
            (*at, "route"),
            f'ends at "{flyer.route[-1]}"; a repeated route ends where it starts, at "{flyer.route[0]}"',
        )
    if flyer.altitudes and flyer.altitudes[0] != flyer.altitudes[-1]:
        yield Problem((*at, "altitudes"), "end at another height; a repeated route ends as high as it starts")


def _aim(path: KeyPath, aim: str, file: ScenarioFile, catalog: Catalog) -> Iterator[Problem]:
    if any(site.unit not in catalog.units for site in file.units):
        return
    try:
        names.aim_of(aim, file, catalog)
    except units.UnitError as error:
        yield Problem(path, str(error))


def _release(at: KeyPath, release: Release, raid: Raid, file: ScenarioFile, catalog: Catalog) -> Iterator[Problem]:
    yield from _in_catalog((*at, "class"), "target class", release.class_, catalog.targets)
    sheet = catalog.targets.get(release.class_)
    if sheet is not None and sheet.group not in RELEASED_GROUPS:
        allowed = ", ".join(name for name in catalog.targets if catalog.targets[name].group in RELEASED_GROUPS)
        yield Problem(
            (*at, "class"),
            f'read "{release.class_}" of the group {sheet.group}; a raid releases what flies to its aim by itself '
            f"(allowed: {allowed})",
        )
    yield from _aim((*at, "aim"), release.aim, file, catalog)
    last = len(raid.route) if raid.repeat else len(raid.route) - 1
    if release.at_waypoint > last:
        yield Problem(
            (*at, "at_waypoint"),
            f"read {release.at_waypoint}, the route of {raid.name} lets go of weapons at its points 1 to {last}",
        )


def _flights(file: ScenarioFile, catalog: Catalog) -> Iterator[Problem]:
    for index, flight in enumerate(file.flights):
        at: KeyPath = ("flights", index)
        yield from _flyer(at, flight, catalog)
        sheet = catalog.targets.get(flight.class_)
        if sheet is not None and sheet.group == "ballistic":
            yield Problem((*at, "class"), f'read "{flight.class_}", which falls freely; write it as a raid')


def _notices(file: ScenarioFile) -> Iterator[Problem]:
    sides = [side.name for side in file.sides]
    callsigns = [flight.callsign for flight in file.flights]
    for index, notice in enumerate(file.notices):
        yield from _known(("notices", index, "from_side"), "side of this scenario", notice.from_side, sides)
        if notice.flight is not None:
            yield from _known(("notices", index, "flight"), "flight of this scenario", notice.flight, callsigns)


def _electronics(file: ScenarioFile, catalog: Catalog) -> Iterator[Problem]:
    for at, message in faults.problems(file, catalog):
        yield Problem(at, message)
    for index, site in enumerate(file.units):
        for order, receiver in enumerate(site.receivers):
            yield from _in_catalog(("units", index, "receivers", order), "receiver", receiver, catalog.receivers)
    flyers: dict[str, tuple[Flyer, ...]] = {"raids": file.raids, "flights": file.flights}
    for key, rows in flyers.items():
        for index, flyer in enumerate(rows):
            yield from _carried((key, index), flyer, catalog)


def _carried(at: KeyPath, flyer: Flyer, catalog: Catalog) -> Iterator[Problem]:
    """What stands in a flyer's transponder must fit its modes; a radar that is on must be there."""
    if flyer.radar_on and flyer.class_ in catalog.targets and catalog.targets[flyer.class_].emitter_erp is None:
        yield Problem((*at, "radar_on"), f'read true, but the class "{flyer.class_}" of the catalog has no radar')
    answer = flyer.transponder
    if answer is None:
        return
    twice = [mode for mode, count in Counter(answer.modes).items() if count > 1]
    if twice:
        yield Problem((*at, "transponder", "modes"), f'read "{twice[0]}" more than once; a mode is named once')
    given = {"1": ("code_1", answer.code_1), "2": ("code_2", answer.code_2), "S": ("address", answer.address)}
    for mode, (key, said) in given.items():
        if (mode in answer.modes) != (said is not None):
            lacking = "is missing" if said is None else f"is given without mode {mode}"
            yield Problem((*at, "transponder", key), f'{lacking}; a transponder has {key} if its modes have "{mode}"')


def _room(file: ScenarioFile) -> Iterator[Problem]:
    count, limit = file.target_count(), file.capacity.targets
    if count > limit:
        yield Problem(
            ("capacity", "targets"),
            f"the raids, their weapons and the flights make {count} targets, the limit is {limit}",
        )
