"""Bayes' rule against itself in plain numbers."""

from __future__ import annotations

import numpy as np
import pytest

from openiads.enums import Identity
from openiads.estimation.bayes import add_evidence, posterior, standard_identity
from openiads.vec3 import Vec3
from tests.support import runs


def test_evidence_multiplies() -> None:
    draw = np.random.default_rng(4)
    for _ in range(200):
        prior = draw.dirichlet((1.0, 1.0, 1.0))
        likelihoods = draw.uniform(1e-4, 1.0, (4, 3))
        total = Vec3(*np.log(prior).tolist())
        for row in likelihoods:
            total = add_evidence(total, np.log(row))
        plain = prior * likelihoods.prod(axis=0)
        np.testing.assert_allclose(posterior(total), plain / plain.sum(), rtol=1e-12)


def test_large_and_small_weights_do_not_overflow() -> None:
    assert posterior(Vec3(-2000.0, -1000.0, -3000.0)) == pytest.approx((0.0, 1.0, 0.0))
    assert sum(posterior(Vec3(900.0, 900.0, 900.0))) == pytest.approx(1.0)


@pytest.mark.parametrize("name", ["first", "tartus"])
def test_standard_identities_keep_their_thresholds(name: str) -> None:
    for doctrine in runs.built(name).world.doctrines:
        sure = {Identity.HOSTILE: (0.0, 0.0, 1.0), Identity.FRIEND: (1.0, 0.0, 0.0), Identity.NEUTRAL: (0.0, 1.0, 0.0)}
        for identity, chances in sure.items():
            assert standard_identity(doctrine, Vec3(*chances)) == identity
        hostile, suspect = doctrine["threshold_hostile"], doctrine["threshold_suspect"]
        between = (hostile + suspect) / 2.0
        assert (
            standard_identity(doctrine, Vec3((1.0 - between) / 2.0, (1.0 - between) / 2.0, between)) == Identity.SUSPECT
        )
        assert standard_identity(doctrine, Vec3(1.0 - hostile, 0.0, hostile)) == Identity.HOSTILE
        assert standard_identity(doctrine, Vec3(1 / 3, 1 / 3, 1 / 3)) in (Identity.UNKNOWN, Identity.SUSPECT)


def test_more_hostile_evidence_never_makes_a_track_less_hostile() -> None:
    doctrine = runs.built("tartus").world.doctrines[0]
    said = [
        standard_identity(doctrine, Vec3((1.0 - p) * 0.3, (1.0 - p) * 0.7, p))
        for p in np.linspace(0.0, 1.0, 101).tolist()
    ]
    first = said.index(Identity.HOSTILE)
    assert all(identity == Identity.HOSTILE for identity in said[first:])
    assert Identity.SUSPECT in said[:first]
