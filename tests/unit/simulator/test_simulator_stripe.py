"""Stripe's files say one thing in three ways: a failure means that a reader could not rebuild what happened."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

from conftest import CUSTOMERS, DAYS, SEED
from readers import event_lines, events, objects, report, text_of, truth

from paylake.simulator.amounts import major_units
from paylake.simulator.clock import month_of
from paylake.simulator.ledger import Ledger
from paylake.simulator.merchant import run_merchant
from paylake.simulator.stripe import MARKET, StripeNaming
from paylake.simulator.stripe.reports import BALANCE_CHANGE, METADATA

Json = dict[str, Any]


def ledger() -> Ledger:
    return run_merchant(SEED, CUSTOMERS, START, START + DAYS * 86_400, StripeNaming(SEED), MARKET)


START = 1_735_689_600


def subscription_events(stripe: Path) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for event in events(stripe):
        if event["type"].startswith("customer.subscription."):
            found.setdefault(event["data"]["object"]["id"], []).append(event)
    return found


def last_told(stripe: Path) -> dict[str, list[Json]]:
    """What the events of an object's last second show of it; several can share that second."""
    found: dict[str, tuple[int, list[Json]]] = {}
    for event in events(stripe):
        what = event["data"]["object"]
        instant, shown = found.get(what["id"], (0, []))
        found[what["id"]] = (event["created"], [*(shown if instant == event["created"] else []), what])
    return {key: shown for key, (_, shown) in found.items()}


def test_events_alone_tell_every_state_of_every_subscription(stripe: Path) -> None:
    told = subscription_events(stripe)
    subs = ledger().subscriptions
    assert len(told) == len(subs) > 50
    for sub in subs:
        assert [event["created"] for event in told[sub.id]] == [state.at for state in sub.states]
        for event, state in zip(told[sub.id], sub.states, strict=True):
            shown = event["data"]["object"]
            items = [(one["id"], one["price"]["id"], one.get("quantity")) for one in shown["items"]["data"]]
            expected = [(one.id, one.price.id, None if one.price.is_metered else one.quantity) for one in state.items]
            assert items == expected
            assert shown["status"] == state.status
            assert (shown["pause_collection"] is not None) == state.is_paused
            assert (shown["discount"] or {}).get("id") == (state.discount.id if state.discount else None)


def test_no_subscription_changes_twice_in_one_second(stripe: Path) -> None:
    for found in subscription_events(stripe).values():
        instants = [event["created"] for event in found]
        assert len(set(instants)) == len(instants)
        assert found[0]["type"].endswith(".created")
        assert all(event["type"].endswith((".updated", ".deleted")) for event in found[1:])


def test_previous_attributes_lead_back_to_the_event_before(stripe: Path) -> None:
    for found in subscription_events(stripe).values():
        for before, after in pairwise(found):
            if after["type"].endswith(".updated"):
                changed = after["data"]["previous_attributes"]
                assert changed
                assert {**after["data"]["object"], **changed} == before["data"]["object"]


def test_objects_agree_with_their_last_event(stripe: Path) -> None:
    last = last_told(stripe)
    for shown in (one for told in last.values() for one in told):
        for moved in shown.get("balance_transactions", []):
            del moved["status"]
    for kind in ("subscriptions", "invoices", "payouts", "disputes", "customers", "prices", "coupons"):
        for one in objects(stripe, kind):
            for moved in one.get("balance_transactions", []):
                del moved["status"]  # becomes available while the dispute itself stays as it is
            assert one in last[one["id"]], kind
            assert kind != "subscriptions" or len(last[one["id"]]) == 1
    deleted = {event["data"]["object"]["id"] for event in events(stripe) if event["type"] == "customer.deleted"}
    assert deleted.isdisjoint(one["id"] for one in objects(stripe, "customers"))


def test_charges_agree_with_their_last_event_but_for_later_disputes(stripe: Path) -> None:
    last = last_told(stripe)
    for charge in objects(stripe, "charges"):
        dispute = {name: charge[name] for name in ("dispute", "disputed")}
        assert charge in [{**one, **dispute} for one in last[charge["id"]]]


def test_events_lie_in_their_month_but_for_redelivered_ones(stripe: Path) -> None:
    files = event_lines(stripe)
    home: dict[str, set[str]] = {}
    disordered = 0
    for name, lines in files.items():
        parsed = [json.loads(line) for line in lines]
        fresh = [event for event in parsed if f"{month_of(event['created']):%Y-%m}" == name[7:14]]
        disordered += [event["created"] for event in fresh] != sorted(event["created"] for event in fresh)
        for line in lines:
            home.setdefault(line, set()).add(name)
    again = [line for line, names in home.items() if len(names) > 1]
    assert len(again) >= 3
    assert disordered == len(files)
    assert len({json.loads(line)["id"] for line in home}) == len(home), "a redelivered event must be the same bytes"
    assert any(name.endswith(".gz") for name in files)


def test_compressed_files_hold_no_time(stripe: Path) -> None:
    heads = [path.read_bytes()[:10] for path in (stripe / "events").glob("*.gz")]
    assert heads
    assert all(head[4:8] == bytes(4) for head in heads)


def test_reports_carry_the_ledger_in_major_units(stripe: Path) -> None:
    transactions = {one["id"]: one for one in objects(stripe, "balance_transactions")}
    rows = report(stripe, "balance_change_from_activity_itemized")
    activity = {key for key, one in transactions.items() if one["type"] not in ("payout", "payout_failure")}
    assert Counter(row["balance_transaction_id"] for row in rows) == Counter(activity)
    for row in rows:
        known = transactions[row["balance_transaction_id"]]
        for column, name in (("gross", "amount"), ("fee", "fee"), ("net", "net")):
            pattern = r"-?\d+" if row["currency"] == "jpy" else r"-?\d+\.\d\d"
            assert re.fullmatch(pattern, row[column])
            assert int(row[column].replace(".", "")) == known[name]
        assert row["reporting_category"] == known["reporting_category"]


def test_one_report_has_a_column_of_the_callers(stripe: Path) -> None:
    paths = sorted((stripe / "reports").glob("balance_change*.csv"))
    heads = [text_of(path).splitlines()[0].split(",") for path in paths]
    assert [METADATA in head for head in heads].count(True) == 1
    assert all(head[: len(BALANCE_CHANGE)] == BALANCE_CHANGE for head in heads)


def test_payout_reports_link_every_paid_movement_to_its_payout(merchant: Path, stripe: Path) -> None:
    rows = report(stripe, "payout_reconciliation_itemized")
    linked = {row["balance_transaction_id"]: row["automatic_payout_id"] for row in rows}
    movements = [one for one in truth(merchant, "balance_movements") if one["type"] != "payout"]
    assert len(rows) == len(linked)
    assert linked == {one["movement_id"]: one["payout_id"] for one in movements if one["payout_id"]}
    assert any(one["payout_id"] is None for one in movements), "the last days are not yet paid out"


def test_major_units() -> None:
    assert [major_units(amount, "usd") for amount in (0, 5, -5, 123_456, -100)] == [
        "0.00",
        "0.05",
        "-0.05",
        "1234.56",
        "-1.00",
    ]
    assert [major_units(amount, "jpy") for amount in (0, -5, 123_456)] == ["0", "-5", "123456"]


def test_no_file_holds_what_looks_like_a_card_number_or_a_true_address(merchant: Path) -> None:
    def passes_luhn(digits: str) -> bool:
        doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
        return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0

    for path in (merchant / "exports").rglob("*.*"):
        text = text_of(path)
        runs = re.findall(r"(?<!\d)[2-6]\d(?:[ -]?\d){11,17}(?!\d)", text)
        assert not [run for run in runs if passes_luhn(re.sub(r"\D", "", run))], path
        assert set(re.findall(r"[\w.+-]+@([\w.-]+)", text)) <= {"example.com"}


def test_nothing_lies_after_the_end(merchant: Path, stripe: Path) -> None:
    (as_of,) = truth(merchant, "as_of")
    latest = max(event["created"] for event in events(stripe))
    for kind in ("charges", "invoices", "balance_transactions", "refunds", "disputes", "payouts", "subscriptions"):
        latest = max(latest, *(one["created"] for one in objects(stripe, kind)), 0)
    assert int(as_of["as_of_at"].timestamp()) == latest < START + DAYS * 86_400
