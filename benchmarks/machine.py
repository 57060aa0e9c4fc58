"""Describe the machine that a benchmark runs on, and give benchmarks a plain environment.

Run alone, it prints the description.
"""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

TUNING = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")


def describe() -> str:
    """Return processor, cores, memory, system and Python in one line, with the load before the benchmark."""
    model = _field("/proc/cpuinfo", "model name") or platform.processor() or platform.machine()
    memory = int(_field("/proc/meminfo", "MemTotal").split()[0]) / 1e6
    flags = "AVX-512" if "avx512f" in _field("/proc/cpuinfo", "flags").split() else "no AVX-512"
    return (
        f"{model} ({flags}), {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}, "
        f"Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f}"
    )


def plain_environment(**changes: str) -> dict[str, str]:
    """Return the environment without settings that tune one machine's linear algebra, with some changes."""
    return {name: value for name, value in os.environ.items() if name not in TUNING} | changes


def _field(file: str, name: str) -> str:
    for line in Path(file).read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""


if __name__ == "__main__":
    print(describe())
