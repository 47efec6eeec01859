"""The truth rule: what decides sees plots and tracks, never where things are. Held by names and by behaviour."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

from tests.support import drive, runs, sources

ENGINE = sources.PACKAGE / "engine"
# name -> (the engine's files that may use it, the stages to which step.py may hand it)
SECRETS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "truth": (("motion", "sensing", "flyout", "endgame"), ("motion", "sensing", "flyout", "endgame")),
    "truth_samples": (("motion",), ("motion",)),
    "plot_origins": (("sensing", "plotting", "strobes"), ("sensing",)),
    "strobe_origins": (("sensing", "plotting", "strobes", "listening"), ("sensing",)),
    "transponders": (("motion", "sensing", "interrogation"), ("sensing",)),
    "beacons": (("motion", "sensing", "interrogation"), ("sensing",)),
    "locks": (("sensing", "plotting"), ("sensing",)),
    "targets": (("motion", "sensing", "plotting", "flyout", "endgame"), ("motion", "sensing", "flyout", "endgame")),
    "legs": (("motion", "sensing", "flyout", "endgame"), ("motion", "sensing", "flyout", "endgame")),
    "seeker_target": (("launch", "flyout", "endgame"), ()),
}
BEFORE_THE_FIRST_TICK = ("reset",)  # draws the starts, decides nothing
CLOCK = "step"


def peeks(tree: ast.AST, module: str) -> list[str]:
    """Where an engine file names what it must not know."""
    found = []
    for name, line in sources.names(tree):
        if name in SECRETS and module not in SECRETS[name][0]:
            found.append(f"src/openiads/engine/{module}.py:{line} names {name}")
    return found


def misdealt(tree: ast.AST) -> list[str]:
    """Where ``step`` uses a secret for anything but handing it to a stage that may have it."""
    function = next(f for f in sources.functions(tree) if f.name == "step")
    allowed: set[int] = {id(part) for part in ast.walk(function.args)}
    found = []
    for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
            stage = call.func.value.id
            for argument in call.args:
                name = argument.attr if isinstance(argument, ast.Attribute) else getattr(argument, "id", "")
                if name in SECRETS:
                    allowed |= {id(part) for part in ast.walk(argument)}
                    if stage not in SECRETS[name][1]:
                        found.append(f"src/openiads/engine/step.py:{argument.lineno} hands {name} to {stage}")
    for node in ast.walk(function):
        name = getattr(node, "id", getattr(node, "attr", ""))
        if name in SECRETS and id(node) not in allowed:
            found.append(f"src/openiads/engine/step.py:{node.lineno} uses {name}")  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize("path", sorted(ENGINE.glob("*.py")), ids=lambda path: path.stem)
def test_only_those_who_may_name_the_truth(path: Path) -> None:
    if path.stem in (*BEFORE_THE_FIRST_TICK, CLOCK):
        return
    found = peeks(sources.tree(path), path.stem)
    assert not found, f"decide from tracks and plots, or hand on a measurement in sensing: {found}"


def test_the_clock_only_hands_the_truth_on() -> None:
    found = misdealt(sources.tree(ENGINE / "step.py"))
    assert not found, found


def unpassed(tree: ast.AST) -> list[str]:
    """Where the session uses a secret for anything but an argument of ``reset``, which draws the starts."""
    handed = {
        id(part)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "reset"
        for argument in call.args
        for part in ast.walk(argument)
    }
    secret = ("truth", "truth_samples", "plot_origins", "strobe_origins", "beacons", "locks")
    return [
        f"src/openiads/simulate.py:{node.lineno} uses {getattr(node, 'attr', getattr(node, 'id', ''))}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.Attribute)
        and id(node) not in handed
        and getattr(node, "attr", getattr(node, "id", "")) in secret
    ]


def test_the_session_only_hands_the_truth_on() -> None:
    tree = sources.tree(sources.PACKAGE / "simulate.py")
    assert not unpassed(tree)
    assert unpassed(ast.parse("x = self.state.truth[0]"))
    assert not unpassed(ast.parse("reset(seed, self.state.truth)"))


@pytest.mark.parametrize(
    "module",
    [
        "tracking", "correlation", "track_state", "track_life", "bearings", "picture", "identification", "evaluation",
        "assignment", "engaging", "launch", "assessment",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "peek",
    [
        "t = plot_origins[0].target",
        "truth = 0",
        "where = state.truth[0]",
        "look(truth=1)",
        "from somewhere import truth",
        "locks[0].target",
    ],
)
def test_a_stage_made_to_peek_is_caught(module: str, peek: str) -> None:
    tree = ast.parse((ENGINE / f"{module}.py").read_text(encoding="utf-8"))
    last = list(sources.functions(tree))[-1]
    last.body.append(ast.parse('"truth"').body[0])
    assert not peeks(tree, module), "a word in a text is no peek"
    last.body.append(ast.parse(peek).body[0])
    assert peeks(tree, module)


@pytest.mark.parametrize("call", ["identification.identify(\n", "assessment.assess(\n", "tracking.update_tracks(\n"])
def test_a_clock_that_deals_the_truth_out_is_caught(call: str) -> None:
    text = (ENGINE / "step.py").read_text(encoding="utf-8")
    if call not in text:
        call = call.strip()
    assert call in text
    assert misdealt(ast.parse(text.replace(call, call + "truth, ", 1)))
    assert misdealt(ast.parse(text.replace("    return min(", "    peek = truth[0].alive\n    return min(", 1)))


def _scramble(session: object, saved: dict[str, np.ndarray]) -> drive.Hook:
    """A hook that gives the truth away as nonsense to everyone between sensing and fly-out."""
    state = session.state  # type: ignore[attr-defined]
    secret = ("truth", "locks")
    draw = np.random.default_rng(7)

    def hook(moment: str, stage: drive.Stage) -> None:
        if moment == "after" and stage.module == "sensing":
            for name in secret:
                table = getattr(state, name)
                saved[name] = table.copy()
            for field in ("pos_ecef_m", "vel_ecef_mps", "acc_ecef_mps2"):
                state.truth[field] = draw.normal(0.0, 1e7, state.truth[field].shape)
            for field in ("alive", "spawned", "leg", "seen", "start_tick"):
                state.truth[field] = draw.integers(0, 3, len(state.truth))
            state.plot_origins["target"][: state.counts["plots"][0]] += 1
            state.locks["target"] = 77
        if moment == "before" and stage.module == "flyout":
            for name in secret:
                getattr(state, name)[:] = saved[name]
            state.plot_origins["target"][: state.counts["plots"][0]] -= 1

    return hook


def test_a_truth_altered_after_sensing_changes_no_decision() -> None:
    session = runs.session("first")
    drive.drive(session, session.duration_s, _scramble(session, {}))
    scrambled, plain = session.record(), runs.record("first")
    assert len(plain.tables["interceptors"]) > 0, "nothing was decided: the test says nothing"
    for name, table in plain.tables.items():
        assert _same(table, scrambled.tables[name]), f"the {name} table depends on truth between sensing and fly-out"


def test_a_stage_that_peeks_is_caught_by_the_behaviour_too() -> None:
    """Tracking made to read the scrambled truth gives another run, so the comparison above can fail."""
    session = runs.session("first")
    scramble = _scramble(session, {})

    def hook(moment: str, stage: drive.Stage) -> None:
        scramble(moment, stage)
        if moment == "before" and stage.module == "evaluation" and session.state.counts["tracks_top"][0] > 0:
            session.state.tracks["pos_enu_m"][0] += 1e-3 * session.state.truth["pos_ecef_m"][0]

    drive.drive(session, session.duration_s, hook)
    assert session.record().digest != runs.record("first").digest


def test_the_hooked_clock_is_the_clock() -> None:
    session = runs.session("first")
    drive.drive(session, session.duration_s, lambda moment, stage: None)
    assert session.record().digest == runs.record("first").digest


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return len(one) == len(other) and all(one[f].tobytes() == other[f].tobytes() for f in one.dtype.names or ())
