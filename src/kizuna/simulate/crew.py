"""Threads that share the blocks of a step."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy.typing as npt

Array = npt.NDArray[Any]


class Crew:
    """Threads that share the blocks of a step; results do not depend on how many they are."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None

    def shares(self, blocks: int, work: Callable[[range], Array]) -> list[Array]:
        """Return what ``work`` gives for each thread's share of the blocks."""
        if self._pool is None:
            return [work(range(blocks))]
        return list(self._pool.map(work, _parts(blocks, self.threads)))

    def close(self) -> None:
        """End the threads."""
        if self._pool is not None:
            self._pool.shutdown()


def _parts(blocks: int, threads: int) -> list[range]:
    """Return the blocks in as many runs of neighbours as there are threads, near equal in length.

    Examples
    --------
    >>> _parts(5, 2)
    [range(0, 2), range(2, 5)]
    """
    ends = [blocks * part // threads for part in range(threads + 1)]
    return [range(begin, end) for begin, end in pairwise(ends) if end > begin]
