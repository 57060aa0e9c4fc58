"""Concentration of Japan's and the European Union's imports, and of world exports, on the embedded BACI figures.

All figures at the precision in which they are printed. They belong to one vintage of the trade figures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest

from kizuna.exposure.block import WORLD
from kizuna.exposure.measure import measure_exposure
from kizuna.exposure.origin import hub_share
from kizuna.exposure.panel import NO_MASS, TradePanel, read_panel
from kizuna.exposure.production import read_production
from kizuna.exposure.trade import TradeAsk, measure_trade
from kizuna.tables.build import Tables
from kizuna.tables.commodities import Commodity
from kizuna.tables.materials import load_materials

SETS = {
    "rare-earths": ("280530", "284610", "284690"),
    "natural-graphite": ("250410", "250490"),
    "cobalt": ("282200", "810510"),
    "niobium": ("720293",),
    "tungsten": ("261100", "810110"),
    "crude-petroleum": ("270900",),
    "natural-gas": ("271111", "271121"),
    "fluorspar": ("252922",),
}
# Sets that are exactly the HS92 codes of one stage of a material, so that a user can ask for them by name.
BY_NAME = tuple(name for name in SETS if name != "tungsten")
YEARS = tuple(range(2010, 2024))


@dataclass(frozen=True)
class Line:
    """One printed line; a field that is not printed is None. ``top`` are the largest suppliers by mass."""

    material: str
    economy: str
    year: int
    suppliers: int
    hhi_mass: str
    hhi_value: str
    effective: str
    top: str
    ratio: str | None
    world_hhi: str | None


TABLE = (
    Line("rare-earths", "JPN", 2010, 27, "0.6297", "0.6386", "1.59", "CHN 0.785 FRA 0.108 VNM 0.021", "5.84", "0.435"),
    Line("rare-earths", "JPN", 2012, 25, "0.3326", "0.4106", "3.01", "CHN 0.537 FRA 0.166 VNM 0.098", "3.39", "0.246"),
    Line("rare-earths", "JPN", 2023, 24, "0.2982", "0.3234", "3.35", "CHN 0.497 MYS 0.133 IND 0.130", "2.96", "0.187"),
    Line("rare-earths", "EU27", 2010, 27, "0.4098", "0.5407", "2.44", "CHN 0.616", "1.72", None),
    Line("rare-earths", "EU27", 2012, 33, "0.2523", "0.3663", "3.96", "CHN 0.354", "1.28", None),
    Line("rare-earths", "EU27", 2023, 37, "0.3003", "0.1644", "3.33", "CHN 0.380", "1.04", None),
    Line("natural-graphite", "JPN", 2023, 23, "0.8379", "0.8134", "1.19", "CHN 0.914", "5.26", "0.316"),
    Line(
        "natural-graphite", "EU27", 2023, 38, "0.1950", "0.1793", "5.13",
        "MOZ 0.301 CHN 0.252 MDG 0.148", "7.19", "0.316",
    ),
    Line("cobalt", "JPN", 2023, 25, "0.2793", "0.2707", "3.58", "FIN 0.502 MDG 0.083 CHN 0.074", "1.95", "0.501"),
    Line("niobium", "JPN", 2023, 7, "0.7623", "0.7281", "1.31", "BRA 0.864 SGP 0.124", "778", "0.591"),
    Line("tungsten", "JPN", 2023, 17, "0.2556", "0.3665", "3.91", "CHN 0.365 RUS 0.280 ESP 0.178", "2.09", "0.077"),
    Line(
        "crude-petroleum", "JPN", 2023, 21, "0.3299", "0.3376", "3.03",
        "SAU 0.410 ARE 0.388 KWT 0.092", None, "0.069",
    ),
    Line("natural-gas", "JPN", 2023, 22, "0.2237", "0.2308", "4.47", "AUS 0.417 MYS 0.157 RUS 0.093", "6741", "0.073"),
    Line("fluorspar", "JPN", 2023, 6, "0.4915", "0.4717", "2.03", "CHN 0.526 VNM 0.463", "9.21", "0.206"),
)  # fmt: skip

# Japan, rare earths: concentration by mass and by value, and China's share of the mass.
SERIES = {
    2010: ("0.6297", "0.6386", "0.7853"), 2011: ("0.4313", "0.6308", "0.6409"), 2012: ("0.3326", "0.4106", "0.5366"),
    2013: ("0.3904", "0.2398", "0.5845"), 2014: ("0.3198", "0.2624", "0.5284"), 2015: ("0.3376", "0.2195", "0.5163"),
    2016: ("0.3158", "0.2597", "0.4841"), 2017: ("0.3828", "0.2825", "0.5814"), 2018: ("0.3682", "0.2753", "0.5720"),
    2019: ("0.4030", "0.2609", "0.6059"), 2020: ("0.2831", "0.2108", "0.4732"), 2021: ("0.4291", "0.3265", "0.6298"),
    2022: ("0.3836", "0.4055", "0.5888"), 2023: ("0.2982", "0.3234", "0.4974"),
}  # fmt: skip

Found = dict[tuple[str, str, int, str, str], float]


def printed_like(value: float, text: str) -> str:
    """Return a number with as many decimals as a printed one."""
    return f"{value:.{len(text.partition('.')[2])}f}"


@pytest.fixture(scope="module")
def panel(tables: Tables) -> TradePanel:
    """Return the flows of all sets of the table."""
    commodities = [Commodity(name, "HS92", codes, name) for name, codes in SETS.items()]
    return read_panel(tables, commodities, YEARS[0], YEARS[-1])


@pytest.fixture(scope="module")
def found(tables: Tables, panel: TradePanel) -> Found:
    """Return every value by (material, economy, year, indicator, basis), measured on the sets of codes."""
    places = np.array([panel.economies.index("JPN"), len(panel.economies)])
    ask = TradeAsk(places, YEARS, 5, frozenset({"concentration", "cepii-geodep"}))
    bloc = tables.economies.bloc("EU27")
    values: Found = {}
    for basis in ("value", "mass"):
        for block in measure_trade(panel, [bloc], ask, basis):
            for row in range(len(block)):
                material = block.keys.commodity[row].removeprefix("HS92:")
                key = (material, block.keys.economy[row], int(block.keys.year[row]), block.indicator, basis)
                values[key] = float(block.value[row])
    return values


def supplier_shares(panel: TradePanel, tables: Tables, line: Line) -> list[tuple[str, float]]:
    """Return suppliers of an economy or bloc and their shares of its mass, largest first."""
    whole = panel.with_blocs([tables.economies.bloc("EU27")])
    kept = (
        (whole.commodity == list(SETS).index(line.material))
        & (whole.year == YEARS.index(line.year))
        & (whole.buyer == whole.economies.index(line.economy))
        & (whole.mass != NO_MASS)
    )
    mass = whole.mass[kept]
    order = np.argsort(-mass, kind="stable")
    names = [whole.economies[place] for place in whole.supplier[kept][order]]
    return list(zip(names, (mass[order] / mass.sum()).tolist(), strict=True))


@pytest.mark.parametrize("line", TABLE, ids=lambda line: f"{line.material}-{line.economy}-{line.year}")
def test_every_cell_of_the_table_is_met(tables: Tables, panel: TradePanel, found: Found, line: Line) -> None:
    key = (line.material, line.economy, line.year)
    assert found[*key, "supplier_count", "mass"] == line.suppliers
    assert printed_like(found[*key, "import_hhi", "mass"], line.hhi_mass) == line.hhi_mass
    assert printed_like(found[*key, "import_hhi", "value"], line.hhi_value) == line.hhi_value
    assert printed_like(found[*key, "effective_suppliers", "mass"], line.effective) == line.effective
    words = [f"{name} {share:.3f}" for name, share in supplier_shares(panel, tables, line)]
    assert " ".join(words[: len(line.top.split()) // 2]) == line.top
    assert printed_like(found[*key, "top1_share", "mass"], "0.000") == line.top.split()[1]
    ratio = found[*key, "import_export_ratio", "value"]
    if line.ratio is None:
        assert ratio > 1e6
    else:
        assert printed_like(ratio, line.ratio) == line.ratio
    if line.world_hhi is not None:
        world = found[line.material, WORLD, line.year, "world_export_hhi", "value"]
        assert printed_like(world, line.world_hhi) == line.world_hhi


@pytest.mark.parametrize("year", SERIES)
def test_japans_rare_earths_year_by_year(found: Found, year: int) -> None:
    by_mass, by_value, china = SERIES[year]
    key = ("rare-earths", "JPN", year)
    assert printed_like(found[*key, "import_hhi", "mass"], by_mass) == by_mass
    assert printed_like(found[*key, "import_hhi", "value"], by_value) == by_value
    assert printed_like(found[*key, "top1_share", "mass"], china) == china


def test_a_material_asked_by_name_gives_the_figures_of_its_codes(tables: Tables, found: Found) -> None:
    for name in BY_NAME:
        stages = load_materials().get(name).stages.values()
        assert any(tuple(sorted(stage.codes_of("HS92"))) == SETS[name] for stage in stages)
    asked = measure_exposure(
        tables, ["JPN", "EU27"], materials=BY_NAME, years=YEARS, methods=["concentration", "cepii-geodep"]
    )
    compared = 0
    for row in asked.rows():
        key = (row.product, row.economy, row.year, row.indicator, str(row.basis))
        # A window that starts before the set's first year is a gap there.
        if row.value is not None and not math.isnan(found.get(key, math.nan)):
            assert row.value == found[key], key
            compared += 1
    assert compared > 3000


@pytest.mark.parametrize(
    ("material", "mineral", "share"),
    [
        ("cobalt", "Cobalt", "0.154"),
        ("niobium", "Niobium (Nb2O5)", "0.127"),
        ("rare-earths", "Rare Earths (REO)", "0.163"),
        ("natural-graphite", "Graphite", "0.007"),
        ("tungsten", "Tungsten (W)", "0.129"),
    ],
)
def test_japans_mass_from_economies_that_mine_none(
    tables: Tables, panel: TradePanel, material: str, mineral: str, share: str
) -> None:
    made = read_production(tables, [mineral], [2023])[mineral, 2023].mass_kg(len(panel.economies))
    kept = (
        (panel.commodity == list(SETS).index(material))
        & (panel.year == YEARS.index(2023))
        & (panel.buyer == panel.economies.index("JPN"))
        & (panel.mass != NO_MASS)
    )
    found = float(hub_share(panel.mass[kept].astype(np.float64), made[panel.supplier[kept]] == 0))
    assert printed_like(found, share) == share


def test_most_imports_weigh_more_than_nothing(panel: TradePanel) -> None:
    weighed = panel.mass != NO_MASS
    assert (panel.mass[weighed] > 0).all()
    assert panel.value[~weighed].sum() / panel.value.sum() < 0.05
