"""Silver of every provider, and the revenue that gold makes of it, equal what the merchant knows to be true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from paylake import sail
from paylake.simulator import simulate
from paylake.simulator.delivery import Delivery
from paylake.simulator.dialects import DIALECTS
from tests.fast.conftest import built_on_the_fast_lane

BUILT = ("+silver.billing", "+silver.payments", "+fct_mrr_movements", "fct_revenue_schedules")


@dataclass(frozen=True)
class Told:
    """What of a contract is compared with a table of the truth.

    Args:
        columns: compared row by row, under the names of silver.
        renamed: names of the truth, by those of silver.
        where: which rows of silver.
        contract: the table of silver, where it has not the truth's name.
        only: which rows of the truth: those where none of these columns is null.
        is_summed: whether rows that are equal but for their amounts are compared as one, with the sums.
        daily: an instant of which only the day is compared.
        said_as: values of the truth that are said in the word for another one.
    """

    columns: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...] = ()
    where: str = "true"
    contract: str = ""
    only: tuple[str, ...] = ()
    is_summed: bool = False
    daily: str = ""
    said_as: tuple[tuple[str, str], ...] = ()

    def without(self, *columns: str) -> Told:
        """The same for a provider that cannot say these."""
        return replace(self, columns=tuple(name for name in self.columns if name not in columns))


TOLD = {
    "customers": Told(("customer_id", "country", "email_sha256", "created_at")),
    "invoices": Told(
        ("invoice_id", "customer_id", "subscription_id", "currency", "status", "total_minor", "tax_minor",
         "paid_minor", "issued_at", "paid_at", "voided_at")
    ),
    "invoice_lines": Told(
        ("invoice_id", "kind", "currency", "amount_minor", "discount_minor", "tax_minor", "service_from", "service_to")
    ),
    "credit_notes": Told(
        ("credit_note_id", "invoice_id", "status", "reason", "currency", "amount_minor", "tax_minor", "total_minor",
         "issued_at", "voided_at")
    ),
    "deferred_revenue_monthly": Told(
        ("currency", "month_date", "billed_minor", "credited_minor", "refunded_minor", "voided_minor",
         "written_off_minor", "recognised_minor", "unbilled_change_minor", "bad_debt_minor", "unbilled_minor",
         "deferred_minor"),
        renamed=(("month_date", "month"), ("deferred_minor", "closing_minor")),
        contract="fct_revenue_schedules", is_summed=True,
    ),
    "subscription_item_history": Told(
        ("subscription_item_id", "subscription_id", "customer_id", "amount_minor", "currency", "interval",
         "interval_count", "status", "valid_from", "valid_to")
    ),
    "payment_attempts": Told(
        ("attempt_id", "amount_minor", "currency", "attempted_at", "outcome", "captured_minor", "network",
         "card_country")
    ),
    "refunds": Told(("refund_id", "attempt_id", "amount_minor", "currency", "created_at")),
    "disputes": Told(
        ("dispute_id", "attempt_id", "amount_minor", "currency", "is_inquiry", "opened_at", "closed_at", "outcome")
    ),
    "balance_movements": Told(
        ("movement_id", "type", "attempt_id", "gross_minor", "fee_minor", "net_minor", "currency", "occurred_at",
         "payout_id")
    ),
    "payouts": Told(("payout_id", "amount_minor", "currency", "arrives_at", "status")),
    "bank_lines": Told(
        ("payout_id", "amount_minor", "currency", "bank_reference"),
        renamed=(("bank_reference", "reference"),),
        where="status = 'paid'",
        contract="payouts",
    ),
}  # fmt: skip
"""By table of the truth, which has the name of its contract."""
SAID: dict[tuple[str, str], Told] = {
    # Lines of settlement details have no id of their own.
    ("adyen", "balance_movements"): TOLD["balance_movements"].without("movement_id"),
    # A payout is known to be sent, and under which name the bank shows it; not that it came.
    ("adyen", "payouts"): Told(("payout_id", "amount_minor", "currency", "initiated_at", "bank_reference")),
    # There is no card, only a loan.
    ("affirm", "payment_attempts"): TOLD["payment_attempts"].without("network", "card_country"),
    # The report knows the day of the deposit, not when a dispute began or ended; of a lost one it says no more.
    ("affirm", "disputes"): Told(("attempt_id", "amount_minor", "currency", "is_inquiry")),
    # Rows of the report have no id of their own; what is in no deposit yet stands in none.
    ("affirm", "balance_movements"): replace(
        TOLD["balance_movements"].without("movement_id", "occurred_at"), only=("payout_id",)
    ),
    # A report of old has the days of the events, not that of the deposit.
    ("affirm", "payouts"): Told(("payout_id", "amount_minor", "currency")),
    # Reports name no country of a card.
    ("paypal", "payment_attempts"): TOLD["payment_attempts"].without("card_country"),
    # A chargeback that is lost makes no further transaction, so only a won one is seen to end.
    ("paypal", "disputes"): TOLD["disputes"].without("closed_at", "outcome"),
    # A withdrawal's arrival is told once it happened, with its hour, and never of one on its way.
    ("paypal", "payouts"): TOLD["payouts"].without("arrives_at"),
    # Apple knows an account of the app, from its first purchase on.
    ("apple", "customers"): Told(("customer_id",)),
    ("apple", "refunds"): TOLD["refunds"].without("refund_id"),
    # A financial report has sums by day, country and price of the months that were paid, and no transaction.
    ("apple", "balance_movements"): Told(
        ("type", "gross_minor", "fee_minor", "net_minor", "currency", "occurred_at"),
        where="type in ('capture', 'refund')", only=("attempt_id", "payout_id"), is_summed=True, daily="occurred_at",
    ),
    # When a store paid is on no report.
    ("apple", "payouts"): Told(("amount_minor", "currency")),
    ("google_play", "payouts"): Told(("amount_minor", "currency")),
    # A notification names a purchase token: neither the customer nor the price.
    ("google_play", "subscription_item_history"): Told(
        ("subscription_item_id", "subscription_id", "status", "valid_from", "valid_to")
    ),
    ("google_play", "refunds"): TOLD["refunds"].without("refund_id"),
    # The fee is a line of its own, so an order's lines are compared as one.
    ("google_play", "balance_movements"): Told(
        ("attempt_id", "gross_minor", "fee_minor", "net_minor", "currency", "occurred_at"),
        where="type <> 'payout'", only=("attempt_id", "payout_id"), is_summed=True,
    ),
    # A customer of Razorpay has no country, nor has a card more than a home or a foreign one.
    ("razorpay", "customers"): TOLD["customers"].without("country"),
    ("razorpay", "payment_attempts"): TOLD["payment_attempts"].without("card_country"),
    # A subscription has one plan, and that is its item.
    ("razorpay", "subscription_item_history"): replace(
        TOLD["subscription_item_history"], renamed=(("subscription_item_id", "subscription_id"),)
    ),
    # Movements are known by what moved: the payment, the refund, the dispute, the settlement.
    ("razorpay", "balance_movements"): replace(
        TOLD["balance_movements"], columns=("source_id", *TOLD["balance_movements"].columns[1:])
    ),
    # When a settlement is to arrive is not said beforehand.
    ("razorpay", "payouts"): TOLD["payouts"].without("arrives_at"),
    # What is not disbursed yet stands in no report; a refund's and a dispute's movements have no id of their own, and a
    # disbursement has none at all: it is known by its account and day.
    ("braintree", "balance_movements"): Told(
        ("type", "attempt_id", "gross_minor", "fee_minor", "net_minor", "currency", "occurred_at"),
        only=("payout_id",), daily="occurred_at",
    ),
    ("braintree", "payouts"): Told(("amount_minor", "currency", "initiated_at"), daily="initiated_at"),
    # A subscription has one plan, and that is its item.
    ("braintree", "subscription_item_history"): replace(
        TOLD["subscription_item_history"], renamed=(("subscription_item_id", "subscription_id"),)
    ),
    # Items of a subscription have no identifier; each has another price.
    ("chargebee", "subscription_item_history"): replace(
        TOLD["subscription_item_history"],
        columns=("subscription_id", "price_id", *TOLD["subscription_item_history"].columns[2:]),
    ),
    # Chargebee learns of a chargeback when the bank takes the money, and not how it ends.
    ("chargebee", "disputes"): TOLD["disputes"].without("closed_at", "outcome"),
    # A subscription in dunning is active until it expires. It has one plan, and that is its item.
    ("recurly", "subscription_item_history"): replace(
        TOLD["subscription_item_history"], renamed=(("subscription_item_id", "subscription_id"),),
        said_as=(("past_due", "active"),),
    ),
    # Why something was credited is not said in the words of other providers.
    ("recurly", "credit_notes"): TOLD["credit_notes"].without("reason"),
}  # fmt: skip
"""By provider and table, where a provider's exports say it in another way, or less."""
SCHEMAS = dict.fromkeys(("payment_attempts", "refunds", "disputes", "balance_movements", "payouts"), "silver_payments")
SCHEMAS["fct_revenue_schedules"] = "gold_revenue"
CASES = [
    (provider, table)
    for provider, dialect in DIALECTS.items()
    for table in TOLD
    if table not in dialect.untold and (table != "credit_notes" or dialect.market.has_credit_notes)
]  # fmt: skip


@pytest.fixture(scope="module")
def merchant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One merchant with every provider: exports, as late, twice and in no order as they come, and truth."""
    folder = tmp_path_factory.mktemp("merchant") / "all"
    way = Delivery(late=0.3, redelivered=0.3, disordered=0.5)
    simulate(
        seed=11, customers=20, start=date(2025, 1, 1), days=120, providers=tuple(DIALECTS), delivery=way, out=folder
    )
    return folder


@pytest.fixture(scope="module")
def silver(merchant: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A session on the silver that the fast lane built from the exports."""
    with built_on_the_fast_lane(merchant / "exports", tmp_path_factory.mktemp("silver") / "lake", BUILT) as settings:
        yield sail.get_session(settings)


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    return value


def merged(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Intervals of a history up to its end, those that follow each other with nothing changed as one."""
    found: list[dict[str, Any]] = []
    living = [row for row in rows if row["status"] != "canceled"]
    item = "subscription_item_id" if living and "subscription_item_id" in living[0] else "price_id"
    for row in sorted(living, key=lambda row: (row["subscription_id"], row[item], row["valid_from"])):
        stays = found and all(found[-1][name] == row[name] for name in row.keys() - {"valid_from", "valid_to"})
        if stays and found[-1]["valid_to"] == row["valid_from"]:
            found[-1]["valid_to"] = row["valid_to"]
        else:
            found.append(dict(row))
    return found


def summed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows that are equal but for their amounts as one, with the sums."""
    sums: dict[tuple[Any, ...], Counter[str]] = {}
    for row in rows:
        key = tuple((name, value) for name, value in row.items() if not name.endswith("_minor"))
        amounts = sums.setdefault(key, Counter())
        amounts.update({name: value for name, value in row.items() if name.endswith("_minor")})
    return [{**dict(key), **amounts} for key, amounts in sums.items()]


@pytest.mark.parametrize(("provider", "table"), CASES, ids=[f"{provider}-{table}" for provider, table in CASES])
def test_silver_equals_the_truth(silver: Any, merchant: Path, provider: str, table: str) -> None:
    told = SAID.get((provider, table), TOLD[table])
    names, words = dict(told.renamed), dict(told.said_as)
    truth = pq.read_table(merchant / "truth" / f"{table}.parquet").to_pylist()
    expected = [
        {name: words.get(value, value) for name in told.columns for value in [plain(row[names.get(name, name)])]}
        for row in truth
        if row["provider"] == provider and None not in (row[name] for name in told.only)
    ]
    columns = ", ".join(f"`{name}`" for name in told.columns)
    contract = told.contract or table
    schema = SCHEMAS.get(contract, "silver_billing")
    rows = silver.sql(f"select {columns} from {schema}.{contract} where provider = '{provider}' and {told.where}")
    found = [{name: plain(value) for name, value in row.items()} for row in rows.toArrow().to_pylist()]
    if "valid_from" in told.columns:
        expected, found = merged(expected), merged(found)
    if told.daily:
        expected, found = ([row | {told.daily: row[told.daily].date()} for row in rows] for rows in (expected, found))
    if told.is_summed:
        expected, found = summed(expected), summed(found)
    difference = Counter(tuple(row.values()) for row in found)
    difference.subtract(Counter(tuple(row.values()) for row in expected))

    assert expected
    different = sorted(((row, n) for row, n in difference.items() if n), key=str)
    assert not different, "\n".join(f"silver has {n:+d} of {row}" for row, n in different)


@pytest.mark.parametrize("provider", ["apple", "google_play"])
def test_subscriptions_in_a_store_end_for_the_reason_that_is_true(silver: Any, merchant: Path, provider: str) -> None:
    truth = pq.read_table(merchant / "truth" / "subscription_item_history.parquet").to_pylist()
    expected = {
        (row["subscription_item_id"], row["end_reason"])
        for row in truth
        if row["provider"] == provider and row["status"] == "canceled"
    }
    rows = silver.sql(
        "select subscription_item_id, end_reason from silver_billing.subscription_item_history "
        f"where provider = '{provider}' and status = 'canceled'"
    )
    assert len({reason for _, reason in expected}) > 1
    assert {tuple(row.values()) for row in rows.toArrow().to_pylist()} == expected


@pytest.mark.parametrize("provider", ["stripe", "apple", "braintree", "chargebee", "recurly"])
def test_mrr_movements_equal_the_truth(silver: Any, merchant: Path, provider: str) -> None:
    """Of those who say prices and discounts; the movements of all months are the months' bridges."""
    columns = "variant, currency, moved_at, movement, opening_minor, amount_minor, closing_minor"
    until = plain(silver.sql("select min(billing_as_of_at) as at from gold_revenue.rpt_data_as_of").collect()[0].at)
    rows = silver.sql(f"select {columns} from gold_revenue.fct_mrr_movements where customer_key like '{provider}:%'")
    found = Counter(tuple(plain(value) for value in row.values()) for row in rows.toArrow().to_pylist())
    truth = pq.read_table(merchant / "truth" / "mrr_movements.parquet").to_pylist()
    found.subtract(
        (row["variant"], row["currency"], plain(row["occurred_at"]), row["movement"], row["opening_minor"],
         row["amount_minor"], row["closing_minor"])
        for row in truth
        if row["provider"] == provider and plain(row["occurred_at"]) <= until
    )  # fmt: skip
    different = sorted(((row, n) for row, n in found.items() if n), key=str)
    assert len(found) > 50
    assert not different, "\n".join(f"gold has {n:+d} of {row}" for row, n in different)
