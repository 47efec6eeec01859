"""The one place that names numba: how every kernel of the project is compiled and where its machine code is kept.

``kernel`` is numba's ``njit`` with the project's options. numba's own cache notices a change in the file of a function
but not in the files of the functions it calls, so the cache directory is named by a hash of everything that decides
the machine code: the sources of the package, the numba version, the options and every ``NUMBA_*`` setting.
``NUMBA_DISABLE_JIT=1`` runs the same sources as plain Python.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

# Every kernel is put in the place of its call: a call that hands on a dozen tables costs more than most laws
# (docs/decisions has the figures).
OPTIONS: Final[dict[str, Any]] = {
    "cache": True,
    "nogil": True,
    "error_model": "numpy",
    "forceinline": True,
    "no_cfunc_wrapper": True,
}
_OWN_SETTINGS: Final = ("NUMBA_CACHE_DIR", "NUMBA_NUM_THREADS", "NUMBA_DEBUG_CACHE")
_F = TypeVar("_F", bound=Callable[..., Any])


def source_digest() -> str:
    """Hash of all that decides the machine code, 16 hex digits."""
    from importlib.metadata import version

    digest = hashlib.sha256(f"{version('numba')} {sys.version} {sorted(OPTIONS.items())}".encode())
    settings = {k: v for k, v in os.environ.items() if k.startswith("NUMBA_") and k not in _OWN_SETTINGS}
    digest.update(repr(sorted(settings.items())).encode())
    root = Path(__file__).parent
    for path in sorted(root.rglob("*.py")):
        if path.parts[len(root.parts)] not in UNCOMPILED:
            digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


UNCOMPILED: Final = (
    "cli", "console", "study", "analysis", "export", "imports", "record", "catalog", "scenario", "terrain",
    "simulate.py", "tracker.py", "tracker_plots.py", "tracker_tables.py", "track_history.py", "tracks.py",
    "__init__.py", "_version.py",
)  # fmt: skip


def cache_root() -> Path:
    """Where machine code may be kept: ``OPENIADS_CACHE``, else the user's cache folder, else a temporary one."""
    if chosen := os.environ.get("OPENIADS_CACHE"):
        return Path(chosen)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
    elif sys.platform == "darwin":
        base = str(Path.home() / "Library" / "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base or tempfile.gettempdir()) / "openiads"


def cache_directory() -> Path:
    """The folder for this very source; made here, or a private temporary one where the usual cannot be written."""
    folder = cache_root() / f"kernels-{source_digest()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="openiads-kernels-"))


CACHE_DIRECTORY: Final = cache_directory()
import numba  # noqa: E402  (the cache directory must be known before the first kernel is decorated)

_CONFIG: Any = numba.config  # its attributes are made at run time

if "NUMBA_CACHE_DIR" not in os.environ:
    _CONFIG.CACHE_DIR = str(CACHE_DIRECTORY)


def kernel(function: _F) -> _F:
    """Compile a function of scalars, rows and tables; the same source runs plainly under NUMBA_DISABLE_JIT=1."""
    compiled: _F = numba.njit(**OPTIONS)(function)
    return compiled


def outlined(function: _F) -> _F:
    """Compile a function likewise, but leave it where it is: for what is large and called from several places."""
    compiled: _F = numba.njit(**{**OPTIONS, "forceinline": False})(function)
    return compiled


def _borrow() -> Any:
    """``borrow`` as numba code: the same arrays with the pointer to their owner set to none."""
    if not is_compiled():
        return lambda tables: tables
    from numba.extending import intrinsic

    @intrinsic
    def borrowed(_typing_context: Any, tables: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            whole = arguments[0]
            for n, kind in enumerate(signature.args[0].types):
                table = context.make_array(kind)(context, builder, builder.extract_value(whole, n))
                table.meminfo = table.meminfo.type(None)
                whole = builder.insert_value(whole, table._getvalue(), n)
            return whole

        return tables(tables), generate

    return borrowed


def is_cold(name: str = "") -> bool:
    """True when no machine code of this source is on disk yet, so that a command can say that it compiles.

    ``name`` may say of what: module and function, "picture.advance_picture".
    """
    return not _CONFIG.DISABLE_JIT and not any(Path(_CONFIG.CACHE_DIR).rglob(f"{name}*.nbi"))


def is_compiled() -> bool:
    """False under NUMBA_DISABLE_JIT=1."""
    return not _CONFIG.DISABLE_JIT


# ``borrow(tables)`` gives the arrays of a NamedTuple to compiled code without ownership: nothing counts references
# below, which halves a run (docs/decisions). The caller must hold the arrays meanwhile. The identity in plain Python.
borrow: Final = _borrow()
