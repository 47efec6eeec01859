"""How an antenna's gain falls away from its axis and from the normal of its face.

Source: Barton, Modern Radar System Analysis; Blake, Radar Range-Performance Analysis (1980); Skolnik, ch. 9.
"""

from __future__ import annotations

from math import exp, log

from openiads._jit import kernel

_FOUR_LN2 = 4.0 * log(2.0)


@kernel
def pattern_gain(off_rad: float, beamwidth_rad: float) -> float:
    """One-way power gain of the main lobe off its axis over that on it; one half at half a beamwidth.

    Source: the Gaussian lobe exp(-4 ln 2 (off / theta)^2), Barton. Limits: no side lobes.
    """
    ratio = off_rad / beamwidth_rad
    return exp(-_FOUR_LN2 * ratio * ratio)


@kernel
def scan_gain(cos_off: float, exponent: float) -> float:
    """Two-way power gain of a phased array steered off the normal of its face over that along it; 0 behind the face.

    Source: cos^n, Skolnik, Introduction to Radar Systems, ch. 9: n = 2 for the projected area both ways, 3 with the
    usual mismatch of the elements.
    """
    if cos_off <= 0.0:
        return 0.0
    whole = int(exponent)
    gain = 1.0
    for _ in range(whole):
        gain *= cos_off
    return gain if exponent == whole else float(gain * cos_off ** (exponent - whole))
