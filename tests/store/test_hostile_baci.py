"""Hostile, broken and mutated files of BACI are refused with one message, or read as a second reader reads them."""

from __future__ import annotations

import csv
import io
import random
import stat
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest
from baci_files import HEADER, NAME, ROWS, written

from kizuna.floor.errors import KizunaError
from kizuna.intake.adapters import recognise
from kizuna.intake.baci_year import read_year
from kizuna.intake.importing import add_file
from kizuna.store.library import Library

ANY = range(1, 1 << 15)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "data") as opened:
        yield opened


def bomb() -> bytes:
    return zip_of({NAME: HEADER.encode() + b"0" * 30_000_000})


def zip_of(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def overlapping() -> bytes:
    """Two entries of the directory that point to the bytes of one member."""
    whole = zip_of({"BACI_HS92_Y2022_V202601.csv": (HEADER + ROWS.replace("2023", "2022")).encode(), NAME: b"x" * 99})
    first = whole.index(b"PK\x01\x02")
    second = whole.index(b"PK\x01\x02", first + 4)
    entry = bytearray(whole[first:second])
    entry[46 : 46 + len(NAME)] = NAME.encode()
    end = whole.index(b"PK\x05\x06")
    return whole[:second] + bytes(entry) + whole[end:]


def lying(size: int = 20) -> bytes:
    """An entry that says it is smaller or larger than it is."""
    whole = bytearray(zip_of({NAME: (HEADER + ROWS).encode()}))
    at = whole.index(b"PK\x01\x02") + 24
    whole[at : at + 4] = struct.pack("<I", size)
    return bytes(whole)


def other_checksum() -> bytes:
    """An entry whose checksum is of other bytes."""
    whole = bytearray(zip_of({NAME: (HEADER + ROWS).encode()}))
    whole[whole.index(b"PK\x01\x02") + 16] ^= 1
    return bytes(whole)


def link() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        info = zipfile.ZipInfo(NAME)
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return content.getvalue()


def encrypted() -> bytes:
    whole = bytearray(zip_of({NAME: (HEADER + ROWS).encode()}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        whole[whole.index(mark) + at] |= 1
    return bytes(whole)


SOUND = (HEADER + ROWS).encode()
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a bomb": (bomb, "unpacks over 200 times its size"),
    "overlapping members": (overlapping, "share bytes"),
    "a lying size": (lying, "refused"),
    "a link": (link, "is a link"),
    "an encrypted member": (encrypted, "is encrypted"),
    "a slip": (lambda: zip_of({f"../../{NAME}": SOUND}), "leads elsewhere"),
    "an absolute name": (lambda: zip_of({f"/tmp/{NAME}": SOUND}), "leads elsewhere"),
    "a name of Windows": (lambda: zip_of({f"c:\\{NAME}": SOUND}), "leads elsewhere"),
    "60,000 members": (lambda: zip_of({f"{n}.csv": b"" for n in range(60_000)}), "60000 members"),
    "a stranger": (lambda: zip_of({NAME: SOUND, "run.exe": b"x"}), "no whole BACI: members run.exe"),
    "two revisions": (lambda: zip_of({NAME: SOUND, NAME.replace("92", "17"): SOUND}), "members of 2 revisions"),
    "two versions": (lambda: zip_of({NAME: SOUND, "BACI_HS92_Y2022_V202501.csv": SOUND}), "members of 2 revisions"),
    "a year twice": (lambda: zip_of({f"a/{NAME}": SOUND, f"b/{NAME}": SOUND}), "stands twice"),
    "a cut zip": (lambda: zip_of({NAME: SOUND})[:60], "not sound"),
    "no zip": (lambda: b"t,i,j,k,v,q\n", "not sound"),
    "an empty file": (lambda: b"", "not sound"),
    "an empty member": (lambda: zip_of({NAME: b""}), "is empty"),
    "a header alone": (lambda: zip_of({NAME: HEADER.encode()}), "no row"),
    "another header": (lambda: zip_of({NAME: b"year,exporter\n"}), "header is another"),
    "UTF-16": (lambda: zip_of({NAME: (HEADER + ROWS).encode("utf-16")}), "header is another"),
    "a member with another checksum": (lambda: other_checksum(), "Bad CRC-32"),
    "an entry that says it is larger": (lambda: lying(10_000), "smaller than its entry says"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_or_broken_package_is_refused_with_one_message(name: str, library: Library, tmp_path: Path) -> None:
    make, says = HOSTILE[name]
    path = tmp_path / "BACI_HS92_V202601.zip"
    path.write_bytes(make())
    with pytest.raises(KizunaError) as refused:
        add_file(library, path)
    assert says == "refused" or says in str(refused.value)
    assert library.additions() == ()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["BACI_HS92_V202601.zip", "data"]


def by_hand(text: str) -> list[tuple[object, ...]] | None:
    """Return the rows of a year by Python's own reader; None where one is not what the form says."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    if not lines or lines[0].strip().replace('"', "") != HEADER.strip() or len(lines) == 1:
        return None
    rows: list[tuple[object, ...]] = []
    for cells in csv.reader(lines[1:]):
        cells = [cell.strip() for cell in cells]
        try:
            year, supplier, buyer = (int(cell) for cell in cells[:3])
            value = float(cells[4])
            mass = None if cells[5] in ("", "NA") else float(cells[5])
        except (ValueError, IndexError):
            return None
        if len(cells) != 6 or not (cells[3].isascii() and cells[3].isdigit() and len(cells[3]) == 6) or year != 2023:
            return None
        whole = round(value * 1000)
        rows.append((year, cells[3], supplier, buyer, whole, round(mass * 1000) if mass else None))
    return rows if len({row[:4] for row in rows}) == len(rows) else None


def test_a_mutated_file_is_refused_or_read_as_a_second_reader_reads_it(tmp_path: Path) -> None:
    rng = random.Random(1)
    source = HEADER + "".join(
        f"2023,{rng.choice((156, 842, 392))},{rng.choice((699, 76, 4))},{rng.randrange(10_000, 999_999):06d},"
        f"{rng.randrange(1, 10**6) / 1000:.3f},{rng.choice(('NA', f'{rng.randrange(1, 10**5) / 1000:.3f}'))}\n"
        for _ in range(12)
    )
    taken = refused = 0
    for _ in range(5_000):
        text = list(source)
        for _ in range(rng.randrange(1, 4)):
            at = rng.randrange(len(text))
            kind = rng.randrange(3)
            if kind == 0:
                text[at] = chr(rng.choice((44, 10, 45, 46, 34, 48, 57, 65, 101, 32, 0)))
            elif kind == 1:
                del text[at]
            else:
                text.insert(at, rng.choice("0123456789,.\n"))
        path = written(tmp_path, "".join(text))
        incoming = recognise(path)
        try:
            read_year(incoming, incoming.parts[0], tmp_path / "out.parquet", ANY, lambda _: None)
        except KizunaError:
            refused += 1
            continue
        taken += 1
        columns = ["year", "product", "supplier_code", "buyer_code", "value_usd", "mass_kg"]
        found = pl.read_parquet(tmp_path / "out.parquet").select(columns)
        expected = by_hand("".join(text))
        assert expected is not None, "".join(text)
        assert sorted(found.rows(), key=str) == sorted(expected, key=str)
    assert taken > 500
    assert refused > 500
