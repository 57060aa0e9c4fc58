"""Compute a figure of a brief a second time: from its query, by its method, or by running the stress engine again."""

from __future__ import annotations

from kizuna.brief.stress_runs import SIMULATED, Run, do_run, read_off, read_written
from kizuna.exposure import again
from kizuna.floor.figures import Figure
from kizuna.floor.gaps import Gap
from kizuna.simulate.stress import Stress
from kizuna.tables.build import Tables


class Recomputer:
    """Computes figures again from nothing but their derivations; a run that several figures come from is run once."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._runs: dict[Run, Stress] = {}

    def again(self, figure: Figure) -> float | Gap:
        """Return the value of a figure computed again.

        Raises
        ------
        UnknownNameError
            If the method or run gives no such number any more.
        ScenarioError
            If the scenario behind the figure has changed.
        """
        if not figure.derivation.function.startswith(SIMULATED):
            return again.compute_again(self.tables, figure)
        run, subject, partner, reads = read_written(figure.derivation.function)
        if run not in self._runs:
            self._runs[run] = do_run(self.tables, run)
        return read_off(self._runs[run], subject, partner, reads)


def compute_again(tables: Tables, figure: Figure) -> float | Gap:
    """Return the value of one figure computed again; see :class:`Recomputer`."""
    return Recomputer(tables).again(figure)
