"""The US Standard Atmosphere 1976 against the ``fluids`` package and the published rows."""

from __future__ import annotations

import pytest
from fluids.atmosphere import ATMOSPHERE_1976

from openiads.physics.atmosphere import mach_to_speed, sound_speed, temperature_pressure

# Geometric height (m), temperature (K), pressure (Pa), density (kg/m3), sound speed (m/s).
# Source: NOAA-S/T 76-1562, table I.
PUBLISHED = [
    (0.0, 288.150, 101325.0, 1.2250, 340.294),
    (5000.0, 255.676, 54048.0, 0.73643, 320.545),
    (11000.0, 216.774, 22700.0, 0.36480, 295.154),
    (20000.0, 216.650, 5529.3, 0.088910, 295.069),
    (32000.0, 228.490, 889.06, 0.013555, 303.02),
    (47000.0, 269.684, 115.85, 0.0014965, 329.21),
    (50000.0, 270.650, 79.779, 0.0010269, 329.799),
    (70000.0, 219.585, 5.2209, 0.000082829, 297.06),
]


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: f"{row[0]:.0f} m")
def test_published_rows(row: tuple[float, ...]) -> None:
    height_m, kelvin, pascal, density, sound = row
    air = temperature_pressure(height_m)
    assert air.x == pytest.approx(kelvin, rel=2e-5)
    assert air.y == pytest.approx(pascal, rel=5e-4)
    assert air.z == pytest.approx(density, rel=5e-4)
    assert sound_speed(air.x) == pytest.approx(sound, rel=1e-4)


@pytest.mark.parametrize("height_m", [0.0, 1.0, *range(500, 80_001, 1500)])
def test_agrees_with_fluids(height_m: float) -> None:
    ours, theirs = temperature_pressure(float(height_m)), ATMOSPHERE_1976(float(height_m))
    assert ours.x == pytest.approx(theirs.T, rel=1e-3)
    assert ours.y == pytest.approx(theirs.P, rel=1e-3)
    assert ours.z == pytest.approx(theirs.rho, rel=1e-3)
    assert sound_speed(ours.x) == pytest.approx(theirs.v_sonic, rel=1e-3)


@pytest.mark.parametrize("base_m", [11000.0, 20000.0, 32000.0, 47000.0, 51000.0, 71000.0])
def test_layers_join(base_m: float) -> None:
    """Geopotential bases; a jump would be a wrong base pressure or temperature."""
    geometric_m = 6356766.0 * base_m / (6356766.0 - base_m)
    below, above = temperature_pressure(geometric_m - 0.01), temperature_pressure(geometric_m + 0.01)
    for one, other in zip(below, above, strict=True):
        assert one == pytest.approx(other, rel=1e-5)


def test_above_the_top_there_is_no_air() -> None:
    assert temperature_pressure(90_000.0).z == 0.0
    assert temperature_pressure(85_000.0).z > 0.0
    assert temperature_pressure(500_000.0).x > 100.0


def test_mach_numbers() -> None:
    assert mach_to_speed(1.0, 0.0) == pytest.approx(340.294, rel=1e-5)
    assert mach_to_speed(2.5, 12_000.0) == pytest.approx(2.5 * 295.07, rel=1e-3)
