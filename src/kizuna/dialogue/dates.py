"""Calendar dates as far as they are stated: ``2021``, ``2021-02`` or ``2021-02-07`` (ISO 8601, reduced precision)."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Annotated

from pydantic import AfterValidator

FORM = re.compile(r"(?P<year>[0-9]{4})(-(?P<month>[0-9]{2})(-(?P<day>[0-9]{2}))?)?")
FIRST_MONTH, LAST_MONTH = 1, 12


def earliest(stated: str) -> date:
    """Return the first day that the stated date may mean.

    Raises
    ------
    ValueError
        If it is not a date of one of the three forms, or no such day exists.

    Examples
    --------
    >>> earliest("2021-02").isoformat(), latest("2021-02").isoformat()
    ('2021-02-01', '2021-02-28')
    """
    year, month, day = _parts(stated)
    return date(year, month or FIRST_MONTH, day or 1)


def latest(stated: str) -> date:
    """Return the last day that the stated date may mean; raises as :func:`earliest`."""
    year, month, day = _parts(stated)
    month = month or LAST_MONTH
    return date(year, month, day or monthrange(year, month)[1])


def checked(stated: str) -> str:
    """Return the date as given, or raise ValueError as :func:`earliest`."""
    earliest(stated)
    return stated


def is_date(stated: str) -> bool:
    """Return whether words are a date of one of the three forms, and there is such a day."""
    try:
        earliest(stated)
    except ValueError:
        return False
    return True


PartialDate = Annotated[str, AfterValidator(checked)]


def _parts(stated: str) -> tuple[int, int | None, int | None]:
    found = FORM.fullmatch(stated)
    if found is None:
        raise ValueError(f"{stated!r} is not a date such as 2021, 2021-02 or 2021-02-07")
    month, day = found["month"], found["day"]
    return int(found["year"]), month and int(month), day and int(day)  # type: ignore[return-value]
