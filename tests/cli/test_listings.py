"""What can be asked for, and where the figures come from, can be listed."""

from __future__ import annotations

import pytest
from cli.conftest import Run


@pytest.mark.parametrize(
    ("what", "among"),
    [
        ("economies", "IND"), ("blocs", "EU27"), ("baskets", "magnets"), ("materials", "cobalt"),
        ("products", "HS92:270900"), ("methods", "cepii-geodep"), ("indicators", "import_hhi"),
    ],
)  # fmt: skip
def test_each_kind_of_name_is_listed(run: Run, what: str, among: str) -> None:
    ran = run("list", what)
    assert ran.code == 0, ran.err
    assert among in ran.out
    assert ran.files == {}


def test_the_sources_are_listed_and_match_their_hashes(run: Run) -> None:
    ran = run("sources", "--verify")
    assert ran.code == 0, ran.err
    assert "trade_hs92" in ran.out
    assert "Etalab Open Licence 2.0" in ran.out
    assert "stored tables match their sha256" in ran.out


@pytest.mark.parametrize(
    "words", [("--help",), ("brief", "--help"), ("exposure", "--help"), ("list", "--help"), ("sources", "-h")]
)
def test_help_is_printed_and_ends_well(run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words)
    assert ran.code == 0
    assert "Usage: kizuna" in ran.out


def test_the_version_is_that_of_the_package(run: Run) -> None:
    import kizuna

    assert run("--version").out.strip() == kizuna.__version__
