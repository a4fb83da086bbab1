"""Mails: rendered once beside the run, then addressed to each recipient."""

from __future__ import annotations

import html as html_lib
import re
from dataclasses import dataclass, replace
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any

import css_inline
from jinja2 import Environment, StrictUndefined

from paylake.errors import PaylakeError, UsageError
from paylake.reporting.money import NBSP
from paylake.reporting.parts import Part, asset

LIMIT_BYTES = 90_000
"""Gmail cuts a message off at 102 KB; below this the number and the footer always arrive."""
PREVIEW_CHARACTERS = 140


@dataclass(frozen=True)
class Rendered:
    """A mail without its envelope."""

    subject: str
    text: str
    html: str
    images: dict[str, bytes]


@dataclass(frozen=True)
class Frame:
    """What surrounds the parts, on the page and in the mail."""

    subject: str
    heading: str
    standfirst: str
    footer: str
    page: str
    definitions: dict[str, str] | None = None


def environment() -> Environment:
    """Templates that escape everything that is not marked as HTML."""
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def fill_subject(template: str, facts: dict[str, str]) -> str:
    """The subject with its `{names}` filled in.

    Raises:
        UsageError: the template names a fact that the report does not have.
    """
    if unknown := sorted(set(re.findall(r"{(\w+)}", template)) - set(facts)):
        raise UsageError(
            f"The subject names {', '.join(unknown)}, which the report does not give.",
            f"It gives {', '.join(sorted(facts))}.",
        )
    text = re.sub(r"{(\w+)}", lambda found: facts[found[1]], template)
    return " ".join(text.replace(NBSP, " ").split())


def render(frame: Frame, parts: list[Part]) -> Rendered:
    """The mail of a run, its styles inlined, its images referred to by Content-ID, its HTML below the limit."""
    html = _html(frame, parts)
    note = f"Too long for a mail: see the page {Path(frame.page).name} of this run."
    short = f"<p>{html_lib.escape(note)}</p>"
    while len(html.encode()) >= LIMIT_BYTES:
        longest = max(range(len(parts)), key=lambda n: len(parts[n].html))
        if len(parts[longest].html) <= len(short):
            raise PaylakeError(
                f"The mail's frame alone is over {LIMIT_BYTES:,} bytes.",
                "Shorten the title or description in the .yml.",
            )
        parts = [replace(p, html=short, text=note) if n == longest else p for n, p in enumerate(parts)]
        html = _html(frame, parts)
    return Rendered(frame.subject, _text(frame, parts), html, {_cid(p): p.png for p in parts if p.png})


def _cid(part: Part) -> str:
    return f"{part.name}@paylake"


def _html(frame: Frame, parts: list[Part]) -> str:
    css = asset("report.css")
    first = next((" · ".join(p.text.splitlines()) for p in parts if p.text), frame.heading)
    rendered = (
        environment()
        .from_string(asset("mail.html.j2"))
        .render(
            css=_safe(css), preview=first[:PREVIEW_CHARACTERS], parts=[_view(part) for part in parts], **_frame(frame)
        )
    )
    inliner = css_inline.CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)
    inlined = re.sub(r' class="(?!sheet)[^"]*"', "", inliner.inline(rendered))
    return re.sub(r">\s+<", "><", inlined)


def _safe(text: str) -> Any:
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 - only our own assets, tables and parts come here, which escape what they show


def _view(part: Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "title": part.title,
        "text": part.text,
        "html": _safe(part.html),
        "png": bool(part.png),
        "width": part.width,
        "cid": _cid(part),
    }


def _frame(frame: Frame) -> dict[str, Any]:
    return {
        "subject": frame.subject,
        "heading": frame.heading,
        "standfirst": frame.standfirst,
        "footer": frame.footer,
        "definitions": frame.definitions,
    }


def _text(frame: Frame, parts: list[Part]) -> str:
    blocks = [frame.heading + (f"\n{frame.standfirst}" if frame.standfirst else "")]
    for part in parts:
        blocks.append(f"{part.title}\n{'-' * len(part.title)}\n{part.text}" if part.title else part.text)
    meaning = (
        [f"What these words mean: {frame.definitions['web'] or frame.definitions['text']}"] if frame.definitions else []
    )
    return "\n\n".join([*blocks, *meaning, frame.footer]).replace(NBSP, " ") + "\n"


def page(frame: Frame, parts: list[Part]) -> str:
    """The same report as one self-contained page, code hidden."""
    import base64

    views = [_view(part) | {"image": base64.b64encode(part.png).decode("ascii") if part.png else ""} for part in parts]
    return (
        environment()
        .from_string(asset("page.html.j2"))
        .render(css=_safe(asset("report.css")), parts=views, **_frame(frame))
    )


def compose(rendered: Rendered, sender: str, recipient: str, message_id: str, at: datetime) -> EmailMessage:
    """The message to one recipient: plain text, HTML beside it, images inside the HTML's part."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = rendered.subject
    message["From"] = _address(sender)
    message["To"] = _address(recipient)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(rendered.text)
    message.add_alternative(rendered.html, subtype="html")
    body: Any = list(message.iter_parts())[1]
    for cid, png in rendered.images.items():
        name = f"{cid.split('@')[0]}.png"
        body.add_related(png, "image", "png", cid=f"<{cid}>", filename=name, disposition="inline")
    return message


def _address(text: str) -> Address:
    name, address = parseaddr(text)
    if "@" not in address:
        raise UsageError(
            "The sender of the mails is not an e-mail address.",
            "Set PAYLAKE_MAIL_FROM, such as Paylake <paylake@example.com>.",
        )
    return Address(display_name=name, addr_spec=address)
