"""Philox4x32-10 against its published known answers, and the numbers drawn from it against their distributions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from openiads.engine.rng import normals, philox, uniforms
from openiads.enums import Purpose
from tests.support import runs

# Key, counter, answer. Source: Random123 1.14, tests/kat_vectors, philox4x32 10.
KNOWN = [
    ("00000000 00000000", "00000000 00000000 00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff", "ffffffff ffffffff ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("a4093822 299f31d0", "243f6a88 85a308d3 13198a2e 03707344", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]
DRAWS = 20_000


def _words(text: str) -> list[np.uint64]:
    return [np.uint64(int(word, 16)) for word in text.split()]


@pytest.mark.parametrize(("key", "counter", "answer"), KNOWN)
def test_published_known_answers(key: str, counter: str, answer: str) -> None:
    assert [int(word) for word in philox(*_words(key), *_words(counter))] == [int(word) for word in _words(answer)]


def test_numpy_s_philox_is_another_width() -> None:
    """A reminder that NumPy's Philox is 4x64 and no oracle here: the known answers are."""
    assert np.random.Philox(0).state["state"]["counter"].dtype == np.uint64


@pytest.fixture
def clock() -> np.record:
    row = runs.built("first").state.clock.copy()
    row["seed"], row["run"] = 12345, 7
    return row


def _drawn(law: object, clock: np.ndarray) -> np.ndarray:
    return np.array([law(clock[0], Purpose.DETECTION, 17, 99, tick) for tick in range(DRAWS)])  # type: ignore[operator]


def test_uniforms_are_uniform_and_independent(clock: np.ndarray) -> None:
    drawn = _drawn(uniforms, clock)
    assert ((drawn > 0.0) & (drawn < 1.0)).all()
    for column in drawn.T:
        assert stats.kstest(column, "uniform").pvalue > 1e-4
    correlation = np.corrcoef(np.vstack([drawn.T, np.roll(drawn[:, 0], 1)]))
    assert np.abs(correlation - np.eye(5)).max() < 5.0 / np.sqrt(DRAWS)


def test_normals_are_normal_and_independent(clock: np.ndarray) -> None:
    drawn = _drawn(normals, clock)
    for column in drawn.T:
        assert stats.kstest(column, "norm").pvalue > 1e-4
    assert np.abs(np.corrcoef(drawn.T) - np.eye(4)).max() < 5.0 / np.sqrt(DRAWS)
    assert np.abs(np.corrcoef((drawn**2).T) - np.eye(4)).max() < 5.0 / np.sqrt(DRAWS)


def test_a_draw_is_named_by_everything_and_nothing_else(clock: np.ndarray) -> None:
    def draw(
        seed: int = 1, run: int = 2, purpose: int = 3, who: int = 4, whom: int = 5, tick: int = 6
    ) -> tuple[float, ...]:
        clock["seed"], clock["run"] = seed, run
        clock["tick"] += 1  # the clock's own tick is no part of the name
        return tuple(uniforms(clock[0], purpose, who, whom, tick))

    assert draw() == draw()
    changed = [draw(seed=2), draw(run=3), draw(purpose=4), draw(who=5), draw(whom=6), draw(tick=7), draw(who=5, whom=4)]
    assert len({draw(), *changed}) == len(changed) + 1


def test_large_names_and_ticks_are_all_counted(clock: np.ndarray) -> None:
    top = 2**32 - 1
    assert uniforms(clock[0], 0, top, 0, 0) != uniforms(clock[0], 0, top - 1, 0, 0)
    assert uniforms(clock[0], 0, 0, 0, 2**31) != uniforms(clock[0], 0, 0, 0, 2**31 - 1)
    clock["seed"] = top
    assert uniforms(clock[0], 0, 1, 1, 1) != uniforms(runs.built("first").state.clock[0], 0, 1, 1, 1)
