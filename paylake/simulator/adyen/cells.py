"""How Adyen writes cells: decimals in major units, times in the zone of the column beside them, fees in their parts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from paylake.simulator.clock import HOUR, at
from paylake.simulator.ledger import Attempt, Ledger, Movement

Row = Mapping[str, str]
COMPANY, ACCOUNT = "SimulatedMerchant", "SimulatedMerchantEU"
METHODS = {"visa": "visa", "mastercard": "mc", "amex": "amex"}
WALLETS = {"apple_pay": "applepay", "google_pay": "googlepay"}
SUMMER_MONTHS = range(4, 11)
INTERCHANGE_SHARE, SCHEME_SHARE = 50, 15


def decimal(amount: int) -> str:
    """An amount in hundredths as a decimal in major units."""
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def unsigned(amount: int) -> tuple[str, str]:
    """An amount as a debit and a credit, one of them empty."""
    return (decimal(-amount), "") if amount < 0 else ("", decimal(amount))


def winter_time(instant: int) -> tuple[str, str]:
    """Local time an hour ahead of UTC, all the year round: what payments are booked in."""
    return f"{at(instant) + timedelta(hours=1):%Y-%m-%d %H:%M:%S}", "CET"


def season_time(instant: int) -> tuple[str, str]:
    """Local time with its season: what rows of the account are booked in."""
    if at(instant).month in SUMMER_MONTHS:
        return f"{at(instant) + timedelta(hours=2):%Y-%m-%d %H:%M:%S}", "CEST"
    return winter_time(instant)


def booked_at(movement: Movement, ledger: Ledger) -> int:
    """When a movement enters the balance: a capture some hours later, everything else at once."""
    later = 2 * HOUR if movement.kind == "capture" else 0
    return min(movement.at + later, ledger.end - 1)


def variant(attempt: Attempt) -> str:
    """The payment method's variant: a wallet's, or the card's kind."""
    method = METHODS[attempt.card.brand]
    wallet = WALLETS.get(attempt.card.wallet or "")
    return f"{method}_{wallet}" if wallet else f"{method}standard{attempt.card.funding}"


def payment(attempt: Attempt | None) -> dict[str, str]:
    """The cells that every report has of a payment; of the account's own rows, only whose they are."""
    own = {"Company Account": COMPANY, "Merchant Account": ACCOUNT}
    if attempt is None:
        return own
    return own | {
        "Psp Reference": attempt.id,
        "Merchant Reference": attempt.order_id or "",
        "Payment Method": METHODS[attempt.card.brand],
        "Payment Method Variant": variant(attempt),
    }


def fee_parts(movement: Movement) -> dict[str, int]:
    """The parts of a movement's fee: interchange, scheme fees and markup of cards, else one commission."""
    is_blended = movement.kind != "capture" or (movement.attempt and movement.attempt.card.brand == "amex")
    if is_blended:
        return {"Commission": movement.fee} if movement.fee else {}
    interchange, scheme = (movement.fee * share // 100 for share in (INTERCHANGE_SHARE, SCHEME_SHARE))
    return {"Markup": movement.fee - interchange - scheme, "Scheme Fees": scheme, "Interchange": interchange}


def table(header: Sequence[str], rows: Iterable[Row]) -> str:
    """A CSV with these columns; cells that a row does not have are empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
