"""Radars as a tracker needs them: where they stand, what they measure and how well; from ``radar.toml`` or from Python.

In a file every figure is text with its unit (``range_sigma = "100 m"``). Python code may say the same, or the SI number
under the name with the unit: ``TrackerRadar(range_sigma_m=100.0, ...)``.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import ConfigDict, Field, PlainValidator, ValidationError, ValidationInfo

from openiads import units
from openiads.catalog import loader
from openiads.catalog.errors import InputError, dotted, locate, parse_toml, read_text, translate, unknown_name
from openiads.catalog.figures import Frozen
from openiads.scenario import names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FROM_FILE = {"from_file": True}
_FIGURES = {
    "range_sigma": "accuracy_range", "azimuth_sigma": "accuracy_azimuth", "scan_period": "scan_time",
    "instrumented_range": "instrumented_range", "range_min": "range_min", "elevation_max": "elevation_max",
}  # fmt: skip
"""Keys of ``radar.toml`` that a radar of the catalog fills in, and the figure each comes from."""


def _quantity(dimension: str, low: float, high: float, rule: str) -> Any:
    """Read text with a unit, or in Python code a number in SI; ``rule`` says the bounds (SI) in words."""

    def read(raw: Any, info: ValidationInfo) -> float:
        is_number = isinstance(raw, int | float) and not isinstance(raw, bool)
        value = float(raw) if is_number and not info.context else units.parse(raw, dimension)
        if not low <= value <= high:
            raise units.UnitError(f'read "{raw}", {units.noun(dimension)} here {rule}')
        return value

    return PlainValidator(read)


def _read_point(raw: Any) -> units.Point:
    if isinstance(raw, units.Point):
        return raw
    if not isinstance(raw, str):
        raise units.UnitError(f'read {raw!r}, expected text such as "34.915 N, 35.874 E"')
    return units.parse_point(raw)


_RIGHT = math.pi / 2.0
_Height = Annotated[float, _quantity("length", -500.0, 30e3, "lies between -500 m and 30 km")]
_Range = Annotated[float, _quantity("length", 1.0, 5e6, "lies between 1 m and 5000 km")]
_RangeFrom = Annotated[float, _quantity("length", 0.0, 5e6, "lies between 0 m and 5000 km")]
_Sigma = Annotated[float, _quantity("length", 1e-3, 1e5, "lies between 1 mm and 100 km")]
_AngleSigma = Annotated[float, _quantity("angle", 1e-7, _RIGHT / 2.0, "lies above zero and ends at 45 deg")]
_SpeedSigma = Annotated[float, _quantity("speed", 1e-3, 1e3, "lies between 1 mm/s and 1 km/s")]
_Period = Annotated[float, _quantity("time", 1e-3, 3600.0, "lies between 1 ms and 1 h")]
_Elevation = Annotated[float, _quantity("angle", 1e-3, _RIGHT + 1e-12, "lies above zero and ends at 90 deg")]
_Bias = Annotated[float, _quantity("length", -1e5, 1e5, "lies between -100 km and 100 km")]
_AngleBias = Annotated[float, _quantity("angle", -math.pi, math.pi, "lies between -180 deg and 180 deg")]
_Chance = Annotated[float, Field(strict=True, ge=0.01, le=0.999, allow_inf_nan=False)]
_Count = Annotated[float, Field(strict=True, ge=0.0, le=1e6, allow_inf_nan=False)]
_Code = Annotated[int, Field(strict=True, ge=0, le=255)]


class TrackerRadar(Frozen):
    """One radar whose plots are tracked. Keys of a file are the names less their units; bounds are assumed.

    Attributes:
        name: as the plots call it.
        position: where the antenna stands.
        height_m: of the antenna above the sea.
        range_sigma_m, azimuth_sigma_rad: errors of one plot, one standard deviation.
        elevation_sigma_rad: likewise; None for a radar that finds no height.
        range_rate_sigma_mps: likewise of the radial speed; None for a radar without Doppler.
        scan_period_s: one revolution, or one frame.
        detection_probability: of one scan. 0.9 is assumed, the usual figure of a requirement on an air-traffic radar.
        false_plots_per_scan: mean number; None leaves it to the tracker to estimate.
        instrumented_range_m, range_min_m: where plots begin and end.
        elevation_max_rad: top of the beam.
        range_bias_m, azimuth_bias_rad: known systematic errors, measured less true; the tracker takes them off.
        sac, sic: the radar's codes in ASTERIX; None where it sends none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)

    name: Annotated[str, Field(strict=True, min_length=1, max_length=64)]
    position: Annotated[units.Point, PlainValidator(_read_point)]
    height_m: _Height = Field(alias="height")
    range_sigma_m: _Sigma = Field(alias="range_sigma")
    azimuth_sigma_rad: _AngleSigma = Field(alias="azimuth_sigma")
    elevation_sigma_rad: _AngleSigma | None = Field(default=None, alias="elevation_sigma")
    range_rate_sigma_mps: _SpeedSigma | None = Field(default=None, alias="range_rate_sigma")
    scan_period_s: _Period = Field(alias="scan_period")
    detection_probability: _Chance = 0.9
    false_plots_per_scan: _Count | None = None
    instrumented_range_m: _Range = Field(alias="instrumented_range")
    range_min_m: _RangeFrom = Field(default=0.0, alias="range_min")
    elevation_max_rad: _Elevation = Field(default=_RIGHT, alias="elevation_max")
    range_bias_m: _Bias = Field(default=0.0, alias="range_bias")
    azimuth_bias_rad: _AngleBias = Field(default=0.0, alias="azimuth_bias")
    sac: _Code | None = None
    sic: _Code | None = None


class _RadarFile(Frozen):
    radar: Annotated[tuple[TrackerRadar, ...], Field(min_length=1)]


def read_radars(paths: Path | Sequence[Path], catalog_dir: Path | None = None) -> tuple[TrackerRadar, ...]:
    """Read one or several files of ``[[radar]]`` tables, in the order given.

    Args:
        paths: the files.
        catalog_dir: a folder that overlays the built-in catalog, for tables that name a radar of it (``catalog = ``).

    Raises:
        InputError: a file cannot be read or holds no sound radar, or two radars share a name or a SAC and SIC.
    """
    found: list[TrackerRadar] = []
    taken: dict[object, str] = {}
    for path in (paths,) if isinstance(paths, Path) else paths:
        if path.exists() and not path.is_file():
            raise InputError(str(path), "is no regular file; radars are read from files")
        text = read_text(path)
        radars = _radars(str(path), text, catalog_dir)
        for row, radar in enumerate(radars):
            for key, message in _faults(radar, taken):
                at = ("radar", row, key)
                raise InputError(str(path), message, dotted(at), locate(text, at))
            taken |= dict.fromkeys(_claims(radar), radar.name)
        found += radars
    if not found:
        raise InputError("radar", "no file of radars was given; at least one is needed")
    return tuple(found)


def _radars(file: str, text: str, catalog_dir: Path | None) -> tuple[TrackerRadar, ...]:
    content = parse_toml(file, text)
    rows = content.get("radar")
    if not rows or not isinstance(rows, list):
        raise InputError(file, "holds no radar; each is a table that begins with the line [[radar]]")
    content["radar"] = [_filled(file, text, place, row, catalog_dir) for place, row in enumerate(rows)]
    try:
        return _RadarFile.model_validate(content, context=_FROM_FILE).radar
    except ValidationError as error:
        raise _refusal(file, text, error) from None


def _filled(file: str, text: str, place: int, row: Any, catalog_dir: Path | None) -> Any:
    """A table with the figures of the catalog radar that it names, where it does not give its own."""
    if not isinstance(row, dict) or "catalog" not in row:
        return row
    own = {key: value for key, value in row.items() if key != "catalog"}
    shelf = loader.load(catalog_dir).radars
    if row["catalog"] not in shelf:
        raise unknown_name(file, "radar", str(row["catalog"]), shelf, f"radar[{place}].catalog", text)
    sheet = shelf[row["catalog"]]
    figures = {key: getattr(sheet, figure).shown for key, figure in _FIGURES.items()}
    figures |= {"elevation_sigma": sheet.accuracy_elevation.shown} if sheet.dimensions.value >= 3.0 else {}
    return figures | {"false_plots_per_scan": sheet.false_plots.value} | own


def _refusal(file: str, text: str, error: ValidationError) -> InputError:
    """The first unknown key, told which keys there are, else the first of pydantic's errors."""
    for detail in error.errors(include_url=False):
        if detail["type"] != "extra_forbidden":
            continue
        at, deep = detail["loc"], len(detail["loc"]) > 1
        place, keys = (dotted(at[:-1]), [*_keys(), "catalog"]) if deep else ("this file", ["radar"])
        message = names.unknown(f"key of {place}", str(at[-1]), keys)
        return InputError(file, message, dotted(at), locate(text, at))
    return translate(file, text, error)


def _keys() -> list[str]:
    return [field.alias or name for name, field in TrackerRadar.model_fields.items()]


def _claims(radar: TrackerRadar) -> list[object]:
    """What no other radar may have: the name, and the codes where it has them."""
    return [radar.name] if radar.sac is None else [radar.name, (radar.sac, radar.sic)]


def _faults(radar: TrackerRadar, taken: dict[object, str]) -> Iterator[tuple[str, str]]:
    """What is wrong with a radar beside others; key and message."""
    if radar.name in taken:
        yield "name", f'read "{radar.name}", which is the name of another radar; plots are told apart by it'
    if (radar.sac is None) != (radar.sic is None):
        missing, given = ("sac", "sic") if radar.sac is None else ("sic", "sac")
        yield given, f"is given without {missing}; ASTERIX names a radar by both"
    if radar.sac is not None and (other := taken.get((radar.sac, radar.sic))):
        yield "sac", f'read SAC {radar.sac} and SIC {radar.sic}, which are those of "{other}" too'
    if radar.range_min_m >= radar.instrumented_range_m:
        allowed = f"it must lie below instrumented_range, {radar.instrumented_range_m:g} m"
        yield "range_min", f"read {radar.range_min_m:g} m, {allowed}"
