"""Whether two machines run the same code: what they find is the same bytes only then."""

import hashlib
from functools import lru_cache
from pathlib import Path

import indexer
import matcher
from api.hub import crossmatching, matching

_SEARCHING = (crossmatching, matching, indexer, matcher)
"""Packages that a search goes through."""


@lru_cache(maxsize=1)
def code_digest() -> str:
    """SHA-256 over the names and contents of all modules that a search goes through, hexadecimal."""
    digest = hashlib.sha256()
    for package in _SEARCHING:
        [folder] = (Path(path) for path in package.__path__)
        for file in sorted(folder.rglob("*.py")):
            name = f"{package.__name__}/{file.relative_to(folder).as_posix()}\0".encode()
            digest.update(name + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
