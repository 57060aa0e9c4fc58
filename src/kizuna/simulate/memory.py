"""What a run will take, before it starts."""

from __future__ import annotations

from kizuna.floor.errors import SimulationError
from kizuna.floor.params import parameter
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
        Whether every draw is kept in every period.
    limit
        Bytes that the run may use.

    Raises
    ------
    SimulationError
        If not even one draw fits, with the size that would.
    """
    kept = (kept_bytes(world, draws, periods, full=full) + draws * numbers * FLOAT) * scenarios
    network = network_bytes(world) * workers * (2 if links else 1)
    each = draw_bytes(world, periods, links=links, full=full) * workers
    free = limit - kept - network
    if free < each:
        needed = kept + network + each
        raise SimulationError(
            f"This run needs {needed / GB:.1f} GB and may use {limit / GB:.1f} GB: {network / GB:.1f} GB for the "
            f"network, {kept / GB:.1f} GB for results of {draws} draws, {each / GB:.2f} GB for a draw in each worker.",
            expected="a run that fits",
            do="Ask for fewer draws, fewer workers or a shorter horizon, or allow more memory.",
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


def kept_bytes(world: World, draws: int, periods: int, *, full: bool) -> int:
    """Return the size of the results of one scenario."""
    nodes = world.economies * world.stages
    counted = draws >= parameter("counted_draws")
    # Counts of all quantities, and of one at a time their running sums and a flag for each.
    cell = (len(COUNTED) + 1) * INTEGER + FLOAT + 1
    bins = nodes * periods * cell * int(parameter("bins")) if counted else 0
    totals = draws * nodes * (3 * FLOAT + 2 * INTEGER)
    return bins + totals + (2 * draws * nodes * periods * len(KEPT) * FLOAT if full else 0)
