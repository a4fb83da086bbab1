"""Settlement details: every movement of a batch with its payout, in the header that the account had at the time."""

from __future__ import annotations

from collections.abc import Iterator

from paylake.simulator.adyen.cells import (
    ACCOUNT,
    booked_at,
    decimal,
    fee_parts,
    payment,
    season_time,
    table,
    unsigned,
    winter_time,
)
from paylake.simulator.clock import DAY, at
from paylake.simulator.ledger import Ledger, Movement, Payout

STANDARD = (
    "Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method,Creation Date,TimeZone,Type,"
    "Modification Reference,Gross Currency,Gross Debit (GC),Gross Credit (GC),Exchange Rate,Net Currency,"
    "Net Debit (NC),Net Credit (NC),Commission (NC),Markup (NC),Scheme Fees (NC),Interchange (NC),"
    "Payment Method Variant,Modification Merchant Reference,Batch Number,Reserved4,Reserved5,Reserved6,Reserved7,"
    "Reserved8,Reserved9,Reserved10"
).split(",")
ORDER = "Merchant Order Reference"
BOOKED = [*STANDARD, "Booking Date", "Booking Date TimeZone"]
PLATFORM = [
    *BOOKED,
    *(
        "Metadata,Balance Currency,Net Debit (BC),Net Credit (BC),Payment Fees (NC),DCC Markup (NC),Funds Destination,"
        "Balance Platform Debit,Balance Platform Credit,Shopper Country,Clearing Network,Merchant Order Reference,"
        "Dispute Reference,ARN,Settlement Flow,Authorisation Code,Gross Fees (NC)"
    ).split(","),
]
REORDERED = [name for name in STANDARD if name != "Psp Reference"] + ["Psp Reference"]
GENERATIONS = (STANDARD, REORDERED, [*STANDARD, ORDER], BOOKED, PLATFORM)
TYPES = {
    "capture": "Settled",
    "refund": "Refunded",
    "dispute": "Chargeback",
    "dispute_reversal": "ChargebackReversed",
    "fee": "Fee",
    "payout": "MerchantPayout",
    "payout_reversal": "BankInstructionReturned",
}
AGAIN = 2


def modification(movement: Movement) -> str:
    """The reference of what moved the money: a capture's is its own, a refund's or dispute's is theirs."""
    return movement.id if movement.kind == "capture" else movement.source_id or ""


def settlement_reports(ledger: Ledger) -> Iterator[tuple[str, str, int]]:
    """Name, text and number of rows of the report of every closed batch; one comes again later with more columns."""
    batches: dict[str, list[Movement]] = {payout.id: [] for payout in ledger.payouts}
    for movement in ledger.movements:
        if movement.payout_id:
            batches[movement.payout_id].append(movement)
    for number, payout in enumerate(ledger.payouts, 1):
        rows = [_row(movement, number, payout, ledger) for movement in batches[payout.id]]
        generation = GENERATIONS[min(len(GENERATIONS) - 1, (number - 1) * len(GENERATIONS) // len(ledger.payouts))]
        blank = "\n" if number % 5 == 0 else ""
        yield f"settlement_detail_report_batch_{number}.csv", blank + table(generation, rows), len(rows)
        later = payout.at + 40 * DAY
        if number == AGAIN and later < ledger.end:
            yield f"settlement_detail_report_batch_{number}_{at(later):%Y%m%d}.csv", table(PLATFORM, rows), len(rows)


def _row(movement: Movement, batch: int, payout: Payout, ledger: Ledger) -> dict[str, str]:
    attempt, currency = movement.attempt, movement.currency.upper()
    clock = winter_time if attempt else season_time
    row = payment(attempt)
    row["Creation Date"], row["TimeZone"] = clock(movement.at)
    row["Booking Date"], row["Booking Date TimeZone"] = clock(booked_at(movement, ledger))
    row["Net Debit (NC)"], row["Net Credit (NC)"] = unsigned(movement.net)
    row |= {"Type": TYPES[movement.kind], "Net Currency": currency, "Batch Number": str(batch)}
    row |= {f"{name} (NC)": decimal(amount) for name, amount in fee_parts(movement).items()}
    if attempt:
        row["Gross Debit (GC)"], row["Gross Credit (GC)"] = unsigned(movement.gross)
        return row | {
            "Modification Reference": modification(movement),
            "Gross Currency": currency,
            "Exchange Rate": "1",
            ORDER: attempt.payment_id,
            "Payment Fees (NC)": decimal(movement.fee),
            "Shopper Country": attempt.card.country,
        }
    if movement.kind == "fee":
        return row | {"Modification Reference": f"Transaction Fees {at(movement.at - DAY):%B  %Y}"}
    return row | {"Modification Reference": f"{payout.bank_reference} batch {batch}, {ACCOUNT}"}
