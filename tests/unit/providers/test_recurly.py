"""Recurly's exports and objects: a failing test means that a cell is lost, or that changed meaning gets in."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paylake.landing import cards
from paylake.providers import recurly

Stage = Callable[..., Any]

TIME = "2026-01-31 08:30:00 PST"
ROWS: dict[str, dict[str, str]] = {
    "accounts": {
        "account_code": "c-1",
        "account_email": "ada@example.com",
        "account_created_at": TIME,
        "account_has_billing_info": "TRUE",
        "account_acquisition_cost": "360",
        "account_acquisition_currency": "USD",
    },
    "subscriptions": {
        "uuid": "b964b5439c2548a489",
        "account_code": "c-1",
        "plan_code": "gold",
        "state": "active",
        "currency": "EUR",
        "quantity": "1",
        "unit_amount": "99.5",
        "add_on_amount": "14.5",
        "total_recurring_amount": "114",
        "trial_ends_at": "",
        "activated_at": "2026-01-31 08:30:00 UTC",
        "shipping_amount_in_cents": "500",
    },
    "subscription_history": {
        "subscription_uuid": "434f11d08b297982eb",
        "version_uuid": "43509049eb30fb",
        "account_code": "c-1",
        "subscription_state": "active",
        "version_started_at": TIME,
        "version_ended_at": "",
        "plan_code": "gold",
        "subscription_currency": "EUR",
        "version_total_recurring_amount": "120",
        "version_add_on_unit_amounts": "10, 10, 5%",
    },
    "invoices": {
        "id": "b964b5439c2548a489b3a136e75aee9f",
        "invoice_number": "1291",
        "billed_date": TIME,
        "status": "paid",
        "account_code": "c-1",
        "currency": "USD",
        "invoice_total": "-12.50",
        "net_terms": "net-30",
        "due_on": TIME,
    },
    "adjustments": {
        "uuid": "a1",
        "account_code": "c-1",
        "adjustment_status": "invoiced",
        "adjustment_type": "charge",
        "adjustment_created_at": TIME,
        "adjustment_currency": "USD",
        "adjustment_amount": "100",
        "adjustment_total": "105.00",
        "adjustment_taxable": "1",
    },
    "transactions": {
        "account_code": "c-1",
        "transaction_id": "6c17ba39e8734ebaa5bf98fff6d91bb9",
        "type": "purchase",
        "amount": "9.95",
        "currency": "USD",
        "date": TIME,
        "status": "success",
        "cvv_result": "M",
        "reference": "5555593193155555",
        "vat_number": "EU12345678",
    },
    "credit_payments": {
        "id": "41872c1bf4bcfcd5658d86401194f63b",
        "created_at": "2026-01-31 08:30:00 UTC",
        "action": "payment",
        "currency": "USD",
        "amount": "54.38",
        "original_invoice_billed_date": "2026-01-01 08:30:00 UTC",
        "original_invoice_status": "closed",
        "original_invoice_number": "1008",
        "applied_to_invoice_number": "1005",
    },
}
ACCOUNT = {
    "id": "e28zov4fw0v2",
    "object": "account",
    "code": "c-1",
    "state": "active",
    "hosted_login_token": "x",
    "created_at": "2026-01-31T08:30:00Z",
    "address": {"country": "DE"},
    "custom_fields": [{"name": "crm", "value": "7"}],
}
INVOICE = {
    "id": "q41xthv1rvbq",
    "object": "invoice",
    "number": "1000",
    "state": "paid",
    "currency": "JPY",
    "total": 5000.0,
    "created_at": "2026-01-31T08:30:00.123456Z",
    "account": {"id": "e28zov4fw0v2", "object": "account", "code": "c-1"},
    "line_items": [{"id": "l1", "object": "line_item", "amount": 5000.0}],
}
COUPON = {
    "id": "cp1",
    "object": "coupon",
    "discount": {"type": "percent", "percent": 10},
    "created_at": "2026-01-31T08:30:00Z",
}
WEBHOOK = {
    "id": "ra8fzs41jdxd",
    "object_type": "charge_invoice",
    "site_id": "qc326l1hl8k9",
    "event_type": "created",
    "event_time": "2026-01-31T08:30:00Z",
    "invoice_number": 1031,
}


def export(*rows: dict[str, str], header: list[str] | None = None) -> bytes:
    header = header or list(rows[0])
    out = io.StringIO()
    csv.writer(out).writerows([header, *([row.get(name, "") for name in header] for row in rows)])
    return out.getvalue().encode()


def text(*documents: object) -> bytes:
    return "\n".join(json.dumps(document) for document in documents).encode()


@pytest.mark.parametrize("name", ROWS)
def test_an_export_lands_by_the_names_of_its_columns_in_any_order(stage: Stage, name: str) -> None:
    row = ROWS[name]
    for data in (export(row, row), export(row, row, header=list(row)[::-1])):
        result = stage(data)
        assert (result.state, result.reason) == ("verified", "")
        first, second = result.rows[f"export_{name}"]
        assert {key: first[key] for key in row} == row
        assert (first["_record"], second["_record"]) == (1, 2)
        assert first["_rescued_data"] is None


@pytest.mark.parametrize("name", ROWS)
def test_an_export_of_the_first_version_has_nulls_where_later_ones_have_columns(stage: Stage, name: str) -> None:
    columns = recurly.PROVIDER.columns[f"export_{name}"]
    row = {key: value for key, value in ROWS[name].items() if any(c.name == key and c.is_required for c in columns)}
    (landed,) = stage(export(row)).rows[f"export_{name}"]
    assert {column.name for column in columns if landed[column.name] is None} == {c.name for c in columns} - row.keys()


@pytest.mark.parametrize("name", ROWS)
def test_an_export_without_a_column_that_it_needs_is_refused_with_its_name(stage: Stage, name: str) -> None:
    required = [c.name for c in recurly.PROVIDER.columns[f"export_{name}"] if c.is_required]
    result = stage(export({key: value for key, value in ROWS[name].items() if key != required[-1]}))
    assert (result.state, result.rows) == ("quarantined", {})
    assert required[-1] in result.reason


def test_churned_subscriptions_land_beside_the_others(stage: Stage) -> None:
    row = ROWS["subscriptions"] | {"state": "expired", "expiration_reason": "Non-payment", "ship_address_id": "20197"}
    (landed,) = stage(export(row)).rows["export_subscriptions"]
    assert (landed["expiration_reason"], landed["ship_address_id"]) == ("Non-payment", "20197")


def test_a_name_that_the_export_has_twice_is_a_column_and_a_rescue(stage: Stage) -> None:
    row = ROWS["transactions"]
    header = [*row, "vat_number"]
    result = stage(export(row, header=header))
    (landed,) = result.rows["export_transactions"]
    assert landed["vat_number"] == "EU12345678"
    assert json.loads(landed["_rescued_data"]) == {"vat_number#2": "EU12345678"}


def test_custom_fields_are_rescued_with_a_notice(stage: Stage) -> None:
    result = stage(export(ROWS["accounts"] | {"custom_field_crm": "7"}))
    assert json.loads(result.rows["export_accounts"][0]["_rescued_data"]) == {"custom_field_crm": "7"}
    assert any("custom_field_crm" in notice for notice in result.verdict.notices)


@pytest.mark.parametrize("zone", ["UTC", "PDT", "CEST", "-03", "+0530"])
def test_times_are_in_the_zone_of_the_site(stage: Stage, zone: str) -> None:
    row = ROWS["invoices"] | {"closed_at": f"2026-01-31 08:30:00 {zone}"}
    assert stage(export(row)).state == "verified"


@pytest.mark.parametrize(
    ("name", "key", "cell"),
    [
        ("invoices", "invoice_total", "12,50"),
        ("invoices", "invoice_total", "USD 12.50"),
        ("invoices", "billed_date", "01/31/2026 08:30:00 PST"),
        ("invoices", "due_on", "2026-01-31"),
        ("invoices", "due_on", "2026-31-01 08:30:00 PST"),
        ("transactions", "amount", "(9.95)"),
        ("transactions", "currency", "dollars"),
        ("subscriptions", "shipping_amount_in_cents", "5.00"),
        ("accounts", "account_created_at", "1769848200"),
        ("adjustments", "adjustment_total", "1.050,00"),
    ],
)
def test_a_cell_that_is_written_otherwise_refuses_the_file(stage: Stage, name: str, key: str, cell: str) -> None:
    result = stage(export(ROWS[name], ROWS[name] | {key: cell}, header=[*dict.fromkeys([*ROWS[name], key])]))
    assert (result.state, result.rows) == ("quarantined", {})
    assert key in result.reason
    assert "record 2" in result.reason


@pytest.mark.parametrize(
    ("record", "table"),
    [(ACCOUNT, "accounts"), (INVOICE, "invoices"), (COUPON, "coupons"), (WEBHOOK, "webhooks")],
)
def test_an_object_lands_in_its_kinds_table_alone_and_in_lines(
    stage: Stage, record: dict[str, Any], table: str
) -> None:
    for data, count in ((text(record), 1), (text(record, record), 2)):
        result = stage(data)
        assert (result.state, result.reason) == ("verified", "")
        assert len(result.rows[table]) == count
        for key, value in record.items():
            assert result.rows[table][-1][key] == (value if isinstance(value, str) else json.dumps(value)), key


def test_a_list_page_lands_its_objects_and_keeps_where_the_next_one_is(stage: Stage) -> None:
    page = {"object": "list", "has_more": True, "next": "/accounts?cursor=1", "data": [ACCOUNT, INVOICE]}
    result = stage(text(page))
    assert (result.state, result.reason) == ("verified", "")
    assert {table: len(rows) for table, rows in result.rows.items()} == {
        "accounts": 1, "invoices": 1, "report_frames": 1,
    }  # fmt: skip
    assert "/accounts?cursor=1" in result.rows["report_frames"][0]["cells"]


def test_amounts_keep_their_digits_and_new_members_are_rescued(stage: Stage) -> None:
    data = text(INVOICE | {"loyalty": 1}).replace(b'"total": 5000.0', b'"total": 5000.10')
    (row,) = stage(data).rows["invoices"]
    assert row["total"] == "5000.10"
    assert json.loads(row["_rescued_data"]) == {"loyalty": 1}


def test_a_rare_kind_keeps_all_its_members_among_the_other_objects(stage: Stage) -> None:
    note = {"id": "n1", "object": "account_note", "message": "hi", "created_at": "2026-01-31T08:30:00Z"}
    (row,) = stage(text(ACCOUNT, note)).rows["other_objects"]
    assert (row["object"], json.loads(row["_rescued_data"])) == ("account_note", {"message": "hi"})


@pytest.mark.parametrize(
    ("record", "key", "value"),
    [
        (INVOICE, "total", "USD 5000"),
        (INVOICE, "created_at", 1769848200),
        (INVOICE, "currency", "840"),
        (INVOICE, "due_at", "31.01.2026"),
    ],
)
def test_a_member_that_is_written_otherwise_refuses_the_file(
    stage: Stage, record: dict[str, Any], key: str, value: object
) -> None:
    result = stage(text(ACCOUNT, record | {key: value}))
    assert (result.state, result.rows) == ("quarantined", {})
    assert key in result.reason
    assert "record 2" in result.reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (export(ROWS["invoices"])[:-30], "cells under"),
        (export(ROWS["invoices"])[:-2] + b",x\r\n", "cells under"),
        (export(ROWS["invoices"] | {"account_name": "4111 1111 1111 1111"}), "visa card number 411111"),
        (text(ACCOUNT)[:-5], "malformed JSON"),
        (text(*[ACCOUNT] * 300, {"id": "ch_1", "object": "charge", "livemode": False}), "record 301"),
        (text(ACCOUNT | {"company": "4111111111111111"}), "visa card number 411111"),
    ],
)
def test_a_damaged_foreign_or_dangerous_file_is_refused_whole(stage: Stage, data: bytes, reason: str) -> None:
    result = stage(data)
    assert (result.state, result.rows) == ("quarantined", {})
    assert reason in result.reason


@pytest.mark.parametrize(
    "foreign",
    [
        {"id": "ch_1", "object": "charge", "livemode": False, "created": 1767225600},
        {"id": "cust_1", "object": "customer", "created_at": 1767225600, "resource_version": 1767225600123},
        {"object": {"payment": {"id": "1", "created_at": "2026-01-31T08:30:00Z"}}},
    ],
)
def test_other_providers_objects_are_not_taken_for_recurlys(foreign: dict[str, Any]) -> None:
    assert not recurly.is_ours(json.dumps(foreign))


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.data())
def test_every_cell_is_in_a_column_or_rescued(stage: Stage, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(ROWS)))
    columns = recurly.PROVIDER.columns[f"export_{name}"]
    needed = [c.name for c in columns if c.is_required]
    free = [c.name for c in columns if not (c.is_required or c.format)]
    extra = data.draw(st.lists(st.sampled_from([*free, "custom_field_a", "New Column"]), unique=True, max_size=6))
    header = list(data.draw(st.permutations(needed + extra)))
    count = data.draw(st.integers(0, 3))
    sent = [ROWS[name] | {key: data.draw(TEXT) for key in extra} for _ in range(count)]
    if any(cards.find(cell) for row in sent for cell in row.values()):
        return
    result = stage(export(*sent, header=header))
    assert (result.state, result.reason) == ("verified", "")
    assert result.verdict.cells == len(header) * len(sent)
    declared = {column.name for column in columns}
    for row, landed in zip(sent, result.rows.get(f"export_{name}", []), strict=True):
        rescued = json.loads(landed["_rescued_data"] or "{}")
        found = {key: landed[key] if key in declared else rescued[key] for key in header}
        assert found == {key: row[key] for key in header}


def test_warehouse_tables_of_a_connector_are_no_exports(stage: Stage, samples: Path) -> None:
    files = sorted(samples.glob("fivetran-recurly/*.csv"))
    assert len(files) == 18
    for path in files:
        result = stage(path)
        assert (result.state, result.rows) == ("quarantined", {}), path.name
        assert "unrecognised" in result.reason, path.name


def test_no_real_file_of_another_provider_is_taken_for_recurlys(samples: Path) -> None:
    files = [path for path in samples.rglob("*.json*") if path.is_file()]
    assert files
    assert [path.name for path in files if recurly.is_ours(path.read_text(errors="ignore")[: 64 << 10])] == []
