"""Staple crops and FAO's items of them: the code names an item in every vintage, the words differ.

Item 56 is "Maize" in files until 2022 and "Maize (corn)" since; item 27 is "Rice, paddy" and "Rice", both of paddy.
"""

from __future__ import annotations

# FAOSTAT item whose tonnes the energy factor of each crop belongs to.
FAO_ITEMS = {"wheat": 15, "maize": 56, "rice": 27}
