"""The kill chain driven from Python, one stage at a time, so that a test can look or meddle between two stages.

``engine/step.py`` is not copied here: its own source is taken apart, and a call to ``hook`` put around each stage.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from openiads.engine import step as step_module
from openiads.simulate import Session

Hook = Callable[[str, "Stage"], None]  # called with "before" and "after"
STEP_FILE = "src/openiads/engine/step.py"


@dataclass(frozen=True)
class Stage:
    """One call in ``step``: the module and function called and the tables handed over, in order."""

    module: str
    function: str
    tables: tuple[str, ...]

    @property
    def kernel(self) -> Any:
        """The stage function, compiled or not."""
        return getattr(getattr(step_module, self.module), self.function)

    @property
    def source(self) -> Any:
        """The stage function as plain Python."""
        return getattr(self.kernel, "py_func", self.kernel)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the stage's parameters."""
        return tuple(inspect.signature(self.source).parameters)


def _step_source() -> ast.FunctionDef:
    function = getattr(step_module.step, "py_func", step_module.step)
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    found = tree.body[0]
    assert isinstance(found, ast.FunctionDef)
    return found


def _stage_of(statement: ast.stmt) -> Stage | None:
    for node in ast.walk(statement):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
        ):
            return Stage(node.func.value.id, node.func.attr, tuple(_name(argument) for argument in node.args))
    return None


def _name(argument: ast.expr) -> str:
    return argument.attr if isinstance(argument, ast.Attribute) else ast.unparse(argument)


def stages() -> list[Stage]:
    """The stages in the order in which ``step`` calls them."""
    found = [_stage_of(statement) for statement in _step_source().body]
    return [stage for stage in found if stage]


def hooked_step(hook: Hook) -> Callable[..., int]:
    """``step`` with ``hook("before" | "after", stage)`` around every stage."""
    function = _step_source()
    function.decorator_list = []
    listed: list[Stage] = []
    body: list[ast.stmt] = []
    for statement in function.body:
        stage = _stage_of(statement)
        if stage is None:
            body.append(statement)
            continue
        number = len(listed)
        listed.append(stage)
        body += ast.parse(f"_hook('before', _stages[{number}])").body
        body.append(statement)
        body += ast.parse(f"_hook('after', _stages[{number}])").body
    function.body = body
    module = ast.fix_missing_locations(ast.Module([function], []))
    scope = {**vars(step_module), "_hook": hook, "_stages": listed}
    exec(compile(module, STEP_FILE, "exec"), scope)
    return scope["step"]  # type: ignore[no-any-return]


def drive(session: Session, until_s: float, hook: Hook) -> None:
    """Advance a session like ``Session.advance``, by the hooked step."""
    step, room = hooked_step(hook), step_module.has_room
    everything = {**session.world._asdict(), **session.state._asdict(), "w": session.world, "s": session.state}
    clock = session.state.clock[0]
    while clock.tick <= round(until_s * 1000.0):
        if not room(*_arguments(room, everything)):
            session.drain()
        due = step(int(clock.tick), *_arguments(step, everything)[1:])
        clock.tick = max(due, clock.tick + 1)
        assert session.state.counts[0].overflow == 0


def _arguments(function: Any, everything: dict[str, Any]) -> list[Any]:
    """The tables that a function's parameters name."""
    return [everything.get(name) for name in inspect.signature(getattr(function, "py_func", function)).parameters]
