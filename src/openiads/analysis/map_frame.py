"""What every map of ours has in its frame: the graticule with its figures, and a bar of round length."""

from __future__ import annotations

from math import cos, radians
from typing import TYPE_CHECKING, Final

from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from openiads.analysis import palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KM_PER_DEG: Final = 111.2
HALO: Final = [withStroke(linewidth=3, foreground="white")]
_BAR_KM: Final = (5, 10, 20, 50, 100, 200)


def graticule(axes: Axes) -> None:
    """Lines of latitude and longitude and their figures; axes in degrees, longitude across."""
    axes.grid(color="#dde3e8", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda deg, _: _meridian((deg + 180.0) % 360.0 - 180.0)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda deg, _: f"{abs(deg):g}° {'N' if deg >= 0 else 'S'}"))
    axes.tick_params(length=0, labelsize=9)


def _meridian(deg: float) -> str:
    return f"{abs(deg):g}° {'E' if deg >= 0 else 'W'}"


def draw_scale(axes: Axes) -> None:
    """A bar of round length in the lower left corner."""
    west, east = axes.get_xlim()
    south, north = axes.get_ylim()
    km_per_deg = KM_PER_DEG * cos(radians((south + north) / 2.0))
    length_km = max(km for km in _BAR_KM if km <= max((east - west) * km_per_deg / 4.0, _BAR_KM[0]))
    x, y = west + (east - west) * 0.03, south + (north - south) * 0.03
    axes.plot(
        [x, x + length_km / km_per_deg], [y, y], color=palette.INK, linewidth=2.5, solid_capstyle="butt", zorder=7
    )
    axes.annotate(
        f"{length_km} km", (x, y), xytext=(0, 5), textcoords="offset points", fontsize=9.5, path_effects=HALO, zorder=7
    )
