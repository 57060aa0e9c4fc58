"""One colour for one supplier through a whole document."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kizuna.floor.errors import UnknownNameError

#: Colour-blind-safe set of Okabe and Ito (2008), without black, which is kept for text.
OKABE_ITO = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")
REST_COLOUR = "#B8B8B8"
ACCENT = "#1B4965"
PARTNER_COLOURS = (ACCENT, "#C8553D")
INK = "#1A1A1A"
QUIET_INK = "#595959"


@dataclass(frozen=True)
class SupplierColours:
    """The colour of each supplier, ``#RRGGBB`` by ISO3 code."""

    colours: Mapping[str, str]

    @classmethod
    def assign(cls, pictures: Sequence[Collection[str]], totals: Mapping[str, int | float]) -> SupplierColours:
        """Assign a colour to every supplier that some picture shows.

        Suppliers come in order of the number of pictures that show them, then of total value, then of code. Each takes
        the first colour that no supplier has; when all 21 are taken, the one that fewest have among those that no
        supplier in a picture with it has. The colours are the seven of Okabe and Ito, these half mixed with white,
        and these half mixed with black.

        Parameters
        ----------
        pictures
            For each picture of the document the suppliers that it shows, see ``top_suppliers``.
        totals
            Total value by supplier, in any one unit; every supplier of a picture must be there.

        Examples
        --------
        >>> SupplierColours.assign([["AUS", "CHN"], ["CHN"]], {"CHN": 5, "AUS": 90}).of("CHN") == OKABE_ITO[0]
        True
        """
        shown = {code: sum(code in picture for picture in pictures) for picture in pictures for code in picture}
        palette = (*OKABE_ITO, *(mix(c, "#FFFFFF") for c in OKABE_ITO), *(mix(c, "#000000") for c in OKABE_ITO))
        given: dict[str, str] = {}
        for code in sorted(shown, key=lambda code: (-shown[code], -totals[code], code)):
            beside = {given[other] for picture in pictures if code in picture for other in picture if other in given}
            used = list(given.values())
            free = [colour for colour in palette if colour not in beside] or list(palette)
            given[code] = min(free, key=lambda colour: (used.count(colour), palette.index(colour)))
        return cls(given)

    def of(self, supplier: str) -> str:
        """Return the colour of one supplier; a supplier that was not in any picture is an error."""
        if supplier not in self.colours:
            raise UnknownNameError("supplier", supplier, self.colours, where="the colours of this document")
        return self.colours[supplier]


def mix(first: str, second: str, part: float = 0.5) -> str:
    """Return the colour that is ``1 - part`` of the first and ``part`` of the second.

    Examples
    --------
    >>> mix("#000000", "#FFFFFF")
    '#808080'
    """
    pairs = zip(bytes.fromhex(first[1:]), bytes.fromhex(second[1:]), strict=True)
    return "#" + "".join(f"{round(one * (1 - part) + other * part + 1e-9):02X}" for one, other in pairs)
