"""What the pages show is what the command does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("**/*.md"))]
FENCE = re.compile(r"^```console\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
PROGRAM = re.compile(r"^```python\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
TABLE = "icio-2020"
PROMPT = "$ "
LEFT_OUT = {"...", "…"}
RUN = ("kizuna ", "printf ", "cat > ")
HEREDOC = re.compile(r"(<<'(\w+)'\n.*?^\2$)", flags=re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Shown:
    """One command of a page and the output lines shown under it."""

    command: str
    output: tuple[str, ...]


def read_blocks(page: str) -> list[list[Shown]]:
    """Return, for each console block of a page, the commands and what is shown under each."""
    blocks = []
    for body in FENCE.findall(page):
        _, *parts = re.split(rf"^{re.escape(PROMPT)}", body, flags=re.MULTILINE)
        shown = []
        for part in parts:
            here = HEREDOC.search(part)
            end = here.end() if here else 0
            first, *output = part[end:].replace("\\\n", " ").splitlines() or [""]
            command = part[:end] + first
            shown.append(Shown(command, tuple(line.rstrip() for line in output if line.strip() not in {"", *LEFT_OUT})))
        blocks.append(shown)
    return blocks


def page_blocks() -> list[tuple[str, list[Shown]]]:
    """Return every console block, with the page and its number on the page."""
    return [
        (f"{page.relative_to(ROOT)} block {number}", block)
        for page in PAGES
        for number, block in enumerate(read_blocks(page.read_text(encoding="utf-8")), start=1)
    ]


@pytest.mark.parametrize("block", [pytest.param(block, id=name) for name, block in page_blocks()])
def test_a_shown_command_runs_and_prints_what_the_page_shows(block: list[Shown], tmp_path: Path) -> None:
    for shown in block:
        assert shown.command.startswith(RUN), f"no test may run {shown.command!r}: write it in a block without a prompt"
        printed = run(shown.command, tmp_path)
        assert [line for line in shown.output if line not in printed] == [], printed


def page_programs() -> list[tuple[str, str]]:
    """Return every Python block, with the page and its number on the page."""
    return [
        (f"{page.relative_to(ROOT)} program {number}", code)
        for page in PAGES
        for number, code in enumerate(PROGRAM.findall(page.read_text(encoding="utf-8")), start=1)
    ]


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in page_programs()])
def test_a_shown_program_runs(code: str, tmp_path: Path) -> None:
    """The folder of a reader's own table is made from the one that comes with pymrio."""
    if TABLE in code:
        pytest.importorskip("pymrio").load_test().calc_all().save_all(str(tmp_path / TABLE))
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_a_line_with_a_prompt_is_never_skipped(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"no test may run .ls."):
        test_a_shown_command_runs_and_prints_what_the_page_shows([Shown("ls", ())], tmp_path)


def test_every_line_with_a_prompt_stands_in_a_console_block() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        shown = sum(len(block) for block in read_blocks(text))
        assert len(re.findall(rf"^{re.escape(PROMPT)}", text, flags=re.MULTILINE)) == shown, page.name


def test_the_readme_shows_a_command_that_is_run() -> None:
    assert any(name.startswith("README.md") for name, _ in page_blocks())


def test_a_block_is_read_into_commands_and_the_lines_under_them() -> None:
    page = "Text\n```console\n$ kizuna list \\\n    economy\nIND  India\n...\n$ ls\n```\n"
    assert read_blocks(page) == [[Shown("kizuna list      economy", ("IND  India",)), Shown("ls", ())]]


def test_a_file_written_in_a_block_belongs_to_its_command() -> None:
    page = "```console\n$ cat > a.toml <<'END'\nname = 'A'\n\nEND\n$ kizuna list baskets\nA\n```\n"
    assert read_blocks(page) == [
        [Shown("cat > a.toml <<'END'\nname = 'A'\n\nEND", ()), Shown("kizuna list baskets", ("A",))]
    ]


def run(command: str, folder: Path) -> str:
    """Run one shown command in a folder, as a reader would, and return what it prints, line ends trimmed."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    plain = {"PATH": path, "COLUMNS": "120", "NO_COLOR": "1", "TERM": "dumb", "KIZUNA_HOME": str(folder / "home")}
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=folder,
        env=os.environ | plain,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return "\n".join(line.rstrip() for line in done.stdout.splitlines())
