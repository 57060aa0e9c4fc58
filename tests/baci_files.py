"""Files of CEPII BACI in the publisher's layout, made for tests."""

from __future__ import annotations

import zipfile
from pathlib import Path

HEADER = "t,i,j,k,v,q\n"
COUNTRIES = "country_code,country_name,country_iso2,country_iso3\n"
ROWS = "2023,156,699,280530,12.345,0.5\n2023,156,392,280530,100,NA\n2023,842,392,010121,7.001,2\n"
NAME = "BACI_HS92_Y2023_V202601.csv"


def written(folder: Path, text: str | bytes, name: str = NAME) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def packed(folder: Path, files: dict[str, str | bytes], name: str = "BACI_HS92_V202601.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in files.items():
            archive.writestr(member, content)
    return path
