"""Vectors of three floats, for laws; ``row.pos_enu_m`` is read into one and written back."""

from __future__ import annotations

from math import sqrt
from typing import Any, NamedTuple

from openiads._jit import kernel


class Vec3(NamedTuple):
    """Three components of one frame."""

    x: float
    y: float
    z: float


@kernel
def read(field: Any) -> Vec3:
    """The vector in a row's field of three floats."""
    return Vec3(field[0], field[1], field[2])


@kernel
def write(field: Any, v: Vec3) -> None:
    """Put a vector into a row's field of three floats."""
    field[0] = v.x
    field[1] = v.y
    field[2] = v.z


@kernel
def add(a: Vec3, b: Vec3) -> Vec3:
    """a + b."""
    return Vec3(a.x + b.x, a.y + b.y, a.z + b.z)


@kernel
def sub(a: Vec3, b: Vec3) -> Vec3:
    """a - b."""
    return Vec3(a.x - b.x, a.y - b.y, a.z - b.z)


@kernel
def scale(a: Vec3, s: float) -> Vec3:
    """a times a number."""
    return Vec3(a.x * s, a.y * s, a.z * s)


@kernel
def step(a: Vec3, b: Vec3, s: float) -> Vec3:
    """a + s b."""
    return Vec3(a.x + s * b.x, a.y + s * b.y, a.z + s * b.z)


@kernel
def dot(a: Vec3, b: Vec3) -> float:
    """Scalar product."""
    return a.x * b.x + a.y * b.y + a.z * b.z


@kernel
def cross(a: Vec3, b: Vec3) -> Vec3:
    """Vector product."""
    return Vec3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)


@kernel
def norm(a: Vec3) -> float:
    """Length."""
    return sqrt(dot(a, a))


@kernel
def unit(a: Vec3) -> Vec3:
    """Direction; the vector itself where its length is zero."""
    length = norm(a)
    return scale(a, 1.0 / length) if length > 0.0 else a


@kernel
def turn(matrix: Any, v: Vec3) -> Vec3:
    """Matrix times vector: from local axes (the columns) outwards."""
    return Vec3(
        matrix[0, 0] * v.x + matrix[0, 1] * v.y + matrix[0, 2] * v.z,
        matrix[1, 0] * v.x + matrix[1, 1] * v.y + matrix[1, 2] * v.z,
        matrix[2, 0] * v.x + matrix[2, 1] * v.y + matrix[2, 2] * v.z,
    )


@kernel
def turn_back(matrix: Any, v: Vec3) -> Vec3:
    """Transposed matrix times vector: onto the local axes (the columns)."""
    return Vec3(
        matrix[0, 0] * v.x + matrix[1, 0] * v.y + matrix[2, 0] * v.z,
        matrix[0, 1] * v.x + matrix[1, 1] * v.y + matrix[2, 1] * v.z,
        matrix[0, 2] * v.x + matrix[1, 2] * v.y + matrix[2, 2] * v.z,
    )
