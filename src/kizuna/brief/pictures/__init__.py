"""Pictures of a brief: frozen rows in, SVG text out.

Every picture takes the sentence that it shows as ``text_alternative``, gives the same bytes for the same rows, and says
why where there is nothing to draw.
"""

from kizuna.brief.pictures.base_map import DISCLAIMER, BaseMap, load_base_map
from kizuna.brief.pictures.change import ChangeRow, change
from kizuna.brief.pictures.colours import SupplierColours
from kizuna.brief.pictures.fan import FanPanel, fan
from kizuna.brief.pictures.flow_map import Flow, flow_map
from kizuna.brief.pictures.fonts import FONT_FAMILIES, font_face_css, font_folder
from kizuna.brief.pictures.great_circles import map_points
from kizuna.brief.pictures.ranking import RankedRow, ranking
from kizuna.brief.pictures.shares import REST, SupplierShare, shares_over_time, top_suppliers
from kizuna.brief.pictures.spark import spark
from kizuna.brief.pictures.svg import no_picture

__all__ = [
    "DISCLAIMER",
    "FONT_FAMILIES",
    "REST",
    "BaseMap",
    "ChangeRow",
    "FanPanel",
    "Flow",
    "RankedRow",
    "SupplierColours",
    "SupplierShare",
    "change",
    "fan",
    "flow_map",
    "font_face_css",
    "font_folder",
    "load_base_map",
    "map_points",
    "no_picture",
    "ranking",
    "shares_over_time",
    "spark",
    "top_suppliers",
]
