"""The numbers that people read and the tables do not hold: seconds, latitude and longitude, speed, look angles."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from openiads.constants import SECONDS_PER_TICK
from openiads.record import geodesy

if TYPE_CHECKING:
    from openiads.record.record import Record

Columns: TypeAlias = dict[str, NDArray[Any]]


def derived(record: Record, table: str) -> Columns:
    """Every derived number of a table, by column name; not-a-number where a table holds no number."""
    with np.errstate(invalid="ignore"):
        return _derived(record, table)


def _derived(record: Record, table: str) -> Columns:
    rows = record.tables[table]
    fields = rows.dtype.names or ()
    columns: Columns = {}
    if "tick" in fields:
        columns |= _times(record, rows["tick"])
    if "pos_ecef_m" in fields:
        columns |= _place(rows["pos_ecef_m"])
    elif "pos_enu_m" in fields:
        columns |= _place(_ecef_of(record, rows["pos_enu_m"]))
    if "vel_ecef_mps" in fields:
        columns |= _motion(_turned(record, rows["vel_ecef_mps"]))
    elif "vel_enu_mps" in fields:
        columns |= _motion(rows["vel_enu_mps"])
    for field in fields:
        if field.endswith("_rad"):
            columns[f"{field.removesuffix('_rad')}_deg"] = np.degrees(rows[field])
    if table == "plots":
        columns |= _looks(record)
    return columns


def start_of(record: Record) -> np.datetime64:
    """The scenario's start as UTC without a zone, to the millisecond."""
    start = datetime.fromisoformat(str(record.manifest["start"]))
    naive = start.astimezone(UTC).replace(tzinfo=None) if start.tzinfo else start
    return np.datetime64(naive, "ms")


def _times(record: Record, ticks: NDArray[Any]) -> Columns:
    return {"time_s": ticks * SECONDS_PER_TICK, "utc": start_of(record) + ticks.astype("timedelta64[ms]")}


def _ecef_of(record: Record, pos_enu_m: NDArray[Any]) -> NDArray[Any]:
    """ECEF of local positions; the origin itself means "no place" in a table and becomes not-a-number."""
    ecef_m = geodesy.enu_to_ecef(pos_enu_m, record.manifest["origin_ecef_m"], record.manifest["enu_to_ecef"])
    return np.where(pos_enu_m.any(axis=1, keepdims=True), ecef_m, np.nan)


def _turned(record: Record, vel_ecef_mps: NDArray[Any]) -> NDArray[Any]:
    turned: NDArray[Any] = vel_ecef_mps @ np.asarray(record.manifest["enu_to_ecef"], float)
    return turned


def _place(pos_ecef_m: NDArray[Any]) -> Columns:
    lat, lon, height = geodesy.geodetic(pos_ecef_m)
    return {"lat_deg": lat, "lon_deg": lon, "height_m": height}


def _motion(vel_enu_mps: NDArray[Any]) -> Columns:
    """Speed, and course on the origin's horizon."""
    course, _ = geodesy.look_angles(vel_enu_mps)
    return {"speed_mps": np.linalg.norm(vel_enu_mps, axis=1), "course_deg": course}


def _looks(record: Record) -> Columns:
    """Azimuth and elevation of plots as their radars saw them; empty where the roster has no place for the radar."""
    plots = record.tables["plots"]
    azimuth, elevation = np.full(len(plots), np.nan), np.full(len(plots), np.nan)
    there_m = _ecef_of(record, plots["pos_enu_m"])
    for radar in record.rows("radars"):
        seen = plots["radar"] == radar["row"]
        if radar["lat_deg"] is None or not seen.any():
            continue
        place = geodesy.ecef(radar["lat_deg"], radar["lon_deg"], radar["height_m"] or 0.0)
        axes = geodesy.horizon_axes(radar["lat_deg"], radar["lon_deg"])
        azimuth[seen], elevation[seen] = geodesy.look_angles(geodesy.ecef_to_enu(there_m[seen], place, axes))
    elevation[plots["dimensions"] < 3] = np.nan
    return {"azimuth_deg": azimuth, "elevation_deg": elevation}
