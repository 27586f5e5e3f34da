"""What a figure was measured on: processor, memory and versions; nothing that names a machine or its paths."""

import os
import platform
import subprocess
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

FEATURES = ("avx2", "avx512f", "avx512bw", "avx512_bitalg", "avx512_vpopcntdq")
PACKAGES = ("milap", "numpy", "numba", "llvmlite", "scipy")


def machine() -> dict[str, Any]:
    """Processor model, cores, clock, vector features and memory."""
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    flags = set(_line(text, "flags").split())
    return {
        "cpu": _line(text, "model name") or platform.processor(),
        "cores": os.cpu_count(),
        "mhz": round(float(_line(text, "cpu MHz") or 0)),
        "features": {name: name in flags for name in FEATURES},
        "ram_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": platform.system(),
    }


def load() -> float:
    """Runnable processes over the last minute: above the cores that are used here, others disturbed the figures."""
    return round(os.getloadavg()[0], 2)


def versions(peers: Sequence[str] = ()) -> dict[str, str]:
    """Versions of Python, of what Milap computes with, and of the peers in this run; the commit of the sources."""
    found = {"python": platform.python_version(), "commit": _commit()}
    for name in (*PACKAGES, *peers):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found


def _line(text: str, name: str) -> str:
    for line in text.splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""


def _commit() -> str:
    """Short commit of the checkout, with a plus sign when it was changed since; empty outside of one."""
    root = Path(__file__).parent
    try:
        head = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=root, capture_output=True, text=True)
        changed = subprocess.run(["git", "diff", "--quiet", "HEAD"], cwd=root, capture_output=True)
    except FileNotFoundError:
        return ""
    return head.stdout.strip() + ("+" if changed.returncode else "")
