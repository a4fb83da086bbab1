"""Publishing: from parts, or from the reasons why there are none, to the page, the mail and the record of a run."""

from __future__ import annotations

import os
from datetime import date, datetime
from html import escape
from pathlib import Path
from typing import Any

from paylake.reporting import mail
from paylake.reporting.definition import Definition
from paylake.reporting.figures import AsOf
from paylake.reporting.gate import Reason
from paylake.reporting.money import month_name
from paylake.reporting.parts import Part, figures_hash
from paylake.reporting.record import ReportRun
from paylake.settings import Settings


def notice_parts(reasons: list[Reason]) -> list[Part]:
    """What a reader gets instead of a number."""
    items = "".join(f"<p>{escape(reason.text)}</p>" for reason in reasons)
    text = "\n".join(f"- {reason.text}" for reason in reasons)
    after = "The next run sends the report if its checks pass and its data is complete. You need to do nothing."
    return [
        Part(
            "reasons",
            "",
            text,
            f'<div class="warn">{items}</div>',
            figures={"reasons": sorted(r.figures for r in reasons)},
        ),
        Part("next", "What happens next", after, f"<p>{after}</p>"),
    ]


def publish(
    definition: Definition,
    values: dict[str, Any],
    reaches: list[AsOf],
    reasons: list[Reason],
    parts: list[Part],
    folder: Path,
    key: str,
    started: datetime,
    settings: Settings,
) -> ReportRun:
    """Write the page, the mail and run.json of a run into its folder, from parts or from reasons to withhold them."""
    period = month_name(date.fromisoformat(f"{values['month']}-01")) if "month" in values else ""
    oldest = f"{reaches[0].at:%Y-%m-%d %H:%M} UTC"
    facts = {"title": definition.title, "as_of": oldest, "month_name": period}
    if reasons:
        parts = [
            *notice_parts(reasons),
            Part("as_of", "", f"Data as of {oldest}.", f'<p class="muted">Data as of {oldest}.</p>'),
        ]
        subject, standfirst = (
            f"Withheld: {definition.title}{f', {period}' if period else ''}: no number today",
            "The number is not shown, because it could be wrong.",
        )
    else:
        for part in parts:
            facts |= part.facts
        subject, standfirst = mail.fill_subject(definition.subject, facts), facts.get("standfirst", "")
    heading = f"{definition.title}, {period}" if period else definition.title
    page = f"{folder.parent / key / 'index.html'}"
    frame = mail.Frame(
        subject,
        heading,
        standfirst,
        f"Paylake run {key} of {definition.name}.",
        page,
        _definitions(definition, folder, settings),
    )
    rendered = mail.render(frame, parts)
    (folder / "mail").mkdir()
    (folder / "index.html").write_text(mail.page(frame, parts), encoding="utf-8")
    (folder / "mail" / "body.txt").write_text(rendered.text, encoding="utf-8")
    (folder / "mail" / "body.html").write_text(rendered.html, encoding="utf-8")
    for cid, png in rendered.images.items():
        (folder / "mail" / f"{cid.split('@')[0]}.png").write_bytes(png)
    run = ReportRun(
        definition.name,
        key,
        "notice" if reasons else "ready",
        folder,
        values,
        figures_hash(parts),
        started.isoformat(),
        oldest,
        subject,
        tuple(reason.text for reason in reasons),
    )
    run.save()
    return run


def _definitions(definition: Definition, folder: Path, settings: Settings) -> dict[str, str]:
    target = definition.definitions
    if target.startswith(("https://", "http://")):
        return {"text": target, "href": target, "web": target}
    return {"text": target, "href": Path(os.path.relpath(settings.project / target, folder)).as_posix(), "web": ""}
