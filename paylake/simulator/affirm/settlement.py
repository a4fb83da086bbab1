"""The settlement report: a row for everything in a deposit, in the header that the account had at the time."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from paylake.simulator.affirm.charges import transaction_id
from paylake.simulator.affirm.market import PER_TRANSACTION, RATE
from paylake.simulator.affirm.naming import AffirmNaming
from paylake.simulator.amounts import major_units
from paylake.simulator.clock import at
from paylake.simulator.ledger import Movement, Payout

Line = tuple[Movement, Payout]
LEGACY = (
    "date,charge_created_date,charge_id,order_id,event_type,sales,refunds,fees,total_settled,deposit_id,merchant_ari"
).split(",")
CURRENT = (
    "date,charge_created_date,charge_id,transaction_id,order_id,event_type,sales,refunds,fees,total_settled,txn_fees,"
    "deposit_id,merchant_ari,city,store,card_last_four,original_loan_amount,mdr_rate,channel"
).split(",")
KINDS = {
    "capture": "loan_captured",
    "refund": "loan_refunded",
    "dispute": "dispute_opened",
    "dispute_reversal": "dispute_resolved",
    "fee": "merchant_fee",
}
"""The report's event types by the ledger's movements."""
CHANNELS = {"apple_pay": "Apple Pay", "google_pay": "Google Pay"}


def day(instant: int) -> str:
    """Its date."""
    return f"{at(instant):%Y-%m-%d}"


def account(naming: AffirmNaming, currency: str) -> str:
    """The merchant account (ARI) of a currency."""
    return naming.of("account", currency)


class Reports:
    """Writes reports of one merchant.

    Args:
        naming: of the merchant's records.
    """

    def __init__(self, naming: AffirmNaming) -> None:
        self.naming = naming

    def text(self, lines: Sequence[Line], columns: Sequence[str], has_fees_apart: bool = False) -> str:
        """A report; without lines it is its header.

        Args:
            lines: its rows.
            columns: named in its header. In that of old, the date is the event's, later that of the deposit.
            has_fees_apart: whether the fee per transaction stands beside the fees, not within.
        """
        out = io.StringIO()
        writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        for movement, payout in lines:
            row = self._row(movement, payout, has_fees_apart)
            writer.writerow(row | {"date": day(movement.at)} if columns is LEGACY else row)
        return out.getvalue()

    def _row(self, movement: Movement, payout: Payout, has_fees_apart: bool) -> dict[str, str]:
        attempt, currency, kind = movement.attempt, movement.currency, movement.kind
        sales = movement.gross if kind not in ("refund", "fee") else 0
        refunds = movement.gross if kind == "refund" else 0
        extra = -PER_TRANSACTION if kind == "capture" else 0
        fees = movement.net - sales - refunds - (extra if has_fees_apart else 0)
        row = dict.fromkeys(CURRENT, "") | {
            "date": day(payout.at),
            "event_type": KINDS[kind],
            "sales": major_units(sales, currency),
            "refunds": major_units(refunds, currency),
            "fees": major_units(fees, currency),
            "total_settled": major_units(movement.net, currency),
            "txn_fees": major_units(extra, currency),
            "deposit_id": payout.id,
            "merchant_ari": account(self.naming, currency),
        }
        if attempt:
            row |= {
                "charge_created_date": day(attempt.at),
                "charge_id": attempt.id,
                "transaction_id": transaction_id(self.naming, movement.source_id or "", kind),
                "order_id": attempt.order_id or "",
                "original_loan_amount": major_units(attempt.amount, currency),
                "mdr_rate": str(float(RATE)),
                "channel": CHANNELS.get(attempt.card.wallet or "", "Affirm Direct"),
            }
        return row
