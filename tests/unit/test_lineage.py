"""Traces without a server: where is looked, what is read from a row, and that nobody's name or card is shown."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from paylake.cli import app
from paylake.lineage import NotFollowed, Record, Trace
from paylake.lineage.looking import MOST_ROWS, why_not, why_own
from paylake.lineage.places import Place, Wanted, counts_statement, places, rows_statement
from paylake.lineage.records import clean, read_row, shown
from paylake.providers import PROVIDERS
from paylake.providers.mapping import provider_from
from paylake.settings import get_settings

STRIPE = PROVIDERS["stripe"]
CARD = "4111111111111111"


@pytest.fixture(autouse=True)
def own_lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYLAKE_LAKE", str(tmp_path / "lake"))
    get_settings.cache_clear()


def place(provider: str, table: str) -> Place:
    (found,) = places(PROVIDERS[provider], {table})
    return found


def row(of: Place, **cells: str) -> dict[str, str | None]:
    return dict.fromkeys(of.fetched) | cells


def test_tables_without_rows_are_passed_over() -> None:
    assert [found.relation for found in places(STRIPE, {"charges", "nonsense"})] == ["bronze_stripe.charges"]


def test_only_json_is_searched_for_nested_identifiers() -> None:
    report, events = place("stripe", "payout_reconciliation"), place("stripe", "events")
    assert report.nested == ("_rescued_data",)
    assert {"charge_id", "automatic_payout_id"} <= set(report.identifiers)
    assert "description" not in report.identifiers
    assert {"_rescued_data", "data"} <= set(events.nested)
    assert place("paypal", "report_frames").nested == ("cells",)


def test_keys_that_hold_references_are_identifiers_of_json_tables() -> None:
    assert {"id", "balance_transaction", "customer"} <= set(place("stripe", "charges").identifiers)
    assert {"pspReference", "originalReference"} <= set(place("adyen", "notifications").identifiers)


def test_columns_with_a_format_hold_no_json() -> None:
    found = place("braintree", "transactions")
    formatted = {column.name for column in found.columns if column.format}
    assert formatted
    assert formatted.isdisjoint(found.nested)


def test_every_table_of_every_provider_can_be_looked_in() -> None:
    for provider in PROVIDERS.values():
        found = places(provider, provider.tables.keys())
        assert [each.table for each in found] == list(provider.columns)
        assert rows_statement(found, Wanted(("x",), nested="x")).count("select") == len(found)


def test_one_statement_looks_in_all_tables_and_quotes_what_it_looks_for() -> None:
    found = places(STRIPE, {"charges", "events"})
    statement = rows_statement(found, Wanted(("a'b",), ("c",), nested='a"\\'))
    assert statement.count(" union all ") == 1
    assert r"array('a\'b')" in statement
    assert r"""'"a\\"\\\\"'""" in statement
    assert "`id` in ('c')" in statement
    assert "charges" in counts_statement(found, ["x"])


def test_nothing_to_look_for_is_no_statement() -> None:
    frames = places(PROVIDERS["paypal"], {"report_frames"})
    assert rows_statement(frames, Wanted(("x",))) == ""
    assert counts_statement(frames, ["x"]) == ""


def test_a_mapped_providers_identifiers_are_looked_for(project: Path) -> None:
    gr4vy = provider_from((project / "mappings/gr4vy.yml").read_text(), "gr4vy")
    (found,) = places(gr4vy, {"all_transactions"})
    assert {"id", "external_identifier"} <= set(found.identifiers)
    assert not found.has_own
    without = found.of(set(found.fetched) - {"external_identifier", "amount"})
    assert "external_identifier" not in without.identifiers
    assert "amount" not in without.fetched


def test_the_columns_that_match_are_named() -> None:
    of = place("stripe", "payout_reconciliation")
    cells = row(of, source_id="ch_1", charge_id="ch_1", description="ch_1", gross="12.50", currency="eur")
    read = read_row(of, cells, {"ch_1"}, STRIPE.references)
    assert read.found == {"ch_1": ["source_id", "charge_id"]}
    assert read.values == {"gross": "12.50", "currency": "eur"}


def test_nested_json_is_told_by_its_path_and_leads_on() -> None:
    of = place("stripe", "events")
    charge = {
        "id": "ch_1",
        "amount": 1250,
        "balance_transaction": "txn_1",
        "client_secret": "cs_1",
        "status": "succeeded",
        "billing_details": {"name": "Jo", "email": "jo@example.com"},
        "refunds": {"data": [{"charge": "ch_1", "id": "re_1"}]},
    }
    cells = row(of, id="evt_1", type="charge.succeeded", data=json.dumps({"object": charge}))
    read = read_row(of, cells, {"ch_1"}, STRIPE.references)
    assert read.found == {"ch_1": ["data.object.id", "data.object.refunds.data.charge"]}
    assert read.identifiers == {"id": "evt_1", "balance_transaction": "txn_1"}
    assert read.values == {"type": "charge.succeeded", "amount": "1250", "status": "succeeded"}


@pytest.mark.parametrize("text", ['said "ch_1" twice', '{"note": "about ch_1"}', '"ch_1"', "[" * 5_000 + '"ch_1"'])
def test_a_mention_is_no_record(text: str) -> None:
    of = place("stripe", "events")
    assert read_row(of, row(of, data=text), {"ch_1"}, STRIPE.references).found == {}


def test_what_has_no_column_is_found_too() -> None:
    of = place("stripe", "payout_reconciliation")
    cells = row(of, _rescued_data='{"payment_metadata[order_id]": "order-77"}')
    read = read_row(of, cells, {"order-77"}, STRIPE.references)
    assert read.found == {"order-77": ["_rescued_data.payment_metadata[order_id]"]}


def test_an_expanded_object_leads_on_by_its_id() -> None:
    of = place("stripe", "charges")
    read = read_row(of, row(of, id="ch_1", customer='{"id": "cus_1", "name": "Jo"}'), {"ch_1"}, STRIPE.references)
    assert read.identifiers["customer"] == "cus_1"
    assert read_row(of, row(of, customer='{"id": "cus_1"}'), {"cus_1"}, STRIPE.references).found == {
        "cus_1": ["customer.id"]
    }


ABOUT_PEOPLE = re.compile(
    "(name|email|phone|address|zip|postal|postcode|city|street|ip|birth|iban|note|memo|subject)[a-z0-9]*$",
    re.IGNORECASE,
)


@pytest.mark.parametrize("text", ["Jo Doe", "jo.doe@example.com", "12 Main Street", "+49 30 901820", "192.0.2.7"])
def test_no_name_address_or_number_of_a_person_is_shown(text: str) -> None:
    """Whatever stands in the columns of which nothing says how they are written."""
    for provider in PROVIDERS.values():
        for of in places(provider, provider.tables.keys()):
            free = [c.name for c in of.columns if c.format is None and c.name not in of.identifiers]
            assert read_row(of, row(of, **dict.fromkeys(free, text)), {"x"}, provider.references).values == {}


@pytest.mark.parametrize("text", ["10115", "Doe", "1980-01-31"])
def test_columns_about_people_are_not_shown_even_when_they_look_like_an_amount_a_state_or_a_date(text: str) -> None:
    for provider in PROVIDERS.values():
        for of in places(provider, provider.tables.keys()):
            cells = {c.name: text for c in of.columns if c.format is None and ABOUT_PEOPLE.search(c.name)}
            shown_ones = read_row(of, row(of, **cells), {"x"}, provider.references).values
            assert {(provider.name, of.table, name) for name in shown_ones} == set()


@pytest.mark.parametrize(
    "name", ["birth_date", "birthDate", "date_of_birth", "client_secret", "customer_address_state"]
)
def test_some_names_are_never_shown(name: str) -> None:
    of = place("stripe", "events")
    data = json.dumps({"id": "ch_1", name: "1980-01-31", "arrival_date": "2026-01-31"})
    assert read_row(of, row(of, data=data), {"ch_1"}, STRIPE.references).values == {"arrival_date": "2026-01-31"}


def test_cards_addresses_and_secrets_are_masked_where_they_are_shown() -> None:
    assert CARD not in clean(CARD)
    assert shown({"reference": "jo@example.com", "other": "x"}, leave={"x"}) == {"reference": "[address masked]"}
    assert "abc" not in clean("sk_live_abc")
    assert len(clean("x" * 500)) < 100


@pytest.mark.parametrize(
    ("identifier", "is_followed"),
    [("ch_123", True), ("12345", False), (CARD, False), ("x" * 81, False), ("8815329842815468", True)],
)
def test_what_could_be_something_else_is_not_followed(identifier: str, is_followed: bool) -> None:
    assert (why_not(identifier) == "") is is_followed


@pytest.mark.parametrize(
    ("column", "rows", "is_shared"),
    [
        ("balance_transaction", MOST_ROWS, False),
        ("balance_transaction", MOST_ROWS + 1, True),
        ("customer_id", 1, True),
        ("merchant_account_id", 1, True),
        ("merchantReference", 1, False),
        ("automatic_payout_id", 2, True),
        ("destination", 1, True),
        ("destination_payment_id", 1, False),
    ],
)
def test_what_other_payments_share_is_not_followed(column: str, rows: int, is_shared: bool) -> None:
    assert bool(why_own(column, rows)) is is_shared


def record(number: int, **changes: object) -> Record:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    told = {"table": "charges", "file": f"in/{number}.json", "file_id": f"f{number}", "record": number, "batch": 1}
    return Record(**{"hop": 0, "landed_at": at, "found": {"ch_1": ["id"]}, **told, **changes})


TRACE = Trace(
    "stripe",
    "ch_1",
    (record(1, record=4), record(1, record=9), record(2, identifiers={"id": "x"}, values={"amount": "5"})),
    (NotFollowed("cus_1", "customer", "others have it"),),
    ("bronze_stripe.charges",),
)


def test_records_are_grouped_by_file() -> None:
    assert [[one.record for one in own] for _, own in TRACE.by_file()] == [[4, 9], [2]]


def test_a_notebook_gets_a_row_for_each_record() -> None:
    table = TRACE.to_arrow()
    assert table.num_rows == 3
    assert table.column("record").to_pylist() == [4, 9, 2]
    assert dict(table.column("values").to_pylist()[2]) == {"amount": "5"}


def test_a_program_gets_json() -> None:
    found = json.loads(json.dumps(TRACE.to_dict()))
    assert found["records"][0]["landed_at"] == "2026-03-01T00:00:00+00:00"
    assert found["not_followed"] == [{"identifier": "cus_1", "column": "customer", "reason": "others have it"}]


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["trace", *arguments])
    return result.exit_code, result.output


@pytest.mark.parametrize("text", [CARD, "4111 1111 1111 1111", f"card {CARD}"])
def test_a_card_number_is_refused_and_not_echoed(text: str) -> None:
    code, output = run("stripe", text)
    assert code == 2
    assert "card number" in output
    assert "1111" not in output


def test_an_unknown_provider_is_told_the_known_ones() -> None:
    code, output = run("strip", "ch_1")
    assert (code, "stripe" in output) == (2, True)


def test_without_a_server_it_says_how_to_start_one() -> None:
    code, output = run("stripe", "ch_1")
    assert (code, "paylake up" in output) == (4, True)


def test_the_command_prints_files_records_and_what_was_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paylake.lineage.trace", lambda *_, **__: TRACE)
    code, output = run("stripe", "ch_1")
    assert code == 0
    assert output.index("in/1.json") < output.index("in/2.json")
    assert "not followed: cus_1 (customer): others have it" in output
    assert "3 records in 2 files" in output
    assert json.loads(run("stripe", "ch_1", "--json")[1])["identifier"] == "ch_1"
