"""Run by tests in a process of its own under NUMBA_DISABLE_JIT=1.

    python -m tests.support.pure_flight IN OUT

IN is a pickle of a list of (missile's name, shot); OUT becomes a pickle of their arrivals as plain tuples.
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

from openiads._jit import is_compiled
from openiads.physics.shot import fly_shot
from tests.support import missiles

if __name__ == "__main__":
    source, target = (Path(name) for name in sys.argv[1:])
    assert not is_compiled()
    flown = [tuple(fly_shot(missiles.missile(name), shot)) for name, shot in pickle.loads(source.read_bytes())]
    target.write_bytes(pickle.dumps(flown))
