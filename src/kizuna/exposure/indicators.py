"""The indicators: what each is called, what it means, in which unit, by which method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kizuna.floor.errors import UnknownNameError

TRADE_BASES: tuple[Literal["value", "mass"], ...] = ("value", "mass")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator of exposure.

    Parameters
    ----------
    id
        Snake-case name used in rows and figures.
    method
        Method it belongs to; methods stand side by side and are never merged.
    unit
        Unit of its value: ``share``, ``index``, ``usd``, ``t``, ``count``, ``ratio``, ``flag``, ``years``, ...
    title
        What it says, in plain words.
    formula
        The formula, with its symbols named.
    reference
        Where the formula comes from.
    """

    id: str
    method: str
    unit: str
    title: str
    formula: str
    reference: str


_CONCENTRATION = "concentration"
_GEODEP = "cepii-geodep"
_CDI = "ec-cdi"
_PRODUCTION = "production"
_GEOPOLRISK = "geopolrisk"
_SUPPLY_RISK = "eu-supply-risk"
_BALANCE = "supply-balance"
_ORIGIN = "origin"
_NETWORK = "world-network"
_WINDOW = "window"
_FOOD = "food-balance"
_PARTNERS = "partners"

_HIRSCHMAN = "Hirschman 1964, American Economic Review 54(5)"
_CEPII = "Lefebvre and Wibaux, CEPII Policy Brief 47 (2024), GeoDep"
_SWD = "European Commission, SWD(2021) 352"
_EU2023 = "European Commission, Study on the critical raw materials for the EU 2023, DOI 10.2873/725585"
_GPR = "Santillan-Saldivar et al. 2022; Koyamparambath et al. 2022"
_FAO = "FAO, Food Balance Sheets handbook"

INDICATORS: tuple[Indicator, ...] = (
    Indicator("imports", _CONCENTRATION, "usd|t", "Imports", "sum_i M_i over suppliers i", "sum"),
    Indicator("supplier_count", _CONCENTRATION, "count", "Number of suppliers", "number of i with M_i > 0", "count"),
    Indicator("import_hhi", _CONCENTRATION, "index", "Concentration of imports (HHI)", "sum_i s_i^2, s_i = M_i / sum_j M_j", _HIRSCHMAN),
    Indicator("effective_suppliers", _CONCENTRATION, "count", "Effective number of suppliers", "1 / sum_i s_i^2", "Hill 1973, Ecology 54(2)"),
    Indicator("top1_share", _CONCENTRATION, "share", "Share of the largest supplier", "max_i s_i", "concentration ratio CR1"),
    Indicator("top3_share", _CONCENTRATION, "share", "Share of the three largest suppliers", "sum of the three largest s_i", "concentration ratio CR3"),
    Indicator("world_export_hhi", _GEODEP, "index", "Concentration of world exports (GeoDep criterion 2)", "sum_i x_i^2, x_i = X_i / sum_j X_j over exporters i", _CEPII),
    Indicator("import_export_ratio", _GEODEP, "ratio", "Imports over exports (GeoDep criterion 3)", "M / X, both with the world outside; infinite where X = 0", _CEPII),
    Indicator("geodep_year", _GEODEP, "flag", "GeoDep criteria 1 to 3 hold in the year", "HHI_M > 0.4 and HHI_X > 0.4 and M/X > 1", _CEPII),
    Indicator("geodep_dependent", _GEODEP, "flag", "GeoDep dependency: flagged in 2 of 3 years", "criteria 1 to 3 hold in at least 2 of the years t-2, t-1, t", _CEPII),
    Indicator("cdi1", _CDI, "index", "CDI1: concentration of extra-bloc imports", "sum_i (M_i / sum_j M_j)^2 over suppliers outside the bloc", _SWD),
    Indicator("cdi2", _CDI, "share", "CDI2: extra-bloc imports in all imports", "M_extra / (M_extra + M_intra)", _SWD),
    Indicator("cdi3", _CDI, "ratio", "CDI3: extra-bloc imports over exports", "M_extra / (X_intra + X_extra); infinite where nothing is exported", _SWD),
    Indicator("cdi_dependent", _CDI, "flag", "All three CDI criteria hold", "CDI1 > 0.4 and CDI2 > 0.5 and CDI3 > 1", _SWD),
    Indicator("production_hhi", _PRODUCTION, "index", "Concentration of world production", "sum_i p_i^2, p_i = P_i / sum_j P_j over producers i", _HIRSCHMAN),
    Indicator("production_hhi_political_stability", _PRODUCTION, "index", "Production concentration weighted by political stability alone (0 to 10)", "sum_i p_i^2 * 10 g_i, g_i = clip(0.5 - 0.2 estimate_i, 0, 1)", _EU2023 + "; with one governance dimension in place of six"),
    Indicator("production_hhi_wgi", _PRODUCTION, "index", "Production concentration weighted by the mean of six governance dimensions (0 to 10)", "sum_i p_i^2 * WGI_i t_i", _EU2023),
    Indicator("geopolrisk_score", _GEOPOLRISK, "index", "GeoPolRisk score", "HHI_P * sum_i g_i f_i / (p + sum_i f_i)", _GPR),
    Indicator("geopolrisk_cf", _GEOPOLRISK, "kg Cu-eq/kg", "GeoPolRisk characterisation factor", "score * import price / 0.409412948 USD/kg", _GPR),
    Indicator("eu_supply_risk", _SUPPLY_RISK, "index", "Supply risk with the national sourcing mix", "[HHI_world IR/2 + HHI_sourcing (1 - IR/2)] (1 - EoL_RIR) SI", _EU2023),
    Indicator("net_import_reliance", _BALANCE, "share", "Net import reliance", "(I - E) / (P + I - E), no stocks and no old scrap", "US Geological Survey, Mineral Commodity Summaries"),
    Indicator("import_share_of_supply", _BALANCE, "share", "Imports in gross supply", "I / (P + I)", _SWD + ", in place of CDI2 for one economy"),
    Indicator("supplier_n_minus_1", _BALANCE, "share", "Consumption covered without the largest supplier", "(P + I - max_i I_i) / (P + I - E)", "after Regulation (EU) 2017/1938, Annex II"),
    Indicator("largest_supplier_in_consumption", _BALANCE, "share", "Largest supplier in consumption", "max_i I_i / (P + I - E)", "Regulation (EU) 2024/1252, Article 5"),
    Indicator("over_65_percent", _BALANCE, "flag", "One third country supplies over 65 %", "max_i I_i / consumption > 0.65; imports stand in for consumption where production is not comparable", "Regulation (EU) 2024/1252, Article 5"),
    Indicator("hub_share", _ORIGIN, "share", "Imports from re-export hubs", "share of imports from suppliers that export more than they produce", "after Arjona, Connell and Herghelegiu 2023; ours in this form"),
    Indicator("no_production_share", _ORIGIN, "share", "Imports from economies that produce none", "share of imports from suppliers with no production of the material", "kizuna"),
    Indicator("origin_hhi", _ORIGIN, "index", "Concentration by origin after look-through", "sum_i o_i^2 over producing economies i, o = (I - D)^-1 p/z", "kizuna, the Leontief idea on one material"),
    Indicator("origin_top1_share", _ORIGIN, "share", "Share of the largest origin after look-through", "max_i o_i", "kizuna, the Leontief idea on one material"),
    Indicator("origin_unknown_share", _ORIGIN, "share", "Supply with no known origin", "exports beyond production and imports, traced to the buyer", "kizuna"),
    Indicator("world_left_without_top", _NETWORK, "share", "World exports left without the largest exporter", "1 - max_i x_i", "Piccardi and Tajoli 2018"),
    Indicator("world_centralisation", _NETWORK, "index", "Centralisation of world exports (removal curve)", "area between the removal curve and equal exporters, 0 to 1", "Piccardi and Tajoli 2018; normalisation ours"),
    Indicator("single_point_of_failure", _NETWORK, "flag", "World network has a single point of failure", "world export HHI > 0.4 and the largest exporter holds over half of world exports", "after Arjona, Connell and Herghelegiu 2023; surrogate ours"),
    Indicator("supplier_pagerank", _NETWORK, "share", "Importance as a supplier in the world network", "PageRank, damping 0.85, links from buyer to supplier weighted by flow", "Brin and Page 1998"),
    Indicator("geodep_persistence", _WINDOW, "share", "Years of the window in which GeoDep criteria 1 to 3 hold", "flagged years / years", "after Vicard and Wibaux, CEPII Policy Brief 41 (2023)"),
    Indicator("geodep_churn", _WINDOW, "share", "How often the GeoDep flag changes in the window", "changes / pairs of years", "after Vicard and Wibaux, CEPII Policy Brief 41 (2023)"),
    Indicator("food_self_sufficiency", _FOOD, "share", "Food self-sufficiency", "P / (P + M - X)", _FAO),
    Indicator("food_import_dependency", _FOOD, "share", "Food import dependency", "(M - X) / (P + M - X)", "FAOSTAT, suite of food security indicators"),
    Indicator("food_stocks_to_use", _FOOD, "years", "Stocks over a year's use", "S / (P + M - X)", "Agricultural Market Information System"),
    Indicator("common_dependency", _PARTNERS, "flag", "Both partners hang on the same supplier", "top supplier is the same and holds over 40 % of each one's imports", _SWD + "; threshold ours"),
    Indicator("common_dependency_geodep", _PARTNERS, "flag", "Both partners are flagged by GeoDep with the same top supplier", "flag_a and flag_b and top_a = top_b", _SWD),
    Indicator("reverse_dependency", _PARTNERS, "flag", "The top supplier is itself flagged with this economy as its top supplier", "flag of top supplier and top of top supplier = economy", _SWD),
    Indicator("mutual_dependency", _PARTNERS, "flag", "Two economies are flagged with each other as top supplier, for different products", "exists k: a on b, exists k': b on a", _SWD),
    Indicator("partner_share", _PARTNERS, "share", "Share of imports that comes from the partner", "M_partner / sum_i M_i", "share"),
    Indicator("partner_world_share", _PARTNERS, "share", "Share of world exports that the partner holds", "X_partner / sum_i X_i", "share"),
)

BY_ID: dict[str, Indicator] = {entry.id: entry for entry in INDICATORS}
METHODS: tuple[str, ...] = tuple(dict.fromkeys(entry.method for entry in INDICATORS))


def indicator(name: str) -> Indicator:
    """Return an indicator by id.

    Examples
    --------
    >>> indicator("import_hhi").unit
    'index'
    """
    if name not in BY_ID:
        raise UnknownNameError("indicator", name, BY_ID)
    return BY_ID[name]


def method(name: str) -> str:
    """Return the method's name if there is one.

    Raises
    ------
    UnknownNameError
        If no indicator belongs to such a method.
    """
    if name not in METHODS:
        raise UnknownNameError("method", name, METHODS)
    return name
