"""Shared by the tests of the readers: two radars, and a file written and read in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from openiads.catalog.errors import InputError
from openiads.imports.radars import TrackerRadar
from openiads.imports.read import read_plots

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openiads.imports.plots import Plots, Rejections

    Read = Callable[..., tuple[Plots, Rejections]]


def radar(name: str, **changes: Any) -> TrackerRadar:
    """A 3-D radar with Doppler near Tartus, changed where told."""
    given = {
        "position": "34.9 N, 35.9 E", "height": "120 m", "range_sigma": "100 m", "azimuth_sigma": "0.25 deg",
        "elevation_sigma": "0.25 deg", "range_rate_sigma": "3 m/s", "scan_period": "6 s",
        "instrumented_range": "300 km",
    } | changes  # fmt: skip
    return TrackerRadar.model_validate({"name": name} | given)


NORTH = radar("north", sac=1, sic=2)
FLAT = radar("flat", elevation_sigma=None, range_rate_sigma=None, sac=1, sic=3)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write a file (text or bytes) and read it as plots of NORTH and FLAT, unless told otherwise."""

    def write_and_read(content: str | bytes, name: str = "plots.csv", radars: Any = (NORTH, FLAT)) -> Any:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_plots(path, radars)

    return write_and_read


@pytest.fixture
def refused(read: Read) -> Callable[..., InputError]:
    """What is said of a file that cannot be used."""

    def refuse(content: str | bytes, name: str = "plots.csv", radars: Any = (NORTH, FLAT)) -> InputError:
        with pytest.raises(InputError) as caught:
            read(content, name, radars)
        assert "Traceback" not in str(caught.value)
        return caught.value

    return refuse
