"""Units that are exact by definition."""

from __future__ import annotations

KG_PER_T = 1000.0
MONTHS_PER_YEAR = 12
THOUSANDTHS = 1000
# Units of the USGS that are masses; carats and cubic metres of gas are not weighed.
KG_PER_UNIT = {"kg": 1.0, "t": 1e3, "kt": 1e6, "mmt": 1e9}
HS6_DIGITS = 6
