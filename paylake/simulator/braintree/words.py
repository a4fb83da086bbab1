"""How Braintree writes amounts, times and what it knows of a card, and what a transaction has come to at an instant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from paylake.simulator.clock import HOUR, at, midnight, month_of, months_between, next_month
from paylake.simulator.ledger import Attempt, Ledger, Movement, Payout, Refund

Json = dict[str, Any]
ALPHA_3 = {"US": "USA", "CA": "CAN", "FR": "FRA", "NL": "NLD", "ES": "ESP"}
DECLINES = {
    "insufficient_funds": ("2001", "Insufficient Funds"),
    "generic_decline": ("2046", "Declined"),
    "do_not_honor": ("2000", "Do Not Honor"),
    "try_again_later": ("2038", "Processor Declined"),
    "expired_card": ("2004", "Expired Card"),
    "lost_card": ("2012", "Processor Declined - Possible Lost Card"),
    "stolen_card": ("2013", "Processor Declined - Possible Stolen Card"),
    "pickup_card": ("2047", "Call Issuer. Pick Up Card."),
}
"""Processor response by the ledger's decline code."""
SETTLING = 9 * HOUR
"""From the submission of a transaction to its settlement."""
NEVER = 1 << 62
"""An instant after all others."""


def major(amount: int) -> str:
    """Minor units of dollars or euros as a decimal text."""
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def library_time(instant: int) -> str:
    """As the client libraries' objects are written out: UTC, without a zone."""
    return f"{at(instant):%Y-%m-%dT%H:%M:%S}"


def graphql_time(instant: int) -> str:
    """As the GraphQL API writes it."""
    return f"{at(instant):%Y-%m-%dT%H:%M:%S}.000000Z"


def day(instant: int) -> str:
    """Its date."""
    return f"{at(instant):%Y-%m-%d}"


def account(currency: str) -> str:
    """The merchant account that settles a currency."""
    return f"simulated_{currency}"


def yes(value: bool) -> str:
    """What is known of a card."""
    return "Yes" if value else "No"


def months(ledger: Ledger) -> list[tuple[str, int, int]]:
    """Name, first second and end of every month of the ledger; the last one ends with it."""
    found = months_between(month_of(ledger.start), month_of(ledger.end - 1))
    return [(f"{one:%Y-%m}", midnight(one), min(midnight(next_month(one)), ledger.end)) for one in found]


def is_touched(instants: Iterable[int | None], start: int, end: int) -> bool:
    """Whether anything happened within [start, end)."""
    return any(instant is not None and start <= instant < end for instant in instants)


@dataclass(frozen=True)
class Disbursements:
    """Finds when a movement was disbursed."""

    payouts: dict[str, Payout]
    movements: dict[str, Movement]

    @classmethod
    def of(cls, ledger: Ledger) -> Disbursements:
        """Those of a ledger."""
        return cls({one.id: one for one in ledger.payouts}, {one.id: one for one in ledger.movements})

    def at(self, movement: Movement | str | None, until: int) -> int | None:
        """The instant of the disbursement that a movement was part of, if that came before `until`."""
        found = self.movements[movement] if isinstance(movement, str) else movement
        payout = self.payouts.get(found.payout_id or "") if found else None
        return payout.at if payout and payout.at < until else None

    def instants(self, one: Attempt | Refund) -> list[int | None]:
        """When something about a transaction changed."""
        begun = one.captured_at if isinstance(one, Attempt) else one.at
        settled = None if begun is None else begun + SETTLING
        return [one.at, begun, settled, self.at(one.movement_id, NEVER)]


def history(one: Attempt | Refund, until: int) -> list[tuple[str, int, int]]:
    """Status, instant and amount of what happened to a transaction before `until`, in order."""
    if isinstance(one, Refund):
        steps = [("submitted_for_settlement", one.at, one.amount), ("settled", one.at + SETTLING, one.amount)]
    elif one.outcome != "succeeded":
        steps = [("gateway_rejected" if one.outcome == "blocked" else "processor_declined", one.at, one.amount)]
    else:
        steps = [("authorized", one.at, one.amount)]
        if one.captured_at is not None:
            steps.append(("submitted_for_settlement", one.captured_at, one.captured))
            steps.append(("settled", one.captured_at + SETTLING, one.captured))
    return [step for step in steps if step[1] < until]
