"""Units that are exact by definition."""

from __future__ import annotations

KG_PER_T = 1000.0
MONTHS_PER_YEAR = 12
