"""A Kalman filter of position and velocity in a local Cartesian frame, on values: no table, no loop, no memory.

A state is a ``Gauss``: means and the three blocks of the covariance. Observations are taken one scalar at a time, in
Joseph's form, which keeps the covariance positive definite however exact a measurement is beside the prediction.
Source: Bar-Shalom, Li and Kirubarajan, Estimation with Applications to Tracking and Navigation, 2001, ch. 5 and 6;
Bucy and Joseph, Filtering for Stochastic Processes, 1968, for the form of the update.
"""

from __future__ import annotations

from math import pi
from typing import Any, NamedTuple

from openiads._jit import kernel
from openiads.vec3 import Vec3, add, dot, scale, step


class Block(NamedTuple):
    """A 3 x 3 matrix by its rows."""

    x: Vec3
    y: Vec3
    z: Vec3


class Gauss(NamedTuple):
    """Mean and covariance of position, m, and velocity, m/s; ``pv`` has the position's rows."""

    pos: Vec3
    vel: Vec3
    pp: Block
    pv: Block
    vv: Block


class Lessened(NamedTuple):
    """A product that is not symmetric, block by block."""

    pp: Block
    pv: Block
    vp: Block
    vv: Block


class Level(NamedTuple):
    """A map of the level plane and, apart from it, of the vertical: [[xx, xy, 0], [yx, yy, 0], [0, 0, zz]]."""

    xx: float
    xy: float
    yx: float
    yy: float
    zz: float


class Taken(NamedTuple):
    """What an observation left: the state, and how likely it was beforehand: exp(-nis / 2) / sqrt(width).

    ``nis`` is its squared normalised innovation, ``width`` 2 pi times that innovation's variance; of several scalars
    they are added and multiplied.
    """

    state: Gauss
    width: float
    nis: float


@kernel
def outer(a: Vec3, b: Vec3) -> Block:
    """Column a times row b."""
    return Block(scale(b, a.x), scale(b, a.y), scale(b, a.z))


@kernel
def plus(m: Block, n: Block, factor: float) -> Block:
    """m + factor n."""
    return Block(step(m.x, n.x, factor), step(m.y, n.y, factor), step(m.z, n.z, factor))


@kernel
def times(m: Block, v: Vec3) -> Vec3:
    """m v."""
    return Vec3(dot(m.x, v), dot(m.y, v), dot(m.z, v))


@kernel
def times_back(m: Block, v: Vec3) -> Vec3:
    """The transpose of m times v."""
    return Vec3(
        m.x.x * v.x + m.y.x * v.y + m.z.x * v.z,
        m.x.y * v.x + m.y.y * v.y + m.z.y * v.z,
        m.x.z * v.x + m.y.z * v.y + m.z.z * v.z,
    )


@kernel
def transpose(m: Block) -> Block:
    """Rows for columns."""
    return Block(Vec3(m.x.x, m.y.x, m.z.x), Vec3(m.x.y, m.y.y, m.z.y), Vec3(m.x.z, m.y.z, m.z.z))


@kernel
def mirrored(m: Block) -> Block:
    """The symmetric matrix of the upper triangle."""
    return Block(m.x, Vec3(m.x.y, m.y.y, m.y.z), Vec3(m.x.z, m.y.z, m.z.z))


@kernel
def raised(m: Block, level: float, upward: float) -> Block:
    """The matrix with something added to its diagonal, level and upwards."""
    return Block(
        Vec3(m.x.x + level, m.x.y, m.x.z), Vec3(m.y.x, m.y.y + level, m.y.z), Vec3(m.z.x, m.z.y, m.z.z + upward)
    )


@kernel
def scaled(m: Block, factor: float) -> Block:
    """A matrix times a number."""
    return Block(scale(m.x, factor), scale(m.y, factor), scale(m.z, factor))


@kernel
def diagonal(x: float, y: float, z: float) -> Block:
    """A diagonal matrix."""
    return Block(Vec3(x, 0.0, 0.0), Vec3(0.0, y, 0.0), Vec3(0.0, 0.0, z))


@kernel
def mapped(t: Level, v: Vec3) -> Vec3:
    """The map of a vector."""
    return Vec3(t.xx * v.x + t.xy * v.y, t.yx * v.x + t.yy * v.y, t.zz * v.z)


@kernel
def _rows_mapped(t: Level, m: Block) -> Block:
    """m times the transpose of the map."""
    return Block(mapped(t, m.x), mapped(t, m.y), mapped(t, m.z))


@kernel
def _map_of(t: Level, m: Block) -> Block:
    """The map times m."""
    return Block(step(scale(m.x, t.xx), m.y, t.xy), step(scale(m.x, t.yx), m.y, t.yy), scale(m.z, t.zz))


@kernel
def carried(g: Gauss, pos: Vec3, vel: Vec3, reach: Level, spin: Level) -> Gauss:
    """The state after a motion to other means, of derivatives ``reach`` and ``spin`` by the velocity; without noise.

    The derivative of the position by itself is 1, that of the velocity by the position 0.
    """
    swept = _map_of(reach, g.vv)
    pulled = _rows_mapped(reach, g.pv)
    pp = plus(plus(plus(g.pp, pulled, 1.0), transpose(pulled), 1.0), _rows_mapped(reach, swept), 1.0)
    return Gauss(
        pos, vel, mirrored(pp), _rows_mapped(spin, plus(g.pv, swept, 1.0)),
        mirrored(_rows_mapped(spin, _map_of(spin, g.vv))),
    )  # fmt: skip


@kernel
def straight(g: Gauss, span_s: float) -> Gauss:
    """Constant velocity, without noise."""
    pulled = plus(g.pv, g.vv, 0.5 * span_s)
    pp = plus(plus(g.pp, pulled, span_s), transpose(pulled), span_s)
    return Gauss(step(g.pos, g.vel, span_s), g.vel, mirrored(pp), plus(g.pv, g.vv, span_s), g.vv)


@kernel
def shaken(g: Gauss, level: float, upward: float, span_s: float) -> Gauss:
    """The state after white acceleration noise over a span; its spectral densities level and upward, m2/s3."""
    half, third = 0.5 * span_s * span_s, span_s * span_s * span_s / 3.0
    return Gauss(
        g.pos, g.vel, raised(g.pp, level * third, upward * third), raised(g.pv, level * half, upward * half),
        raised(g.vv, level * span_s, upward * span_s),
    )  # fmt: skip


@kernel
def observed(g: Gauss, direction: Vec3, off_m: float, variance_m2: float) -> Taken:
    """Take a measured coordinate along a direction; ``off_m`` is measured minus expected.

    Source: Joseph's form P' = (I - K h) P (I - K h)' + r K K' for one scalar.
    """
    gp = times(g.pp, direction)
    gv = times_back(g.pv, direction)
    spread = dot(direction, gp) + variance_m2
    kp, kv = scale(gp, 1.0 / spread), scale(gv, 1.0 / spread)
    return _placed(g, direction, gp, gv, kp, kv, off_m, variance_m2, spread)


@kernel
def observed_across(g: Gauss, direction: Vec3, line: Vec3, off_m: float, variance_m2: float) -> Taken:
    """Take a measured coordinate, but move nothing along a line: a bearing must not make its own range known.

    Source: Schmidt's consider filter; Joseph's form holds for any gain.
    """
    gp = times(g.pp, direction)
    gv = times_back(g.pv, direction)
    spread = dot(direction, gp) + variance_m2
    kp, kv = scale(gp, 1.0 / spread), scale(gv, 1.0 / spread)
    kp, kv = step(kp, line, -dot(kp, line)), step(kv, line, -dot(kv, line))
    return _placed(g, direction, gp, gv, kp, kv, off_m, variance_m2, spread)


@kernel
def observed_rate(g: Gauss, by_pos: Vec3, by_vel: Vec3, off_mps: float, variance_m2ps2: float) -> Taken:
    """Take a measured scalar that depends on position and velocity, by its two gradients."""
    gp = add(times(g.pp, by_pos), times(g.pv, by_vel))
    gv = add(times_back(g.pv, by_pos), times(g.vv, by_vel))
    spread = dot(by_pos, gp) + dot(by_vel, gv) + variance_m2ps2
    kp, kv = scale(gp, 1.0 / spread), scale(gv, 1.0 / spread)
    less = _lessened(g, gp, gv, kp, kv)
    left_p = step(add(times(less.pp, by_pos), times(less.pv, by_vel)), kp, -variance_m2ps2)
    left_v = step(add(times(less.vp, by_pos), times(less.vv, by_vel)), kv, -variance_m2ps2)
    return _joseph(g, less, left_p, left_v, kp, kv, off_mps, spread)


@kernel
def _placed(
    g: Gauss, direction: Vec3, gp: Vec3, gv: Vec3, kp: Vec3, kv: Vec3, off_m: float, variance_m2: float, spread: float
) -> Taken:
    """The update by a coordinate of the position with a gain (``kp``, ``kv``); ``gp`` and ``gv`` are P h."""
    less = _lessened(g, gp, gv, kp, kv)
    left_p = step(times(less.pp, direction), kp, -variance_m2)
    left_v = step(times(less.vp, direction), kv, -variance_m2)
    return _joseph(g, less, left_p, left_v, kp, kv, off_m, spread)


@kernel
def _lessened(g: Gauss, gp: Vec3, gv: Vec3, kp: Vec3, kv: Vec3) -> Lessened:
    """(I - K h) P, block by block."""
    return Lessened(
        plus(g.pp, outer(kp, gp), -1.0), plus(g.pv, outer(kp, gv), -1.0), plus(transpose(g.pv), outer(kv, gp), -1.0),
        plus(g.vv, outer(kv, gv), -1.0),
    )  # fmt: skip


@kernel
def _joseph(
    g: Gauss, less: Lessened, left_p: Vec3, left_v: Vec3, kp: Vec3, kv: Vec3, off: float, spread: float
) -> Taken:
    """The rest of the update: (I - K h) P less what is ``left`` of it along h and r K, times K'."""
    state = Gauss(
        step(g.pos, kp, off),
        step(g.vel, kv, off),
        mirrored(plus(less.pp, outer(left_p, kp), -1.0)),
        plus(less.pv, outer(left_p, kv), -1.0),
        mirrored(plus(less.vv, outer(left_v, kv), -1.0)),
    )
    return Taken(state, 2.0 * pi * spread, off * off / spread)


@kernel
def moments(g: Gauss, about: Gauss) -> Gauss:
    """First and second moments of a state about another's mean; those of a mixture are their weighted sums."""
    pos, vel = step(g.pos, about.pos, -1.0), step(g.vel, about.vel, -1.0)
    return Gauss(
        pos, vel, plus(g.pp, outer(pos, pos), 1.0), plus(g.pv, outer(pos, vel), 1.0), plus(g.vv, outer(vel, vel), 1.0)
    )


@kernel
def summed(sum_of: Gauss, part: Gauss, weight: float) -> Gauss:
    """Add weighted moments to a sum."""
    return Gauss(
        step(sum_of.pos, part.pos, weight), step(sum_of.vel, part.vel, weight), plus(sum_of.pp, part.pp, weight),
        plus(sum_of.pv, part.pv, weight), plus(sum_of.vv, part.vv, weight),
    )  # fmt: skip


@kernel
def centred(g: Gauss, about: Gauss) -> Gauss:
    """Mean and covariance from moments about a mean: the way back from ``moments``."""
    return Gauss(
        add(about.pos, g.pos), add(about.vel, g.vel), plus(g.pp, outer(g.pos, g.pos), -1.0),
        plus(g.pv, outer(g.pos, g.vel), -1.0), plus(g.vv, outer(g.vel, g.vel), -1.0),
    )  # fmt: skip


@kernel
def nothing() -> Gauss:
    """All zeros, to sum from."""
    zero = Vec3(0.0, 0.0, 0.0)
    empty = Block(zero, zero, zero)
    return Gauss(zero, zero, empty, empty, empty)


@kernel
def read_state(bank: Any, m: int) -> Gauss:
    """The state in a slot of a bank's row."""
    pos, vel, pp, pv, vv = bank.pos_m, bank.vel_mps, bank.pp, bank.pv, bank.vv
    return Gauss(
        Vec3(pos[m, 0], pos[m, 1], pos[m, 2]),
        Vec3(vel[m, 0], vel[m, 1], vel[m, 2]),
        read_block(pp, m),
        read_block(pv, m),
        read_block(vv, m),
    )


@kernel
def read_block(field: Any, m: int) -> Block:
    """The block in a slot of a bank's field."""
    return Block(
        Vec3(field[m, 0, 0], field[m, 0, 1], field[m, 0, 2]),
        Vec3(field[m, 1, 0], field[m, 1, 1], field[m, 1, 2]),
        Vec3(field[m, 2, 0], field[m, 2, 1], field[m, 2, 2]),
    )


@kernel
def write_state(bank: Any, m: int, g: Gauss) -> None:
    """Put a state into a slot of a bank's row."""
    _write_row(bank.pos_m, m, g.pos)
    _write_row(bank.vel_mps, m, g.vel)
    _write_block(bank.pp, m, g.pp)
    _write_block(bank.pv, m, g.pv)
    _write_block(bank.vv, m, g.vv)


@kernel
def _write_row(field: Any, m: int, v: Vec3) -> None:
    field[m, 0] = v.x
    field[m, 1] = v.y
    field[m, 2] = v.z


@kernel
def _write_block(field: Any, m: int, b: Block) -> None:
    field[m, 0, 0], field[m, 0, 1], field[m, 0, 2] = b.x.x, b.x.y, b.x.z
    field[m, 1, 0], field[m, 1, 1], field[m, 1, 2] = b.y.x, b.y.y, b.y.z
    field[m, 2, 0], field[m, 2, 1], field[m, 2, 2] = b.z.x, b.z.y, b.z.z
