"""What hangs together in a ledger, found without searching, and the payments that show it."""

from __future__ import annotations

from typing import Any

from paylake.simulator.ledger import Attempt, Customer, Ledger, Refund
from paylake.simulator.razorpay.market import MARKET
from paylake.simulator.razorpay.payment_objects import payment_object


class Objects:
    """A ledger whose payments can be shown at any instant.

    Args:
        ledger: what happened.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.customers: dict[str | None, Customer] = {one.id: one for one in ledger.customers}
        self.refunds: dict[str, list[Refund]] = {}
        for refund in ledger.refunds:
            self.refunds.setdefault(refund.attempt.id, []).append(refund)

    def payment(self, attempt: Attempt, instant: int) -> dict[str, Any]:
        """A payment at an instant."""
        fee = MARKET.fee(attempt.amount, attempt.currency)
        customer = self.customers.get(attempt.customer_id)
        return payment_object(attempt, customer, self.refunds.get(attempt.id, []), fee, instant)
