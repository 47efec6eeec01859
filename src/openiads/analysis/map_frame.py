"""What every map of ours has in its frame: the graticule with its figures, and a bar of round length."""

from __future__ import annotations

from math import cos, radians
from typing import TYPE_CHECKING, Final

from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from openiads.analysis import palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

KM_PER_DEG: Final = 111.2
HALO: Final = [withStroke(linewidth=3, foreground="white")]
_HALF_TURN_DEG: Final = 180.0
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
    return f"{abs(deg):g}°" if abs(deg) == _HALF_TURN_DEG else f"{abs(deg):g}° {'E' if deg >= 0 else 'W'}"


def write_title(figure: Figure, left: float, y: float, words: str, size: float) -> None:
    """A bold title from the left margin, smaller where it would pass the right one; ``left`` and ``y`` are shares."""
    text = figure.text(left, y, words, fontsize=size, fontweight="bold", va="center")
    most_px = (1.0 - 2.0 * left) * figure.bbox.width
    text.set_fontsize(size * min(1.0, most_px / text.get_window_extent().width))


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
