"""Parts: what a notebook's cell hands to its reader, once, for the notebook, the page and the mail."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from html import escape
from importlib.resources import files
from typing import Any

MIME = "application/vnd.paylake.part+json"


def asset(name: str) -> str:
    """Text of a file in paylake/reporting/assets."""
    return (files("paylake.reporting") / "assets" / name).read_text(encoding="utf-8")


@dataclass(frozen=True)
class Part:
    """One piece of a report.

    Args:
        name: unique within the report; the image's Content-ID and file name.
        title: heading above it; empty for none.
        html: fragment in the classes of assets/report.css; empty for a chart.
        text: the same for a reader without HTML.
        figures: every number in it, exactly; equal figures are never mailed twice.
        facts: texts for the subject and the header, such as `numbers`.
        png: a chart, drawn at twice its size.
        width: width of the chart in CSS pixels.
    """

    name: str
    title: str
    text: str
    html: str = ""
    figures: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    png: bytes | None = None
    width: int = 0

    def as_json(self) -> dict[str, Any]:
        """Everything but the image."""
        return {
            "name": self.name,
            "title": self.title,
            "text": self.text,
            "html": self.html,
            "figures": self.figures,
            "facts": self.facts,
            "width": self.width,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any], png: bytes | None = None) -> Part:
        """The part that `as_json` described."""
        return cls(**data, png=png)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/plain": self.text, MIME: self.as_json()}
        if self.png:
            bundle["image/png"] = base64.b64encode(self.png).decode("ascii")
        else:
            title = f"<h2>{escape(self.title)}</h2>" if self.title else ""
            bundle["text/html"] = f'<style>{asset("report.css")}</style><div class="paylake">{title}{self.html}</div>'
        return bundle


def parts_of(notebook: Any) -> list[Part]:
    """The parts in an executed notebook's outputs, in order."""
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if MIME in data:
                image = data.get("image/png")
                found.append(Part.from_json(dict(data[MIME]), base64.b64decode(image) if image else None))
    return found


def figures_hash(parts: list[Part]) -> str:
    """Hash of every figure of a report: equal exactly when no number changed."""
    figures = [[part.name, part.figures] for part in parts if part.figures]
    return hashlib.sha256(json.dumps(figures, sort_keys=True, default=str).encode()).hexdigest()
