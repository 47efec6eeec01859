"""Each stage's share of a run: the source of ``engine/step.py`` with the processor's counter read between its lines."""

from __future__ import annotations

import ast
import inspect
import textwrap
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from openiads.engine import step as step_module
from openiads.world.state import World


@intrinsic
def cycles_now(_typing_context: Any) -> Any:
    """The processor's cycle counter."""

    def generate(_context: Any, builder: Any, _signature: Any, _arguments: Any) -> Any:
        kind = ir.FunctionType(ir.IntType(64), [])
        counter = numba.core.cgutils.get_or_insert_function(builder.module, kind, "llvm.readcyclecounter")
        return builder.call(counter, [])

    return types.int64(), generate


def stage_names() -> list[str]:
    """The stages in the order in which ``step`` calls them."""
    return [name for name, _ in stage_lines(step_tree())]


def step_tree() -> ast.FunctionDef:
    tree = ast.parse(textwrap.dedent(inspect.getsource(step_module)))
    return next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "step")


def stage_lines(function: ast.FunctionDef) -> list[tuple[str, ast.stmt]]:
    found = []
    for line in function.body:
        calls = [node for node in ast.walk(line) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
        if calls:
            found.append((ast.unparse(calls[0].func), line))
    return found


def timed_advance() -> Any:
    """A compiled clock that adds up the cycles of each stage: ``timed(until, cycles, world, state)``."""
    function = step_tree()
    asked = inspect.signature(step_module.has_room.py_func).parameters
    room = ", ".join(("w." if name in World._fields else "s.") + name for name in asked)
    lines = [
        "def timed(until, cycles, world, state):",
        "    w, s = borrow(world), borrow(state)",
        "    while s.clock[0].tick <= until:",
        f"        if not has_room({room}):",
        "            return False",
        "        tick = s.clock[0].tick",
        "        before = cycles_now()",
    ]
    number = 0
    for statement in function.body[1:-1]:
        lines += [
            "        " + ast.unparse(statement),
            "        after = cycles_now()",
            f"        cycles[{number}] += after - before",
            "        before = after",
        ]
        number += 1
    final = function.body[-1]
    assert isinstance(final, ast.Return)
    lines += [
        f"        s.clock[0].tick = max({ast.unparse(final.value)}, tick + 1)",
        f"        cycles[{number}] += 1",
        "    return True",
    ]
    scope = {**vars(step_module), "cycles_now": cycles_now}
    exec("\n".join(lines), scope)
    return numba.njit(nogil=True, error_model="numpy", forceinline=True)(scope["timed"])


def measure(session: Any) -> tuple[dict[str, float], int]:
    """Cycles of each stage over a whole run of a fresh session, and the number of steps."""
    names = stage_names()
    cycles = np.zeros(len(names) + 1, np.int64)
    timed = timed_advance()
    until = int(session.world.setting["duration_tick"][0])
    while not timed(until, cycles, session.world, session.state):
        session.drain()
    return dict(zip(names, cycles[:-1].tolist(), strict=True)), int(cycles[-1])
