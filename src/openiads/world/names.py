"""Stable 32-bit hashes of names: what random draws are called by."""

from __future__ import annotations

import hashlib


def name_hash(*parts: object) -> int:
    """Hash of a path of names such as ("raids", "cruise-north", 3)."""
    text = "/".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2s(text.encode(), digest_size=4).digest(), "little")
