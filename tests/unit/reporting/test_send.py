"""Sending: failing means that a reader gets the same figures twice, or none at all."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from paylake.errors import LakeBusy, MachineError, UsageError
from paylake.reporting import ledger, send, transport
from paylake.reporting.gate import Reason
from paylake.reporting.record import ReportRun
from paylake.reporting.send import mask_address, send_report
from paylake.settings import Settings

from .conftest import NAME

Make = Callable[..., ReportRun]


class Killed(BaseException):
    """Stands for a kill: nothing that handles errors handles it."""


def outbox(settings: Settings) -> list[Path]:
    return sorted((settings.lake_path / "outbox").glob("*.eml"))


def entries(settings: Settings) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in ledger.folder(settings).glob("*.json")]


def recipients(settings: Settings, *addresses: str) -> None:
    path = settings.project / "notebooks" / "reports" / f"{NAME}.yml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | {"recipients": list(addresses)}))


def test_same_figures_are_sent_once(make_run: Make, settings: Settings) -> None:
    assert send_report(make_run(), settings).state == "sent"
    again = send_report(make_run(today="2026-10-04"), settings)
    assert again.state == "already sent", "another day of reading is no other figure"
    assert len(outbox(settings)) == 1


def test_other_figures_are_another_mail(make_run: Make, settings: Settings) -> None:
    run = make_run()
    send_report(run, settings)
    assert send_report(replace(run, figures="other"), settings).state == "sent"
    assert len(outbox(settings)) == 2


def test_figures_that_come_back_after_others_are_news(make_run: Make, settings: Settings) -> None:
    run = make_run()
    first = send_report(run, settings)
    send_report(replace(run, figures="restated"), settings)
    back = send_report(run, settings)
    assert back.deliveries[0].state == "sent"
    assert back.deliveries[0].message_id != first.deliveries[0].message_id
    assert send_report(run, settings).state == "already sent"
    assert len(outbox(settings)) == 3


def test_a_failed_delivery_is_no_earlier_mail(
    make_run: Make, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise MachineError("The mail server is down.", "Try later.")

    run = make_run()
    with monkeypatch.context() as patch:
        patch.setattr(transport, "deliver", refuse)
        with pytest.raises(MachineError, match="0 of 1 recipients"):
            send_report(run, settings)
    assert send_report(run, settings).deliveries[0].state == "sent"


def test_force_sends_again_under_another_id(make_run: Make, settings: Settings) -> None:
    run = make_run()
    first, second = send_report(run, settings), send_report(run, settings, force=True)
    assert [r.deliveries[0].state for r in (first, second)] == ["sent", "sent again"]
    assert first.deliveries[0].message_id != second.deliveries[0].message_id
    assert send_report(run, settings).state == "already sent"
    assert len(outbox(settings)) == 2


def test_new_recipient_gets_the_mail_and_the_others_do_not_again(make_run: Make, settings: Settings) -> None:
    run = make_run()
    send_report(run, settings)
    recipients(settings, "revenue@example.com", "board@example.com")
    assert [d.state for d in send_report(run, settings).deliveries] == ["already sent", "sent"]


@pytest.mark.parametrize("moment", ["before delivery", "after delivery", "after first recipient"])
def test_kill_loses_no_mail_and_repeats_the_id(
    make_run: Make, settings: Settings, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    recipients(settings, "a@example.com", "b@example.com")
    run, delivered = make_run(), []
    deliver = transport.deliver

    def killed(message: Any, name: str, settings: Settings) -> Path | None:
        if moment == "before delivery" or (moment == "after first recipient" and delivered):
            raise Killed
        delivered.append((message["To"], message["Message-ID"]))
        found = deliver(message, name, settings)
        if moment == "after delivery":
            raise Killed
        return found

    with monkeypatch.context() as patch:
        patch.setattr(transport, "deliver", killed)
        with pytest.raises(Killed):
            send_report(run, settings)
    result = send_report(run, settings)
    assert len(outbox(settings)) == 2, "the outbox holds each mail exactly once"
    ids = {d.message_id for d in result.deliveries if d.message_id}
    if moment == "after delivery":
        assert delivered[0][1] in ids, "a copy is recognisable by its Message-ID"
    assert send_report(run, settings).state == "already sent"
    assert all(entry["state"] == "sent" for entry in entries(settings))


def test_damaged_ledger_sends_rather_than_loses(make_run: Make, settings: Settings) -> None:
    run = make_run()
    send_report(run, settings)
    for path in ledger.folder(settings).glob("*.json"):
        path.write_text("{")
    assert send_report(run, settings).state == "sent"


def test_ledger_and_results_hold_no_address(make_run: Make, settings: Settings) -> None:
    result = send_report(make_run(), settings)
    assert "revenue@example.com" not in json.dumps(entries(settings)) + str(result) + repr(result.deliveries)
    assert mask_address("revenue@example.com") == "r***@example.com"


def test_notices_are_sent_once_too(make_run: Make, settings: Settings) -> None:
    reason = Reason("late", "The data is late.", "stripe 2026-10-02")
    assert send_report(make_run(reasons=[reason]), settings).state == "notice sent"
    assert send_report(make_run(reasons=[reason]), settings).state == "already sent"
    assert send_report(make_run(), settings).state == "sent", "the number follows when it may be shown"
    assert ledger.last_sent(NAME, "net", settings) is not None


def test_notice_is_not_what_readers_believe(make_run: Make, settings: Settings) -> None:
    send_report(make_run(reasons=[Reason("late", "The data is late.", "x")]), settings)
    assert ledger.last_sent(NAME, "net", settings) is None


def test_one_sender_at_a_time(make_run: Make, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "WAIT_SECONDS", 0.1)
    with ledger.locked(settings), pytest.raises(LakeBusy):
        send_report(make_run(), settings)


def test_unknown_transport_is_refused(make_run: Make, settings: Settings) -> None:
    with pytest.raises(UsageError, match="outbox or smtp"):
        send_report(make_run(), settings.model_copy(update={"mail_transport": "pigeon"}))


def test_name_runs_the_report_first(make_run: Make, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def run(name: str, parameters: dict[str, str], settings: Settings) -> ReportRun:
        asked.append((name, parameters))
        return make_run()

    monkeypatch.setattr(send, "run_report", run)
    assert send_report(NAME, settings, {"variant": "net"}).state == "sent"
    assert asked == [(NAME, {"variant": "net"})]
