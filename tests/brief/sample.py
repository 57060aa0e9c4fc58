"""A brief made by hand: two findings, two sections, a picture, a gap, and text that tries to break out."""

from __future__ import annotations

from kizuna.brief.document import (
    Brief,
    Cell,
    Column,
    Finding,
    Mark,
    Passage,
    Picture,
    Section,
    SourceLine,
    Table,
)
from kizuna.floor.figures import Derivation, Figure
from kizuna.floor.gaps import Gap

HOSTILE = "<script>alert(1)</script> #set page(width: 1pt) \"quotes\" & 'more' 😀 日本 भारत"
SHA256 = "5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592"
CITATION = "Hand-made figures, edition 1 (2025)"
GAP = Gap("no bilateral data for 8517 in this snapshot: add BACI or Comtrade")
SPARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="20" viewBox="0 0 96 20" role="img" '
    'aria-label="share of the top supplier, 2019 to 2023: rose"><title>rose</title>'
    '<path d="M3 17L48 9L93 3" fill="none" stroke="#1B4965" stroke-width="1.5"/></svg>'
)
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="720" height="110" '
    'viewBox="0 0 720 110" version="1.1" role="img" aria-labelledby="title"><title id="title">drawing</title>'
    '<defs><clipPath id="clip0"><rect width="720" height="110"/></clipPath></defs>'
    '<g clip-path="url(#clip0)" font-family="Noto Sans, Noto Sans CJK JP, sans-serif" font-size="13">'
    '<rect x="70" y="10" width="540" height="30" fill="#E69F00"/><text x="620" y="30">China 90 %</text>'
    '<rect x="70" y="60" width="276" height="30" fill="#E69F00"/><text x="356" y="80">China 46 %</text>'
    '<text x="0" y="30">Japan 日本</text><text x="0" y="80">India</text></g></svg>'
)


def figure(key: str, value: float | int | Gap, unit: str) -> Figure:
    """Make one figure on the hand-made table of flows."""
    economy, product, year, *_ = key.split(".")
    derivation = Derivation(
        query=(
            "SELECT supplier, value_usd\nFROM flows\n"
            f"WHERE buyer = '{economy}' AND product = '{product}' AND year = {year}"
        ),
        formula="top-1 share = largest value_usd / sum of value_usd",
        function="kizuna.exposure.concentration:top_share",
        inputs=(("flows", SHA256),),
        rows_used=0 if isinstance(value, Gap) else 14,
        notes=("Values are as the buyer reports them.", HOSTILE),
    )
    return Figure(key, value, unit, "share of the largest supplier", ("hand",), derivation)


JAPAN = figure("JPN.250410.2023.top1_share.value", 0.9012345678901234, "share, 0 to 1")
INDIA = figure("IND.250410.2023.top1_share.value", 0.4598, "share, 0 to 1")
JAPAN_USD = figure("JPN.250410.2023.imports.value", 73_012_345, "USD")
TELECOM = figure("IND.851762.2023.top1_share.value", GAP, "share, 0 to 1")
FIGURES = {entry.id: entry for entry in (JAPAN, INDIA, JAPAN_USD, TELECOM)}

NUMBERS = (
    Column("Economy"),
    Column("Imports, m USD", number=True),
    Column("Top supplier"),
    Column("Share, %", number=True),
)
GLANCE = Table(
    id="glance",
    title="What each partner imports",
    columns=(*NUMBERS, Column("2019 to 2023")),
    rows=(
        (
            Cell(("Japan",), plain="Japan"),
            Cell((Mark(JAPAN_USD.id, "73.0"),), plain="73012345"),
            Cell(("China",), plain="China"),
            Cell((Mark(JAPAN.id, "90.1"),), plain="0.9012345678901234"),
            Cell(spark=SPARK, plain="rose"),
        ),
        (
            Cell((HOSTILE,), plain=HOSTILE),
            Cell(("32.0",), plain="32000000"),
            Cell(("China",), plain="China"),
            Cell((Mark(INDIA.id, "46.0"),), plain="0.4598"),
            Cell(spark=SPARK, plain="rose"),
        ),
        (
            Cell(("India, telecom equipment",), plain="India, telecom equipment"),
            Cell(gap=GAP.reason),
            Cell(("=1+1",), plain="=1+1"),
            Cell((Mark(TELECOM.id, "gap"),)),
            Cell(gap="no series for 8517"),
        ),
    ),
    note="Natural graphite, HS 2504.10, 2023, by value. Source: hand-made figures, edition 1.",
    citation=CITATION,
)
TWIN = Table(
    id="suppliers-table",
    title="Share of the top supplier",
    columns=(Column("Economy"), Column("Share, %", number=True)),
    rows=(
        (Cell(("Japan",), plain="Japan"), Cell((Mark(JAPAN.id, "90.1"),), plain="0.9012345678901234")),
        (Cell(("India",), plain="India"), Cell((Mark(INDIA.id, "46.0"),), plain="0.4598")),
    ),
    note="Per cent of imports by value, 2023. Source: hand-made figures, edition 1.",
    citation=CITATION,
)
PICTURE = Picture(
    id="suppliers",
    title="Who sells the partners their natural graphite?",
    svg=DRAWING,
    alternative="China sells Japan 90 % and India 46 % of the natural graphite that each imports.",
    caption="Share of the largest supplier in imports by value, 2023. Source: hand-made figures, edition 1.",
    twin=TWIN,
)
PASSAGE = Passage(
    id="cut-graphite",
    title="Graphite stops",
    paragraphs=(("Japan goes without ", Mark(JAPAN.id, "90 %"), " of it."), (HOSTILE,)),
)


def sample_brief() -> Brief:
    """Return the whole document."""
    return Brief(
        title="India and Japan: where their supplies hang",
        subtitle="Trade of 2023 in the edition of 2025; 2024 is provisional and left out.",
        method_line="Five methods side by side; none is a verdict.",
        badges=("2024 is provisional", HOSTILE),
        names=(("IND", "India", "インド", "भारत"), ("JPN", "Japan", "日本", "जापान")),
        rule="Ranked by USD at stake, mean of three years, times the share that hangs on one supplier.",
        findings=(
            Finding(
                "common",
                (
                    "In 2023 Japan bought ",
                    Mark(JAPAN.id, "90 %"),
                    " of its natural graphite from China (",
                    Mark(JAPAN_USD.id, "73 m USD"),
                    "); India ",
                    Mark(INDIA.id, "46 %"),
                    ". Both import from the same supplier.",
                ),
                73e6,
            ),
            Finding("gap", ("India's telecom imports: ", Mark(TELECOM.id, "gap"), f". {HOSTILE}"), 0.0),
        ),
        sections=(
            Section("pair", "The pair at a glance", (("Imports of one year.",), (HOSTILE,)), (GLANCE,)),
            Section("graphite", "Graphite", (("China sells Japan ", Mark(JAPAN.id, "90 %"), "."),), (PASSAGE, PICTURE)),
        ),
        sources=(
            SourceLine(
                "hand",
                "Hand-made figures",
                "Graphite",
                "edition 1",
                "CC0-1.0",
                CITATION,
                SHA256,
                "14 of 14",
                (HOSTILE,),
            ),
        ),
        command="kizuna brief IND JPN --year 2023 --since 2018",
        check=("Run the command that a figure shows; it prints the query and the rows.",),
        figures=dict(FIGURES),
    )
