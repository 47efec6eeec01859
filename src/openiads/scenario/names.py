"""What the texts of a scenario point at: places, and the radars of its fire units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from openiads import units
from openiads.catalog.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openiads.catalog.loader import Catalog
    from openiads.scenario.schema import ScenarioFile

ROLES = ("engagement", "search")


@dataclass(frozen=True, slots=True)
class Aim:
    """What a weapon is aimed at: an asset, or one radar of a fire unit.

    Attributes:
        asset: the asset's name, or None.
        unit: the fire unit's name, or None.
        radar: the catalog name of the unit's radar, or None.
    """

    asset: str | None = None
    unit: str | None = None
    radar: str | None = None


def unknown(what: str, read: str, names: Iterable[str], article: str = "no") -> str:
    """The message for a name that does not exist: what was read, the nearest one, and what is allowed."""
    allowed = sorted(names)
    near = nearest(read, allowed)
    hint = f'; did you mean "{near}"?' if near else ""
    return f'read "{read}", which is {article} {what}{hint} (allowed: {", ".join(allowed) or "none"})'


def point_of(where: str, catalog: Catalog) -> units.Point:
    """Make a place name or a point text a point.

    Raises:
        units.UnitError: neither a place of the catalog nor a well-formed point.
    """
    named = where.strip().lower()
    if named[:1].isdigit() and named not in catalog.places:
        return units.parse_point(where)
    if named in catalog.places:
        place = catalog.places[named]
        return units.Point(place.lat_deg, place.lon_deg)
    raise units.UnitError(
        unknown("place of the catalog", where, catalog.places) + ', and no point such as "34.915 N, 35.874 E"'
    )


def resolve(where: str, catalog: Catalog) -> units.Point:
    """Make a place name or a point text a point, for a caller outside a scenario.

    Raises:
        InputError: neither a place of the catalog nor a well-formed point.
    """
    try:
        return point_of(where, catalog)
    except units.UnitError as error:
        raise InputError("position", str(error)) from None


def is_search(role: str) -> bool:
    """Whether a radar of this catalog role looks for targets, rather than guiding missiles at them."""
    return role != "engagement"


def radar_roles(unit: str, catalog: Catalog) -> dict[str, str]:
    """The radars of a catalog unit: catalog name to ``engagement`` or ``search``, in the unit's order."""
    names = [row.radar for row in catalog.units[unit].radars]
    return {name: "search" if is_search(catalog.radars[name].role) else "engagement" for name in names}


def aim_of(aim: str, file: ScenarioFile, catalog: Catalog) -> Aim:
    """Find what an aim text means: ``"fuel-depot"``, ``"v4.engagement"``, ``"v4.search"`` or ``"v4.9s32m"``.

    Raises:
        units.UnitError: no asset of this name, no such unit, or the unit has no such radar.
    """
    unit_name, dot, radar = aim.partition(".")
    if not dot:
        names = [asset.name for asset in file.assets]
        if aim in names:
            return Aim(asset=aim)
        radars = [f"{site.name}.{role}" for site in file.units for role in ROLES]
        raise units.UnitError(unknown("asset of this scenario", aim, [*names, *radars]))
    sites = {site.name: site.unit for site in file.units}
    if unit_name not in sites:
        raise units.UnitError(unknown("unit of this scenario", unit_name, sites))
    roles = radar_roles(sites[unit_name], catalog)
    if radar in roles:
        return Aim(unit=unit_name, radar=radar)
    for name, role in roles.items():
        if role == radar:
            return Aim(unit=unit_name, radar=name)
    allowed = [f"{unit_name}.{name}" for name in [*roles, *sorted(set(roles.values()))]]
    raise units.UnitError(unknown(f"radar of the unit {sites[unit_name]}", aim, allowed))
