"""Sending: a run's mail to each recipient, at least once, and the same figures not again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from paylake.errors import PaylakeError
from paylake.reporting import ledger, mail, transport
from paylake.reporting.definition import load_definition
from paylake.reporting.ledger import Entry
from paylake.reporting.record import ReportRun
from paylake.reporting.run import run_report
from paylake.settings import Settings


@dataclass(frozen=True)
class Delivery:
    """What happened to a recipient's mail: `sent`, `already sent`, or `sent again` (forced, or after a kill)."""

    recipient: str
    state: str
    message_id: str
    file: Path | None = None


@dataclass(frozen=True)
class SendResult:
    """What `send_report` did."""

    run: ReportRun
    deliveries: tuple[Delivery, ...]

    def __str__(self) -> str:
        return f"{self.state}: {self.run.subject}"

    @property
    def state(self) -> str:
        """`already sent` when nobody was mailed, else `sent`; `notice sent` when the number was withheld."""
        if all(delivery.state == "already sent" for delivery in self.deliveries):
            return "already sent"
        return "notice sent" if self.run.state == "notice" else "sent"


def send_report(
    report: ReportRun | str, settings: Settings, parameters: dict[str, str] | None = None, *, force: bool = False
) -> SendResult:
    """Mail a run, or run a report and mail it.

    Args:
        report: a run, or a report's name.
        settings: choose the transport.
        parameters: of the run, when a name is given.
        force: send figures again that were sent before, under a new Message-ID.

    Raises:
        PaylakeError: the transport failed; the recipients before it have their mail, and sending again is safe.
    """
    run = run_report(report, parameters or {}, settings) if isinstance(report, str) else report
    definition, rendered = load_definition(run.name, settings), run.mail()
    with ledger.locked(settings):
        deliveries = []
        for number, recipient in enumerate(definition.recipients, start=1):
            try:
                deliveries.append(_send(run, rendered, recipient, settings, force))
            except PaylakeError as error:
                done = f"{len(deliveries)} of {len(definition.recipients)} recipients have the mail;"
                done += f" recipient {number} of {run.name}.yml does not."
                raise type(error)(f"{error.message} {done}", error.fix) from None
    return SendResult(run, tuple(deliveries))


def _send(run: ReportRun, rendered: mail.Rendered, recipient: str, settings: Settings, force: bool) -> Delivery:
    identity = {name: value for name, value in run.parameters.items() if name != "today"}
    key = ledger.key_of(run.name, identity, run.figures, recipient)
    known = ledger.read(key, settings)
    whom = ledger.key_of("", {}, "", recipient)
    new = Entry(key, run.name, "new", run.state, identity, run.figures, run.figures_at, whom)
    entry = replace(known, figures_at=run.figures_at) if known else new
    is_repeated = known is not None and known.state in ("sending", "sent") and ledger.is_latest(known, settings)
    if entry.state == "sent" and is_repeated and not force:
        return Delivery(mask_address(recipient), "already sent", "")
    message_id = entry.message_id
    message = mail.compose(rendered, settings.mail_from, recipient, message_id, datetime.fromisoformat(run.figures_at))
    entry = ledger.note(entry, "sending", settings)
    again = f".{entry.times_sent}" if entry.times_sent else ""
    try:
        file = transport.deliver(message, f"{run.name}.{key[:16]}{again}", settings)
    except PaylakeError:
        ledger.note(entry, "failed", settings)
        raise
    ledger.note(entry, "sent", settings)
    return Delivery(mask_address(recipient), "sent again" if is_repeated else "sent", message_id, file)


def mask_address(address: str) -> str:
    """`r***@example.com`: enough to recognise, not enough to write to."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}***@{domain}"
