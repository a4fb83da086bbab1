"""The mail: failing means that a reader's programme cuts it off, shows broken images or calls home."""

import email
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage

import pytest

from paylake.errors import UsageError
from paylake.reporting import mail
from paylake.reporting.gate import Reason
from paylake.reporting.parts import Part
from paylake.reporting.record import ReportRun, last_run
from paylake.settings import Settings

from .conftest import NAME

Make = Callable[..., ReportRun]


def compose(run: ReportRun) -> EmailMessage:
    message = mail.compose(
        run.mail(),
        "Paylake <paylake@example.com>",
        "finance@example.com",
        "<1@paylake>",
        datetime(2026, 10, 3, tzinfo=UTC),
    )
    return email.message_from_bytes(message.as_bytes(), policy=policy.default)  # type: ignore[return-value]


def body(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content())


def test_subject_and_text_hold_the_number_and_as_of(make_run: Make) -> None:
    run = make_run()
    message = compose(run)
    assert message["Subject"].startswith("MRR September 2026: US$11,")
    assert message["Subject"].endswith("as of 2026-10-02 06:30 UTC")
    number = re.search(r"US\$[\d,.]+", message["Subject"])
    assert number
    for kind in ("plain", "html"):
        assert number[0] in body(message, kind)
        assert "2026-10-02 06:30 UTC" in body(message, kind)


def test_structure_is_text_beside_html_with_its_images(make_run: Make) -> None:
    kinds = [part.get_content_type() for part in compose(make_run()).walk()]
    assert kinds == ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png", "image/png"]


def test_every_image_is_referred_to_and_there(make_run: Make) -> None:
    message = compose(make_run())
    referred = re.findall(r'src="cid:([^"]+)"', body(message, "html"))
    there = [part["Content-ID"].strip("<>") for part in message.walk() if part["Content-ID"]]
    assert sorted(referred) == sorted(there) == ["bridge@paylake", "trend@paylake"]


def test_nothing_is_fetched(make_run: Make) -> None:
    html = body(compose(make_run()), "html")
    assert not re.search(r'(?:src|background)="(?!cid:)', html)
    assert not re.search(r"url\(|@import|<link|<script|http://|https://", html)


def test_page_is_self_contained_and_hides_the_code(make_run: Make) -> None:
    page = make_run().page.read_text()
    assert not re.search(r'src="(?!data:image/png)', page)
    assert "<script" not in page
    assert "revenue.load" not in page
    assert 'name="viewport"' in page


def test_html_is_small_and_its_styles_inline(make_run: Make) -> None:
    html = body(compose(make_run()), "html")
    assert len(html.encode()) < mail.LIMIT_BYTES / 2
    assert "font-size: 28px" in html
    assert ".paylake" not in html


def test_long_parts_give_way_to_a_reference(make_run: Make) -> None:
    parts = [
        Part("headline", "", "US$5.00", "<p>US$5.00</p>", facts={"numbers": "US$5.00"}),
        Part("huge", "Huge", "x", "<p>long</p>" * 20_000),
    ]
    rendered = make_run(parts).mail()
    assert len(rendered.html.encode()) < mail.LIMIT_BYTES
    assert "US$5.00" in rendered.html
    assert "Too long for a mail: see" in rendered.html


def test_names_from_data_are_escaped(make_run: Make) -> None:
    rendered = make_run([Part("a", "<b>bold</b>", "<i>text</i>", "<p>ok</p>", facts={"numbers": "<u>1</u>"})]).mail()
    assert "<b>bold" not in rendered.html
    assert "<u>1" not in rendered.html


def test_notice_says_why_and_shows_no_number(make_run: Make) -> None:
    run = make_run(reasons=[Reason("tests", "2 checks of the figures did not pass in the last build: a, b.", "a b")])
    message = compose(run)
    assert run.state == "notice"
    assert message["Subject"] == "Withheld: Monthly recurring revenue, September 2026: no number today"
    assert "2 checks of the figures did not pass" in body(message, "plain")
    assert not re.search(r"US\$|€|JP¥", body(message, "plain") + body(message, "html") + run.page.read_text())


def test_run_is_read_back(make_run: Make, settings: Settings) -> None:
    make_run()
    run = make_run()
    assert last_run(NAME, settings) == run
    assert json.loads((run.folder / "run.json").read_text())["state"] == "ready"


def test_subject_with_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(UsageError, match=r"(?s)names nmbers.*gives numbers"):
        mail.fill_subject("{nmbers}", {"numbers": "1"})


def test_headers_cannot_be_injected(make_run: Make) -> None:
    rendered = replace(make_run().mail(), subject=mail.fill_subject("{n}", {"n": "a\r\nBcc: evil@example.com"}))
    message = mail.compose(
        rendered, "Paylake <p@example.com>", "f@example.com", "<1@paylake>", datetime(2026, 10, 3, tzinfo=UTC)
    )
    assert message["Bcc"] is None
    assert "Bcc: evil" in str(message["Subject"])


def test_sender_without_address_is_refused(make_run: Make) -> None:
    with pytest.raises(UsageError, match="PAYLAKE_MAIL_FROM"):
        mail.compose(make_run().mail(), "Paylake", "f@example.com", "<1@paylake>", datetime(2026, 10, 3, tzinfo=UTC))
