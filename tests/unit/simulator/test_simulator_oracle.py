"""MRR worked out a second time, from the event files alone and day by day, in the plainest way there is.

A failure means that the truth and the exports tell of two different merchants.
"""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from conftest import DAYS
from readers import Json, events, truth

from paylake.simulator import simulate

DAY = 86_400
FACTORS = {"week": Decimal(52) / 12, "month": Decimal(1), "year": Decimal(1) / 12}


def mrr(sub: Json, first_shown: dict[str, Json], instant: int, variant: str) -> int:
    """MRR of a subscription as its latest event shows it."""
    is_trial = sub["status"] == "trialing" and instant < sub["trial_end"]
    if sub["status"] not in ("active", "past_due", "trialing") or is_trial or sub["pause_collection"]:
        return 0
    amounts = []
    for item in sub["items"]["data"]:
        is_metered = item["price"]["recurring"]["usage_type"] == "metered"
        amounts.append(Decimal(0 if is_metered else item["price"]["unit_amount"] * item["quantity"]))
    left = [*amounts]
    discount = sub["discount"]
    if discount and variant != "contract":
        coupon, end = discount["coupon"], discount["end"]
        if coupon["duration"] == "once":
            end = first_shown[discount["id"]]["current_period_end"]
        is_counted = variant == "strict" or coupon["duration"] != "once"
        if is_counted and (end is None or instant < end):
            whole = sum(amounts)
            off = whole * Decimal(str(coupon["percent_off"])) / 100 if coupon["percent_off"] else coupon["amount_off"]
            left = [amount - min(off, whole) * amount / whole if whole else amount for amount in amounts]
    result = 0
    for item, amount in zip(sub["items"]["data"], left, strict=True):
        recurring = item["price"]["recurring"]
        month = amount / recurring["interval_count"] * FACTORS[recurring["interval"]]
        result += int(month.quantize(Decimal(1), ROUND_HALF_UP))
    return result


@pytest.mark.parametrize("seed", [3, 41])
def test_the_truth_is_what_the_events_tell(tmp_path: Path, seed: int) -> None:
    out = simulate(seed=seed, customers=60, days=DAYS, out=tmp_path / "m").out
    told = [
        event for event in events(out / "exports" / "stripe") if "subscription" in event["data"]["object"]["object"]
    ]
    movements = truth(out, "mrr_movements")
    start = int(truth(out, "as_of")[0]["window_start_at"].timestamp())
    first_shown: dict[str, Json] = {}
    for event in told:
        sub = event["data"]["object"]
        first_shown.setdefault((sub["discount"] or {}).get("id", ""), sub)
    latest: dict[str, Json] = {}
    position, compared = 0, 0
    for instant in range(start + 7 * DAY, start + (DAYS - 1) * DAY, 5 * DAY + 3_607):
        while position < len(told) and told[position]["created"] <= instant:
            latest[told[position]["data"]["object"]["id"]] = told[position]["data"]["object"]
            position += 1
        shown: Counter[tuple[str, str]] = Counter()
        for sub in latest.values():
            for variant in ("contract", "net", "strict"):
                shown[variant, sub["customer"]] += mrr(sub, first_shown, instant, variant)
        known: Counter[tuple[str, str]] = Counter()
        for row in movements:
            if row["occurred_at"].timestamp() <= instant:
                known[row["variant"], row["customer_id"]] += row["amount_minor"]
        assert {key: value for key, value in shown.items() if value} == {key: v for key, v in known.items() if v}
        compared += sum(1 for value in shown.values() if value)
    assert compared > 1000
