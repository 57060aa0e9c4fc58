"""What we do not know: artefacts found, odd years, assumptions with their weight."""

from __future__ import annotations

from kizuna.brief import rules
from kizuna.brief.amounts import per_cent, significant, tonnes, usd
from kizuna.brief.cut_wording import good_name
from kizuna.brief.cuts import Cuts
from kizuna.brief.document import Column, Section, Table, Words
from kizuna.brief.exposures import citation, text_cell
from kizuna.brief.facts import Facts
from kizuna.brief.wording import economy_name, years_in_words
from kizuna.exposure.artefacts import suspect_flows
from kizuna.floor.gaps import Gap
from kizuna.floor.params import parameter, parameters
from kizuna.tables.suppressed import suppression

MOST_ARTEFACTS = 12
WEIGHTS = (
    "common_supplier_share",
    "can_supply_share",
    "headline_usd",
    "table_usd",
    "notable_change",
    "one_year_spike",
    "geodep_hhi",
    "geodep_import_export_ratio",
    "geodep_years_flagged",
    "single_third_country",
    "unscored_limit",
    "unknown_origin_limit",
    "missing_mass_limit",
    "natural_gas_density",
    "unit_value_factor",
    "shortfall",
    "network_rigidity_material",
    "rigidity_shift",
    "network_final_stock_days_material",
    "stock_factor",
    "network_spare_material",
    "spare_factor",
    "spare_days",
    "network_home_priority_material",
    "trust_days",
    "restocking_days",
    "price_response",
    "demand_elasticity",
    "elasticity_factor",
)
CAVEATS = (
    "Trade is gross weight and value as CEPII BACI reconciles importers' and exporters' reports. It shows who sold, "
    "not who mined or owns; transit and "
    "re-export stay in it unless a look-through is shown.",
    "Imports are not use: production at home, stocks and substitution are outside most of these figures.",
    "Economy 490 is the statistical Other Asia, n.e.s., in practice Taiwan; its own political stability score is used.",
    "Magnets (HS 850511) include those without rare earths. HS 250490 is not battery flake. Gallium, germanium and "
    "five other metals share HS 811292 and "
    "cannot be told apart. Cobalt oxides and metal are measured, intermediates (7501, 2822 mixtures) are not all here.",
    "HS 2017 series before 2024 hold the largest flows only, by value, without mass; what each covers is in the "
    "sources.",
    "Food trade is the mean of 2015 to 2017 beside production of 2020: approximate.",
)


def write_unknowns(facts: Facts, cuts: Cuts) -> Section:
    """Return the section on gaps and caveats."""
    paragraphs: list[Words] = [(caveat,) for caveat in CAVEATS]
    if facts.order.year > facts.settled:
        last = facts.settled
        paragraphs.insert(
            0,
            (
                f"{facts.order.year} is provisional: some economies have not reported in full. No headline uses a "
                f"year after {last}.",
            ),
        )
    return Section(
        "unknowns",
        "What we do not know",
        tuple(paragraphs),
        (_holes(facts), _not_run(facts, cuts), _odd_years(facts), _artefacts(facts), _weights()),
    )


def _holes(facts: Facts) -> Table:
    """Return imports that cannot be read by partner: suppressed ones, and suppliers missing for one year."""
    rows = [
        (text_cell(commodity.name), text_cell(economy_name(facts.tables, code)), text_cell(why))
        for commodity in facts.panel.commodities
        for code in (*facts.order.partners, *facts.order.peers)
        if (why := suppression(code, commodity))
    ]
    rows += [
        (
            text_cell(hole.commodity.name),
            text_cell(economy_name(facts.tables, hole.buyer)),
            text_cell(
                f"no flow from {economy_name(facts.tables, hole.supplier)} in {hole.year}, "
                f"{per_cent(hole.before)} the year before and {per_cent(hole.after)} the year after"
            ),
        )
        for hole in facts.vanished
    ]
    return Table(
        id="holes",
        title="Partners missing from the figures, kept out of the findings",
        columns=(Column("Commodity"), Column("Buyer"), Column("What is missing")),
        rows=tuple(rows),
        note="Some reporters do not publish every partner, and some years lack a supplier that stands before and "
        "after.",
        citation=citation(facts, facts.panel.commodities),
    )


def _not_run(facts: Facts, cuts: Cuts) -> Table:
    """Return what the scenarios leave open: those that could not run, and partners without figures of a good."""
    rows = [(title, "", "", why) for title, why in cuts.missing]
    rows += [
        (cut.scenario.title, good_name(subject), economy_name(facts.tables, code), loss.reason)
        for cut in cuts.trials or cuts.shown
        for subject in cut.found.subjects
        for code, loss in subject.losses.items()
        if isinstance(loss, Gap)
    ]
    return Table(
        id="not-run",
        title="What the scenarios cannot say",
        columns=(Column("Scenario"), Column("Good"), Column("Buyer"), Column("Why")),
        rows=tuple(tuple(map(text_cell, row)) for row in rows),
        note="A scenario that could not run says nothing of its loss: that is unknown, not small.",
        citation="kizuna scenario library",
    )


def _odd_years(facts: Facts) -> Table:
    rows = []
    for commodity in facts.panel.commodities:
        for code in facts.order.partners:
            span = facts.spans_now[commodity.key][code]
            totals = span.yearly
            if not span.missing and span.spiked and max(totals.values()) >= parameter("headline_usd"):
                yearly = ", ".join(f"{year}: {usd(total)}" for year, total in totals.items())
                rows.append((text_cell(commodity.name), text_cell(economy_name(facts.tables, code)), text_cell(yearly)))
    return Table(
        id="odd-years",
        title="One-year spikes and empty years, kept out of the findings",
        columns=(Column("Commodity"), Column("Buyer"), Column("Imports by year")),
        rows=tuple(rows),
        note=f"A year of {years_in_words(facts.now)} exceeds the middle one more than "
        f"{significant(parameter('one_year_spike'), 2)} times, or has no imports.",
        citation=citation(facts, facts.panel.commodities),
    )


def _artefacts(facts: Facts) -> Table:
    flows = suspect_flows(facts.panel, facts.order.partners, facts.now, parameter("headline_usd"))
    rows = tuple(
        (
            text_cell(flow.commodity.name),
            text_cell(str(flow.year)),
            text_cell(economy_name(facts.tables, flow.supplier)),
            text_cell(economy_name(facts.tables, flow.buyer)),
            text_cell(usd(flow.value_usd), str(flow.value_usd)),
            text_cell(tonnes(flow.mass_t), repr(flow.mass_t)),
            text_cell(f"{significant(flow.ratio, 2)} times", repr(flow.ratio)),
        )
        for flow in flows[:MOST_ARTEFACTS]
    )
    return Table(
        id="artefacts",
        title="Flows with a suspect value per kilogram",
        columns=(
            Column("Commodity"),
            Column("Year", True),
            Column("Supplier"),
            Column("Buyer"),
            Column("Value", True),
            Column("Mass", True),
            Column("Unit value over median", True),
        ),
        rows=rows,
        note=f"Flagged, never deleted: {len(flows)} flows of {rules.money('headline_usd')} or more to or from a "
        "partner differ from the "
        "median unit value of their product and "
        f"year by more than {significant(parameter('unit_value_factor'), 2)} times. Findings use value, not mass.",
        citation=citation(facts, facts.panel.commodities),
    )


def _weights() -> Table:
    known = parameters()
    return Table(
        id="assumptions",
        title="Thresholds and assumptions, each with its source",
        columns=(Column("What"), Column("Value", True), Column("Unit"), Column("Source")),
        rows=tuple(
            (
                text_cell(known[name].meaning),
                text_cell(f"{known[name].value:g}"),
                text_cell(known[name].unit),
                text_cell(known[name].source),
            )
            for name in WEIGHTS
        ),
        note="Change any of them in floor/params and every figure follows.",
        citation="kizuna parameters",
    )
