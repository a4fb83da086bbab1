"""A trace through bronze as landing writes it: failing means that a payment has records that nobody finds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench.bronze import write_bronze
from paylake import sail
from paylake.errors import PaylakeError
from paylake.lineage import Trace, trace
from paylake.lineage.looking import MOST_ROWS
from paylake.providers.adyen import SETTLEMENT_DETAIL
from paylake.providers.mapping import provider_from
from paylake.settings import Settings

MANY = MOST_ROWS + 1


def stripe(object_: str, id_: str, **members: object) -> dict[str, object]:
    return {"id": id_, "object": object_, "livemode": False, **members}


CHARGE = stripe("charge", "ch_000001", amount=1250, balance_transaction="txn_000001", customer="cus_000001")
OBJECTS = [
    CHARGE,
    stripe("charge", "ch_000002", balance_transaction="txn_000002", customer="cus_000001"),
    stripe("balance_transaction", "txn_000001", source="ch_000001", net=1200),
    stripe("customer", "cus_000001", email="jo@example.com", name="Jo Doe"),
    stripe("payout", "po_000001", balance_transaction="txn_000009"),
    stripe("event", "evt_000001", type="charge.succeeded", data={"object": CHARGE}),
    stripe("event", "evt_000002", type="charge.updated", data={"note": 'about "ch_000001", by hand'}),
]
REPORT = (
    "balance_transaction_id,created,currency,gross,fee,net,reporting_category,charge_id,automatic_payout_id,"
    "payment_metadata[order_id]\n"
)
ADYEN = {
    "Company Account": "Shop",
    "Merchant Account": "ShopEU",
    "Creation Date": "2026-03-02 10:00:00",
    "TimeZone": "CET",
    "Gross Currency": "EUR",
    "Net Currency": "EUR",
    "Batch Number": "141",
}
NOTIFICATION = {
    "merchantAccountCode": "ShopEU",
    "eventCode": "REFUND",
    "eventDate": "2026-03-02T10:00:00+01:00",
    "live": "true",
}


def settlement(*rows: dict[str, str]) -> str:
    names = [column.headers[0] for column in SETTLEMENT_DETAIL if column.is_required]
    lines = [",".join(({**ADYEN, **row}).get(name, "") for name in names) for row in rows]
    return "\n".join([",".join(names), *lines])


def gr4vy(project: Path) -> str:
    columns = provider_from((project / "mappings/gr4vy.yml").read_text(), "gr4vy").columns["all_transactions"]
    names = [column.headers[0] for column in columns if column.is_required] + ["external_identifier"]
    given = {"id": "tx-000001", "status": "captured", "currency": "EUR", "external_identifier": "order-7"}
    given["created_at"] = "2026-03-02T10:00:00+00:00"
    return "\n".join([",".join(names), ",".join(given.get(name, "500") for name in names)])


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    (folder / "objects.jsonl").write_text("\n".join(map(json.dumps, OBJECTS)))
    paid = "txn_000001,2026-03-02 10:00:00,eur,12.50,0.50,12.00,charge,ch_000001,po_000001,order-7\n"
    others = "".join(
        f"txn_9{n},2026-03-02 10:00:00,eur,1.00,0.00,1.00,charge,ch_9{n},po_000001,\n" for n in range(MANY)
    )
    (folder / "payouts.csv").write_text(REPORT + paid + others)
    sale = {
        "Psp Reference": "8815329842815468",
        "Merchant Reference": "order-7",
        "Modification Reference": "8816000000000001",
    }
    refund = sale | {"Modification Reference": "8816000000000002"}
    (folder / "settlement.csv").write_text(settlement(sale, refund))
    item = NOTIFICATION | {"pspReference": "8816000000000002", "originalReference": "8815329842815468"}
    (folder / "notifications.json").write_text(
        json.dumps({"live": "true", "notificationItems": [{"NotificationRequestItem": item}]})
    )
    (folder / "gr4vy.csv").write_text(gr4vy(project))
    return folder


@pytest.fixture(scope="module")
def bronze(lane: Settings, exports: Path) -> Any:
    write_bronze(lane, [exports])
    return sail.get_session(lane)


def found(result: Trace) -> set[tuple[str, int, int]]:
    return {(record.table, record.record, record.hop) for record in result.records}


def test_every_record_of_a_payment_is_found_with_its_file(bronze: Any, lane: Settings, exports: Path) -> None:
    result = trace("stripe", "ch_000001", lane, follow=0, spark=bronze)
    assert found(result) == {
        ("charges", 1, 0),
        ("balance_transactions", 3, 0),
        ("events", 6, 0),
        ("payout_reconciliation", 1, 0),
    }
    by_table = {record.table: record for record in result.records}
    assert by_table["payout_reconciliation"].file == str(exports / "payouts.csv")
    assert by_table["payout_reconciliation"].found == {"ch_000001": ["charge_id"]}
    assert by_table["events"].found == {"ch_000001": ["data.object.id"]}
    assert by_table["charges"].values["amount"] == "1250"
    assert "Jo" not in json.dumps(result.to_dict())


def test_steps_lead_to_the_payout_and_not_to_other_payments(bronze: Any, lane: Settings) -> None:
    first = trace("stripe", "ch_000001", lane, spark=bronze)
    assert found(first) - found(trace("stripe", "ch_000001", lane, follow=0, spark=bronze)) == {
        ("payouts", 5, 1),
        ("customers", 4, 1),
    }
    left = {one.identifier: one.reason for one in first.not_followed}
    assert set(left) == {"cus_000001", "po_000001"}


def test_what_a_payout_holds_is_listed_when_it_is_traced_itself(bronze: Any, lane: Settings) -> None:
    tables = [record.table for record in trace("stripe", "po_000001", lane, follow=0, spark=bronze).records]
    assert tables.count("payout_reconciliation") == MANY + 1
    assert tables.count("payouts") == 1


def test_what_has_no_column_of_its_own_is_found(bronze: Any, lane: Settings) -> None:
    (one,) = trace("stripe", "order-7", lane, follow=0, spark=bronze).records
    assert one.found == {"order-7": ["_rescued_data.payment_metadata[order_id]"]}


def test_an_original_reference_leads_to_the_payment(bronze: Any, lane: Settings) -> None:
    result = trace("adyen", "8816000000000002", lane, spark=bronze)
    assert found(result) == {("settlement_detail", 2, 0), ("notifications", 1, 0), ("settlement_detail", 1, 1)}
    assert "141" in {one.identifier for one in result.not_followed}


def test_a_mapped_provider_is_traced_too(bronze: Any, lane: Settings) -> None:
    result = trace("gr4vy", "order-7", lane, spark=bronze)
    assert [(record.table, record.identifiers) for record in result.records] == [
        ("all_transactions", {"id": "tx-000001"})
    ]


def test_an_identifier_with_quotes_and_backslashes_finds_nothing_and_breaks_nothing(
    bronze: Any, lane: Settings
) -> None:
    with pytest.raises(PaylakeError, match="No record of stripe"):
        trace("stripe", "a'\"\\x", lane, spark=bronze)


def test_an_identifier_that_is_nowhere_says_where_it_was_looked_for(bronze: Any, lane: Settings) -> None:
    with pytest.raises(PaylakeError, match="charges") as told:
        trace("stripe", "ch_404404", lane, spark=bronze)
    assert (told.value.exit_code, "quarantine" in told.value.fix) == (1, True)


def test_a_provider_of_whom_nothing_landed_is_told_as_that(bronze: Any, lane: Settings) -> None:
    with pytest.raises(PaylakeError, match="Nothing of paypal has landed"):
        trace("paypal", "X1", lane, spark=bronze)
