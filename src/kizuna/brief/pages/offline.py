"""A page that needs nothing else: a template filled in, its style, its script, and the policy that lets them run."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files


def offline_page(template: str, *, style: str, script: str, **values: object) -> bytes:
    """Return a template filled in, as UTF-8; all text is escaped, and only this style and this script may run.

    Parameters
    ----------
    template
        Name of the template.
    style, script
        What stands in the page's own elements.
    values
        What the template names besides ``policy``, ``style`` and ``script``.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("kizuna.brief.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    inside = {"policy": _policy(style, script), "style": Markup(style), "script": Markup(script)}
    return environment.get_template(template).render(values | inside).lstrip().encode("utf-8")


def template_text(name: str) -> str:
    """Return a style sheet or script that lies beside the templates."""
    return files("kizuna.brief.pages").joinpath("templates", name).read_text(encoding="utf-8")


def csv_address(content: bytes) -> str:
    """Return an address that holds a CSV file itself, for a link that downloads it."""
    return f"data:text/csv;charset=utf-8;base64,{base64.b64encode(content).decode()}"


def _policy(style: str, script: str) -> str:
    """Return a Content Security Policy that allows exactly this style and this script."""
    allowed = {
        "default-src": "'none'",
        "style-src": _digest(style),
        "script-src": _digest(script),
        "font-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in allowed.items())


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
