"""The command ``kizuna``: the verbs of the package as commands, and nothing else."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, CycloptsError, Parameter, Token

from kizuna.cli.data_app import data
from kizuna.cli.register_app import register
from kizuna.floor.errors import KizunaError

WRONG_ASK = 2


def _whole_year(_kind: object, tokens: Sequence[Token]) -> int:
    """Read a year as four digits; anything else is refused, never rounded."""
    text = tokens[0].value
    if not (text.isascii() and text.isdigit() and len(text) == len("2023")):
        raise ValueError(f"{text!r} is not a year such as 2023")
    return int(text)


Year = Annotated[int, Parameter(converter=_whole_year)]

app = App(
    name="kizuna",
    help="Where partner economies hang on the same supplier, with figures that can be checked. Offline.",
    version_flags=["--version"],
    help_flags=["--help", "-h"],
    help_format="markdown",
)
app.command(register)
app.command(data)


@app.command
def brief(
    *partners: str,
    year: Year | None = None,
    since: Year | None = None,
    basket: Annotated[list[str] | None, Parameter(negative="", consume_multiple=True)] = None,
    peer: Annotated[list[str] | None, Parameter(negative="", consume_multiple=True)] = None,
    form: Annotated[Literal["html", "pdf", "json"], Parameter(name="--format")] = "html",
    out: Path | None = None,
    base_map: Path | None = None,
    scenario: Annotated[list[str] | None, Parameter(negative="", consume_multiple=True)] = None,
    place: Annotated[str | None, Parameter(name="--register")] = None,
    as_of: str | None = None,
    explain: str | None = None,
) -> None:
    """Write the exposure brief for two or more economies.

    Parameters
    ----------
    partners
        Codes or names of two or more economies, such as IND JPN.
    year
        Calendar year; the last settled one where not given.
    since
        Start of the comparison; five years before the year where not given.
    basket
        Basket ids or basket files. All baskets of the package where not given.
    peer
        Economies to set beside the partners. KOR, DEU, USA and CHN where not given.
    form
        html is one self-contained page, pdf the same document, json the same with every figure's derivation.
    out
        File to write; brief-IND-JPN-2023.html and the like in this folder where not given.
    base_map
        Boundaries of your own for the maps: a TopoJSON or GeoJSON file.
    scenario
        Scenarios to show if supply is cut: names of the library or TOML files. Chosen by a stated rule where not given.
    place
        Register of meetings and commitments: a file or an address of a database. Your own where there is one, else the
        one that ships.
    as_of
        Day for which the register speaks, such as 2026-11-24; today where not given.
    explain
        Print where one figure comes from and compute it again, in place of writing the brief.
    """
    from kizuna.cli.briefs import run_brief

    run_brief(partners, year, since, basket, peer, form, out, base_map, scenario or [], place, as_of, explain)


@app.command
def exposure(
    *economies: str,
    basket: Annotated[list[str] | None, Parameter(negative="")] = None,
    product: Annotated[list[str] | None, Parameter(negative="")] = None,
    material: Annotated[list[str] | None, Parameter(negative="")] = None,
    year: Annotated[list[Year] | None, Parameter(negative="")] = None,
    method: Annotated[list[str] | None, Parameter(negative="")] = None,
    assumptions: Path | None = None,
    form: Annotated[Literal["table", "json", "csv", "parquet"], Parameter(name="--format")] = "table",
    out: Path | None = None,
) -> None:
    """Measure the exposure of economies or blocs by every method, side by side.

    Parameters
    ----------
    economies
        Codes or names, and blocs such as EU27 or IND+JPN.
    basket
        Basket id or basket file; may be repeated.
    product
        HS code such as 270900, HS17:850511 or 2701, or a crop; may be repeated.
    material
        Material such as cobalt; may be repeated.
    year
        Calendar year; may be repeated. The last settled one where not given.
    method
        Only this method; may be repeated. `kizuna list methods` names them.
    assumptions
        TOML file with numbers that the snapshot does not hold, such as substitution indices.
    form
        table for reading; json, csv and parquet with every row.
    out
        File to write in place of the screen; needed for parquet.
    """
    from kizuna.cli.exposures import run_exposure

    run_exposure(economies, basket or [], product or [], material or [], year or [], method, assumptions, form, out)


@app.command
def stress(
    *economies: str,
    scenario: Annotated[list[str] | None, Parameter(negative="")] = None,
    basket: Annotated[list[str] | None, Parameter(negative="")] = None,
    list_scenarios: Annotated[bool, Parameter(name="--list", negative="")] = False,
    draws: int = 200,
    horizon: str = "24m",
    seed: int = 1,
    workers: int = 1,
    cluster: str = "",
    keep: Path | None = None,
    memory: float | None = None,
    drivers: Annotated[int, Parameter(name="--driver-samples")] = 64,
    year: Year | None = None,
    form: Annotated[Literal["text", "json"], Parameter(name="--format")] = "text",
    out: Path | None = None,
) -> None:
    """Say what economies lose when a supply line is cut: how much, how soon, how sure, and whose fall matters most.

    Parameters
    ----------
    economies
        Codes or names, such as IND JPN.
    scenario
        Scenario of the library, TOML file of your own, or all; may be repeated.
    basket
        Basket id or basket file: whose fall matters most over all its products, one seller and two; may be repeated.
    list_scenarios
        List the scenarios of the library and stop.
    draws
        Draws of all uncertain numbers; 1 takes the most likely values.
    horizon
        Length of the run, such as 24m, 52w, 730d or 2y.
    seed
        Seed of all random numbers; the same seed gives the same figures.
    workers
        Processes that share the draws; the figures do not depend on it.
    cluster
        Address of a running Dask scheduler that takes the place of workers.
    keep
        Folder that keeps finished parts, so that a broken run goes on where it stopped.
    memory
        GB that the run may use; 8 where not given.
    drivers
        Base samples of the Sobol indices, a power of 2; 0 leaves them out.
    year
        Year of the figures; the scenario's own or the last settled one where not given.
    form
        text for reading; json with every number.
    out
        File to write as json in place of the screen.
    """
    from kizuna.cli.stresses import StressOptions, run_list_scenarios, run_stress

    if list_scenarios:
        run_list_scenarios()
        return
    names = scenario or []
    run = StressOptions(draws, horizon, seed, workers, cluster, keep, memory, drivers)
    run_stress(economies, names, basket or [], run, year, form, out)


@app.command
def screen(
    *economies: str,
    year: Year | None = None,
    revision: str = "HS92",
    top: int = 40,
    form: Annotated[Literal["text", "json", "html"], Parameter(name="--format")] = "text",
    out: Path | None = None,
) -> None:
    """Screen every product for suppliers on which all partners hang; with your own BACI, all 5,000.

    Parameters
    ----------
    economies
        Codes or names, two or more, such as IND JPN.
    year
        Year of the flows; the last settled one where not given.
    revision
        Of the Harmonized System, such as HS92 or HS17.
    top
        Rows on the screen.
    form
        text for reading; json with every common dependency; html is one self-contained page with all of them.
    out
        File to write in place of the screen; for html screen-IND-JPN-2023.html and the like in this folder where not
        given.
    """
    from kizuna.cli.screens import run_screen

    run_screen(economies, year, revision, top, form, out)


@app.command
def mirror(
    importer: str,
    exporter: str,
    *,
    product: str,
    form: Annotated[Literal["text", "json"], Parameter(name="--format")] = "text",
) -> None:
    """Set what an importer reports of a trade beside what the exporter reports of it; needs a file of UN Comtrade.

    Parameters
    ----------
    importer
        Code or name of the economy that buys, such as IND.
    exporter
        Code or name of the economy that sells, such as JPN.
    product
        HS code of 2, 4 or 6 digits, such as 850511 or HS17:850511, or TOTAL. All revisions where none is named.
    form
        text for reading; json with every period.
    """
    from kizuna.cli.mirrors import run_mirror

    run_mirror(importer, exporter, product, form)


@app.command
def backtest(
    *,
    events: Path | None = None,
    form: Annotated[Literal["text", "json", "svg"], Parameter(name="--format")] = "text",
    out: Path | None = None,
) -> None:
    """Score the stress engine's one-year form on past falls of large exporters.

    Parameters
    ----------
    events
        CSV file of your own events: hs6, exporter (ISO3), year. All that history holds where not given.
    form
        text for reading; json with every event and importer; svg draws skill and predictions.
    out
        File to write in place of the screen.
    """
    from kizuna.cli.backtests import run_backtest

    run_backtest(events, form, out)


@app.command
def read(
    document: str = "",
    *,
    published: str | None = None,
    add: Annotated[bool, Parameter(negative="")] = False,
    name: str | None = None,
    title: str | None = None,
    url: str | None = None,
    licence: str | None = None,
    everything: Annotated[bool, Parameter(negative="")] = False,
    place: Annotated[str | None, Parameter(name="--register")] = None,
    who: str | None = None,
    score: Path | None = None,
    form: Annotated[Literal["text", "json"], Parameter(name="--format")] = "text",
) -> None:
    """Read a published text and propose what it says: meetings, people, areas, statements, commitments.

    Parameters
    ----------
    document
        File (txt, html, pdf, docx), or - for standard input.
    published
        Day the text was published, such as 2022-09-08, where the text does not say it.
    add
        Add what is proposed to the register, as drafts for kizuna register review.
    name
        Id of the document in the register; made from the file's name where not given.
    title
        Title of the document, where the text does not say it.
    url
        Address of the document.
    licence
        Licence under which its text may be kept.
    everything
        Add positions, calls on others and progress noted too, which are not reviewed otherwise.
    place
        Register: a file or an address of a database. Your own where not given.
    who
        Who adds; your login name where not given.
    score
        In place of reading: a folder of texts and hand labels that the reader is scored on.
    form
        text for reading; json with every proposal, its place and its rule.
    """
    from kizuna.cli.readings import run_read, run_score

    if score is not None:
        run_score(score, form)
        return
    run_read(document, published, add, name, title, url, licence, everything, place, who, form)


@app.command(name="list")
def list_names(
    what: Literal["economies", "blocs", "baskets", "materials", "products", "methods", "indicators"],
) -> None:
    """List the names that can be asked for.

    Parameters
    ----------
    what
        Kind of names.
    """
    from kizuna.cli.listings import run_list

    run_list(what)


@app.command
def sources(*, verify: Annotated[bool, Parameter(negative="")] = False) -> None:
    """List the sources of the embedded figures: publisher, vintage, licence, hash, rows.

    Parameters
    ----------
    verify
        Check every stored table against its sha256.
    """
    from kizuna.cli.listings import run_sources

    run_sources(verify)


def main() -> None:
    """Run the command; a wrong ask ends with one clear error on standard error and exit code 2."""
    try:
        app(sys.argv[1:], exit_on_error=False, print_error=False)
    except CycloptsError as error:
        sys.stderr.write(f"kizuna: {error}\nSee: kizuna --help\n")
        sys.exit(WRONG_ASK)
    except KizunaError as error:
        sys.stderr.write(f"kizuna: {error}\n")
        sys.exit(WRONG_ASK)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
