"""Payment accounting: the journey of every payment, a row for each step, by the month in which it was booked."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from paylake.simulator.adyen.cells import booked_at, decimal, fee_parts, payment, table, winter_time
from paylake.simulator.adyen.settlement import TYPES, modification
from paylake.simulator.clock import DAY, at
from paylake.simulator.ledger import Attempt, Ledger, Movement

STANDARD = (
    "Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method,Payment Method Variant,"
    "Booking Date,TimeZone,Record Type,Modification Psp Reference,Main Currency,Main Amount,Payment Currency,"
    "Received (PC),Exchange Rate,Authorised (PC),Captured (PC),Settlement Currency,Payable (SC),Commission (SC),"
    "Markup (SC),Scheme Fees (SC),Interchange (SC),Processing Fee Currency,Processing Fee (FC),"
    "Modification Merchant Reference,Original Amount,Merchant Order Reference,Shopper Reference,Reserved3,Reserved4,"
    "Reserved5,Reserved6,Reserved7,Reserved8,Reserved9,Reserved10"
).split(",")
TWICE = [*STANDARD, "Payable Batch", "Settlement Currency", "Metadata"]
SENT = {"capture": "SentForSettle", "refund": "SentForRefund"}
ANSWER_SECONDS = 2
Step = tuple[int, dict[str, str]]


def accounting_reports(ledger: Ledger, seed: int) -> Iterator[tuple[str, str, int]]:
    """Name, text and number of rows of each month's report; one week is there a second time, asked for on its own.

    Rows are in no order of time, and from the third month on the header names a column twice.
    """
    steps = sorted(_steps(ledger), key=lambda step: step[0])
    months: dict[str, list[Step]] = {}
    for instant, row in steps:
        months.setdefault(f"{at(instant):%Y_%m}", []).append((instant, row))
    for index, (month, found) in enumerate(months.items()):
        rows = [row for _, row in found]
        Random(f"{seed}:{month}").shuffle(rows)
        yield f"payments_accounting_report_{month}.csv", table(TWICE if index > 1 else STANDARD, rows), len(rows)
    week = range(ledger.start + 20 * DAY, ledger.start + 27 * DAY)
    rows = [row for instant, row in steps if instant in week]
    name = f"payments_accounting_report_filtered_{at(week[0]):%Y_%m_%d}_{at(week[-1]):%Y_%m_%d}.csv"
    yield name, table(STANDARD, rows), len(rows)


def _steps(ledger: Ledger) -> Iterator[Step]:
    for attempt in ledger.attempts:
        amount, answered = attempt.amount, min(attempt.at + ANSWER_SECONDS, ledger.end - 1)
        yield _step(attempt, "Received", attempt.at, amount, received=amount)
        if attempt.outcome == "succeeded":
            yield _step(attempt, "Authorised", answered, amount, received=-amount, authorised=amount)
        else:
            yield _step(attempt, "Refused", answered, amount, received=-amount)
    for movement in ledger.movements:
        if movement.attempt:
            yield from _settled(movement, movement.attempt, ledger)


def _settled(movement: Movement, attempt: Attempt, ledger: Ledger) -> Iterator[Step]:
    """What is sent to the bank, with what it is expected to come to, and what comes of it; a dispute comes unasked."""
    moved = movement.gross if movement.kind in SENT else 0
    more = {f"{name} (SC)": decimal(amount) for name, amount in fee_parts(movement).items()} | {
        "Modification Psp Reference": modification(movement),
        "Settlement Currency": movement.currency.upper(),
        "Payable (SC)": decimal(movement.net),
    }
    if moved:
        authorised = -moved if movement.kind == "capture" else 0
        sent = _step(attempt, SENT[movement.kind], movement.at, abs(moved), authorised=authorised, captured=moved)
        yield sent[0], sent[1] | more
    instant, row = _step(attempt, TYPES[movement.kind], booked_at(movement, ledger), abs(movement.net), captured=-moved)
    yield instant, row | more


def _step(attempt: Attempt, kind: str, instant: int, main: int, **amounts: int) -> Step:
    date, zone = winter_time(instant)
    currency = attempt.currency.upper()
    row = payment(attempt) | {
        "Booking Date": date,
        "TimeZone": zone,
        "Record Type": kind,
        "Main Currency": currency,
        "Main Amount": decimal(main),
        "Payment Currency": currency,
        "Original Amount": decimal(attempt.amount),
        "Merchant Order Reference": attempt.payment_id,
    }
    named = {f"{name.capitalize()} (PC)": decimal(amount) for name, amount in amounts.items() if amount}
    return instant, row | named
