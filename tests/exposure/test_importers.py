"""Who is assessed: economies and blocs."""

from __future__ import annotations

import numpy as np
import pytest

from kizuna.exposure.importers import importers_of
from kizuna.exposure.measure import measure_exposure
from kizuna.floor.errors import UnknownNameError
from kizuna.tables.blocs import load_blocs
from kizuna.tables.build import Tables


def test_an_importer_is_an_economy_or_all_codes_of_a_bloc(tables: Tables) -> None:
    europe = load_blocs()["EU27"]
    found = importers_of(["JPN", "DEU"], [europe])
    assert list(found) == [("JPN", ("JPN",)), ("DEU", ("DEU",)), ("EU27", europe.economies)]
    assert found.buyers == tuple(sorted({"JPN", *europe.economies}))
    inside = found.inside(tables.economy_codes)
    assert inside.shape == (len(tables.economy_codes), 3)
    held = [{tables.economy_codes[row] for row in np.flatnonzero(inside[:, column])} for column in range(3)]
    assert held == [{"JPN"}, {"DEU"}, set(europe.economies)]


def test_a_member_that_is_no_economy_is_named_with_its_importer() -> None:
    with pytest.raises(UnknownNameError, match=r"'JPN'.*\(members of JPN\)"):
        importers_of(["JPN"], []).inside(["CHN", "IND"])


def test_a_bloc_whose_members_buy_only_from_each_other_has_gaps_that_say_so(tables: Tables) -> None:
    flows = "FROM flows WHERE revision = 'HS92' AND product = '271121' AND year = 2005 AND buyer IN ('IND', 'NPL')"
    assert tables.rows(f"SELECT DISTINCT supplier::VARCHAR {flows} AND buyer <> supplier") == [("IND",)]
    found = measure_exposure(tables, ["IND+NPL"], products=["271121"], years=[2005], methods=["concentration"])
    gaps = {row.gap for row in found.rows() if row.basis == "value"}
    assert gaps == {"no imports of 271121 by IND+NPL recorded in 2005"}
    assert found.by_key["IND+NPL", "HS92:271121", 2005, "import_hhi", "value"].value is None


def test_the_order_in_which_a_bloc_is_written_changes_no_digit(tables: Tables) -> None:
    methods = ["geopolrisk", "supply-balance", "origin"]
    one, other = (
        measure_exposure(tables, [f"PAIR={members}"], baskets=["critical-minerals"], years=[2023], methods=methods)
        for members in ("JPN+IND+USA+CHN", "CHN+USA+IND+JPN")
    )
    assert {key: row.value for key, row in one.by_key.items()} == {key: row.value for key, row in other.by_key.items()}
    assert any(row.value for row in one.by_key.values())
