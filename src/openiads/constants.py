"""Numbers of nature and of geodesy, SI units, each with its source."""

from math import pi

# WGS-84 ellipsoid. Source: NGA.STND.0036 (World Geodetic System 1984).
WGS84_A_M = 6378137.0
WGS84_F = 1.0 / 298.257223563
WGS84_B_M = WGS84_A_M * (1.0 - WGS84_F)
WGS84_E2 = WGS84_F * (2.0 - WGS84_F)
GM_M3PS2 = 3.986004418e14
WGS84_J2 = 1.08262982131e-3  # dynamic form factor: what the flattened earth pulls more at the equator

MEAN_EARTH_RADIUS_M = 6371008.8
# Effective radius for standard refraction, k = 4/3. Source: Skolnik, Radar Handbook; ITU-R P.453.
EFFECTIVE_EARTH_RADIUS_M = MEAN_EARTH_RADIUS_M * 4.0 / 3.0

STANDARD_GRAVITY_MPS2 = 9.80665
LIGHT_SPEED_MPS = 299792458.0
BOLTZMANN_JPK = 1.380649e-23
GAS_CONSTANT_AIR_JPKGK = 287.0528
GAMMA_AIR = 1.4

TICKS_PER_SECOND = 1000
SECONDS_PER_TICK = 1.0 / TICKS_PER_SECOND
NEVER = 1 << 62  # a due tick that never comes
FALSE_PLOT_CEILING_M = 15_000.0  # height up to which false plots and new tracks are expected, assumed
FALSE_PLOTS_LEAST = 0.05  # of a look, so that plots of a radar said to have no false ones can be doubted, assumed
FALSE_PLOTS_MAX = 200  # that a radar hands on in a look, and as many along its strobes, assumed

TWO_PI = 2.0 * pi
KNOT_MPS = 1852.0 / 3600.0
FOOT_M = 0.3048
