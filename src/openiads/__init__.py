"""OpenIADS: an open, reproducible simulation of the S-300 family guarding a base from the air.

    import openiads as oi
    result = oi.run(oi.load("tartus"), seed=7)
    print(result.summary())

It drives no hardware and reads no live sensor; everything it exports says that it is simulated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openiads._version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from openiads.analysis.calibration import Calibration
    from openiads.analysis.claims import Claims
    from openiads.analysis.coverage import Coverage
    from openiads.analysis.envelope import Envelope
    from openiads.analysis.result import Result
    from openiads.catalog.errors import InputError
    from openiads.imports.plots import Plots, Rejections
    from openiads.imports.radars import TrackerRadar
    from openiads.scenario.load import Scenario
    from openiads.simulate import CapacityError, Session
    from openiads.tracker import Settings as TrackerSettings
    from openiads.tracker import Tracker
    from openiads.tracks import Tracks

__all__ = [
    "Calibration", "CapacityError", "Claims", "Coverage", "Envelope", "InputError", "Result", "Scenario", "Session",
    "Tracker", "TrackerRadar", "TrackerSettings", "Tracks", "__version__", "calibrate", "claims", "coverage",
    "envelope", "load", "open_run", "read_plots", "read_radars", "run", "scenarios",
]  # fmt: skip

_HOMES = {
    "CapacityError": "openiads.simulate",
    "Calibration": "openiads.analysis.calibration",
    "Claims": "openiads.analysis.claims",
    "Coverage": "openiads.analysis.coverage",
    "Envelope": "openiads.analysis.envelope",
    "InputError": "openiads.catalog.errors",
    "Result": "openiads.analysis.result",
    "Scenario": "openiads.scenario.load",
    "Session": "openiads.simulate",
    "Tracker": "openiads.tracker",
    "TrackerRadar": "openiads.imports.radars",
    "TrackerSettings": "openiads.tracker",
    "Tracks": "openiads.tracks",
}
_OWN_NAMES = {"TrackerSettings": "Settings"}  # of those that their module calls otherwise


def __getattr__(name: str) -> Any:
    """Import a public class when it is first named, so that ``import openiads`` stays light."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), _OWN_NAMES.get(name, name))
    raise AttributeError(f"module 'openiads' has no attribute {name!r}")


def __dir__() -> list[str]:
    """Every public name, those not yet imported included."""
    return sorted({*globals(), *__all__})


def load(
    name_or_path: str | Path, *, unit: str | None = None, overrides: Sequence[str] = (), catalog_dir: Path | None = None
) -> Scenario:
    """Read and validate a scenario.

    Args:
        name_or_path: a built-in scenario ("tartus", "first") or a TOML file.
        unit: a catalog unit in place of the scenario's fire units ("s-300pmu1").
        overrides: changes such as ``"raids.cruise-north-west.count=2"``.
        catalog_dir: a folder that overlays the built-in catalog.

    Raises:
        InputError: what is wrong, where, and what is allowed.
    """
    from openiads.scenario.load import load as load_scenario

    return load_scenario(name_or_path, unit=unit, overrides=overrides, catalog_dir=catalog_dir)


def run(
    scenario: Scenario | str | Path, seed: int | None = None, *, run: int = 0,
    progress: Callable[[float], None] | None = None,
) -> Result:  # fmt: skip
    """Simulate a scenario from start to end.

    Args:
        scenario: from ``load``, or what ``load`` takes.
        seed: instead of the scenario's own; the same scenario, seed and version give the same events.
        run: number of the replication.
        progress: called now and then with the share done, 0 to 1.

    Raises:
        InputError: the scenario cannot be read.
        CapacityError: a table is too small; the message names the key that enlarges it.
    """
    from openiads.analysis.result import Result
    from openiads.scenario.load import Scenario
    from openiads.simulate import run as simulate_run

    loaded = scenario if isinstance(scenario, Scenario) else load(scenario)
    return Result(simulate_run(loaded, seed, run, progress=progress))


def coverage(
    scenario: Scenario | str | Path, altitudes: str | Sequence[str] = ("100 m", "1 km", "10 km"), *, rcs: str = "1 m2",
    pd: float = 0.5, swerling: int = 1, speed: str = "250 m/s", unit: str | None = None, jam_at: str | None = None,
) -> Coverage:  # fmt: skip
    """Where the radars of a scenario detect a target, and where its units can engage it.

    Args:
        scenario: from ``load``, or what ``load`` takes.
        altitudes: heights above mean sea level, or above the ground with ``agl``; a text alone is one height.
        rcs: mean radar cross-section of the target.
        pd: chance of one look that counts as covered, above 0 and below 1.
        swerling: case of its fluctuation, 0 to 4.
        speed: its radial speed.
        unit: a catalog unit in place of the scenario's.
        jam_at: a time of the scenario whose jammers are on, where their routes have them then; none unless said.

    Returns:
        Chances with labelled axes (layer, altitude, lat, lon); ``to_xarray`` gives the same as a DataArray.

    Raises:
        InputError: what is wrong, and what is allowed.
    """
    from openiads.analysis.coverage import coverage as cover

    return cover(scenario, altitudes, rcs=rcs, pd=pd, swerling=swerling, speed=speed, unit=unit, jam_at=jam_at)


def envelope(unit_or_missile: str, target: str = "fighter", catalog_dir: Path | None = None) -> Envelope:
    """What the missiles of a unit reach, as flown, against a class of target.

    Args:
        unit_or_missile: a catalog unit ("s-300pmu1") or a missile ("48n6e").
        target: a catalog target class.
        catalog_dir: a folder that overlays the built-in catalog.

    Returns:
        A table a missile, the figures read off it, ``to_xarray`` and ``plot``.

    Raises:
        InputError: no such unit, missile or class; the message lists those there are.
    """
    from openiads.analysis.envelope import envelope as flown

    return flown(unit_or_missile, target, catalog_dir)


def claims(unit: str | None = None, catalog_dir: Path | None = None) -> Claims:
    """What is said about the systems, and what the simulation gives for it: a row a claim, with a verdict.

    Args:
        unit: only the claims listed under a catalog unit, or under "tartus".
        catalog_dir: a folder that overlays the built-in catalog.

    Raises:
        InputError: nothing is claimed about such a unit; the message lists those there are.
    """
    from openiads.analysis.claims import claims as check

    return check(unit, catalog_dir)


def calibrate(missile: str, catalog_dir: Path | None = None) -> Calibration:
    """Fit a missile's unpublished figures to its published speeds, and compare what was held out; nothing is written.

    Args:
        missile: a catalog missile ("48n6e").
        catalog_dir: a folder that overlays the built-in catalog.

    Raises:
        InputError: no such missile, or its sheet gives nothing to fit.
    """
    from openiads.analysis.calibration import calibrate as fit
    from openiads.catalog.loader import load as load_catalog

    return fit(load_catalog(catalog_dir).missiles[missile])


def open_run(folder: str | Path) -> Result:
    """Open a run folder that ``openiads run`` or ``Result.save`` wrote.

    Raises:
        InputError: the folder holds no record, half of one, or one that was changed.
    """
    from openiads.analysis.result import Result

    return Result.open(folder)


def scenarios() -> tuple[str, ...]:
    """The names of the built-in scenarios."""
    from openiads.scenario.load import builtin_names

    return builtin_names()


def read_radars(paths: str | Path | Sequence[str | Path], catalog_dir: Path | None = None) -> tuple[TrackerRadar, ...]:
    """Read the radars of one or several ``radar.toml`` for a ``Tracker``; docs/plots.md says what they hold.

    Raises:
        InputError: a file cannot be read or holds no sound radar, or two radars share a name or a SAC and SIC.
    """
    from pathlib import Path

    from openiads.imports.radars import read_radars as read

    given = [paths] if isinstance(paths, str | Path) else paths
    return read([Path(path) for path in given], catalog_dir)


def read_plots(path: str | Path, radars: TrackerRadar | Sequence[TrackerRadar]) -> tuple[Plots, Rejections]:
    """Read recorded plots: CSV, Parquet or ASTERIX category 048, by the file's suffix; and what of it was not used.

    Raises:
        InputError: the file cannot be read as what its suffix says, or not one of its plots can be used.
    """
    from pathlib import Path

    from openiads.imports.radars import TrackerRadar
    from openiads.imports.read import read_plots as read

    return read(Path(path), (radars,) if isinstance(radars, TrackerRadar) else radars)
