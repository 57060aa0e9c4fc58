"""The worked example of the GeoPolRisk method: nickel, manganese and graphite into the United States in 2022.

The figures are those of the authors' test workbook (geopolrisk-py); inputs in full precision lie beside the checkout.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from kizuna.exposure.concentration import herfindahl
from kizuna.exposure.governance import geopolrisk_factor, geopolrisk_score

USA = "842"


@dataclass(frozen=True)
class Published:
    """One row of the published result; masses in t, price in USD per kg."""

    hhi: float
    production: float
    numerator: float
    imports: float
    import_risk: float
    score: float
    price: float
    midpoint: float
    factor: float


PUBLISHED = {
    "Nickel": Published(
        0.26749007657640966, 17500, 21.179740941995366, 37.495, 0.0012076833631026, 0.00032304331527638,
        4.806774236564875, 0.001552796285164986, 0.003792738585211981,
    ),
    "Manganese": Published(
        0.2035183372902862, 0, 191198.0034766202, 350700.567, 0.5451887492289689, 0.11095590775245055,
        0.40073488389883327, 0.04446390281106793, 0.10860404642372944,
    ),
    "Graphite": Published(
        0.470663478647389, 0, 50585.91084690329, 86586.111, 0.5842266185959465, 0.27497413262676956,
        2.2269069573987443, 0.6123418090512383, 1.4956581418407855,
    ),
}  # fmt: skip
# Nickel ore into the United States: t and instability by supplier (M49 code), as printed.
NICKEL_MASSES = [0.116, 0.005, 31.769, 0.002, 5.544, 0.005, 0.015, 0.001, 0.030, 0.008]
NICKEL_INSTABILITY = [
    0.566293, 0.345437, 0.588215, 0.321702, 0.433095, 0.417299, 0.356539, 0.359843, 0.399212, 0.479537,
]  # fmt: skip


@pytest.fixture(scope="module")
def example(shared: Path) -> Path:
    """Return the folder of the example's inputs."""
    return shared / "data" / "geopolrisk_example"


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def to_twelve(value: float) -> object:
    """Return a number to be met to 1e-12 of itself."""
    return pytest.approx(value, rel=1e-12, abs=0)


@pytest.mark.parametrize("material", PUBLISHED)
def test_the_score_follows_from_its_published_parts(material: str) -> None:
    part = PUBLISHED[material]
    # One flow that carries the whole numerator stands for all of them.
    mean = np.array([part.numerator / part.imports])
    score = geopolrisk_score(part.hhi, np.array([part.imports]), mean, part.production)
    assert float(score) == to_twelve(part.score)
    assert float(geopolrisk_score(1.0, np.array([part.imports]), mean, part.production)) == to_twelve(part.import_risk)
    assert float(score) * part.price == to_twelve(part.midpoint)
    assert float(geopolrisk_factor(score, part.price)) == to_twelve(part.factor)


def test_nickel_follows_from_its_printed_flows() -> None:
    part = PUBLISHED["Nickel"]
    masses, scores = np.array(NICKEL_MASSES), np.array(NICKEL_INSTABILITY)
    assert float(masses.sum()) == to_twelve(part.imports)
    # Scores are printed with six decimals, so the numerator is exact to the masses times half a millionth.
    assert float(masses @ scores) == pytest.approx(part.numerator, rel=0, abs=part.imports * 5e-7)
    score = float(geopolrisk_score(part.hhi, masses, scores, part.production))
    assert score == pytest.approx(
        part.score, rel=0, abs=part.hhi * 5e-7 * part.imports / (part.production + part.imports)
    )


@pytest.mark.parametrize("material", PUBLISHED)
def test_the_workbook_inputs_give_every_published_column(example: Path, material: str) -> None:
    expected = next(row for row in rows_of(example / "expected.csv") if row["Raw Material"] == material)
    made = {
        row["Country_Code"]: float(row["2022"])
        for row in rows_of(example / f"production_{material.lower()}.csv")
        if row["Country_ISO"] != "DELETE" and row["2022"]
    }
    flows = [row for row in rows_of(example / "trade_2022_usa.csv") if row["rawMaterial"] == material]
    instability = {row["country_code"]: float(row["2022"]) for row in rows_of(example / "wgi_normalised.csv")}
    masses = np.array([float(row["Quantity (mTonnes)"]) for row in flows])
    # Economy 490 is not in the governance sheet: the workbook gives it 0, where the method's tool gives 0.5.
    scores = np.array([instability.get(row["Exporting Country"], 0.0) for row in flows])
    assert scores.tolist() == [float(row["WGI"]) for row in flows]
    price = sum(float(row["Trade Value (1000 USD)"]) for row in flows) / masses.sum()
    production = made.get(USA, 0.0)
    hhi = float(herfindahl(list(made.values()))[0])
    score = geopolrisk_score(hhi, masses, scores, production)
    found = {
        "HHI": hhi,
        "Domestic Production": production,
        "Numerator": float(masses @ scores),
        "Total Trade": float(masses.sum()),
        "Import Risk (WTA)": float(geopolrisk_score(1.0, masses, scores, production)),
        "GeoPolRisk Score": float(score),
        "Price": price,
        "Midpoint": float(score) * price,
        "CF": float(geopolrisk_factor(score, price)),
    }
    assert found == {name: to_twelve(float(expected[name])) for name in found}


def test_the_printed_table_is_the_file(example: Path) -> None:
    for row in rows_of(example / "expected.csv"):
        part = PUBLISHED[row["Raw Material"]]
        columns = ("HHI", "Domestic Production", "Numerator", "Total Trade", "Import Risk (WTA)", "GeoPolRisk Score")
        printed = (part.hhi, part.production, part.numerator, part.imports, part.import_risk, part.score)
        assert [float(row[name]) for name in columns] == [to_twelve(value) for value in printed]
