"""The absent number: a gap with a reason, all the way to the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn


@dataclass(frozen=True, slots=True)
class Gap:
    """A number that is not there, and why.

    A gap is never 0, an average or a default. It refuses arithmetic and truth tests, so that it cannot
    become a number by accident.

    Parameters
    ----------
    reason
        One sentence a reader can act on, such as ``no bilateral data for 8517 in this snapshot: add BACI or Comtrade``.
    """

    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ValueError("a gap needs a reason")

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError(f"a gap is not a number: {self.reason}")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _refuse
    __float__ = __int__ = __bool__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse

    def __str__(self) -> str:
        return f"gap: {self.reason}"
