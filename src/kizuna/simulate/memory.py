"""What a run will take, before it starts."""

from __future__ import annotations

from kizuna.floor.errors import SimulationError
from kizuna.floor.params import parameter
from kizuna.simulate.merge import BY_DRAW, BY_ECONOMY
from kizuna.simulate.record import COUNTED, KEPT
from kizuna.simulate.world import World

GB = 1e9
FLOAT, SINGLE, INTEGER = 8, 4, 4
# Chunks of one worker that wait to be merged, and the one it works on.
CHUNKS_ON_THE_WAY = 5
# Copies of state of the size of all users that a step holds at once: stock, call, and their products with the flows.
STATES_PLAIN, STATES_IN_FULL = 2, 10
# Arrays of the size of all nodes that a step and its record hold at once.
NODE_ARRAYS = 40


def chunk_width(
    world: World,
    draws: int,
    periods: int,
    numbers: int,
    scenarios: int,
    workers: int,
    *,
    links: bool,
    full: bool,
    limit: float,
) -> int:
    """Return how many draws fit side by side, at most the parameter ``chunk_draws``.

    Parameters
    ----------
    world
        Prepared network.
    draws, scenarios
        Draws of a scenario and number of scenarios.
    periods
        Reporting periods.
    numbers
        Uncertain numbers.
    workers
        Processes that each hold the network and a chunk.
    links
        Whether shocks on links or routes need flows of their own and late arrivals.
    full
        Whether every draw is kept in every period, as it is where draws are too few to count.
    limit
        Bytes that the run may use.

    Raises
    ------
    SimulationError
        If not even one draw fits, with the size that would.
    """
    copies = 1 if scenarios == 1 else 2
    # Of every uncertain number the draws from 0 to 1, and its values.
    drawn = 2 * draws * numbers * FLOAT
    kept = (kept_bytes(world, draws, periods, full=full, copies=copies) + drawn) * scenarios
    network = network_bytes(world) * workers * (2 if links else 1)
    each = draw_bytes(world, periods, links=links, full=full) * workers
    free = limit - kept - network
    if free < each:
        needed = kept + network + each
        raise SimulationError(
            f"This run needs {_size(needed)} and may use {_size(limit)}: {_size(network)} for the "
            f"network, {_size(kept)} for results of {draws} draws, {_size(each)} for a draw in each worker.",
            expected="a run that fits",
            do="Ask for fewer draws, fewer workers or a shorter horizon, or allow more memory (--memory GB).",
        )
    return int(min(free // each, parameter("chunk_draws"), draws))


def network_bytes(world: World) -> int:
    """Return the size of the base flows."""
    return sum(users.flows.nbytes for users in world.makers) + 2 * world.final_flows.nbytes


def draw_bytes(world: World, periods: int, *, links: bool, full: bool) -> int:
    """Return the size of the state and the records of one draw."""
    users = sum(makers.size for makers in world.makers) + world.stages * world.economies
    plain = world.network.kind != "material" and not links
    state = users * world.dtype.itemsize * (STATES_PLAIN if plain else STATES_IN_FULL)
    nodes = world.economies * world.stages
    records = nodes * periods * (len(KEPT) * FLOAT if full else (len(COUNTED) + 1) * SINGLE)
    return state + nodes * FLOAT * NODE_ARRAYS + records * CHUNKS_ON_THE_WAY


def kept_bytes(world: World, draws: int, periods: int, *, full: bool, copies: int) -> int:
    """Return the size of the results of one scenario.

    Parameters
    ----------
    copies
        1 where the results of a scenario are handed on as they are, 2 where those of several are put side by side.
    """
    economies = world.economies
    nodes = economies * world.stages
    by_draw = draws * (nodes * len(BY_DRAW) + economies * len(BY_ECONOMY)) * FLOAT * copies
    if not full:
        # Counts of all quantities, and of one at a time their running sums and a flag for each.
        cell = (len(COUNTED) + 1) * INTEGER + FLOAT + 1
        return by_draw + nodes * periods * cell * int(parameter("bins"))
    each = draws * periods
    # Every quantity, and of one at a time its shares of the base and their sorted copy.
    return by_draw + each * ((nodes * len(KEPT) + economies) * world.dtype.itemsize * copies + nodes * 3 * FLOAT)


def _size(size: float) -> str:
    return f"{size / GB:,.3f} GB"
