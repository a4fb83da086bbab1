"""Providers described by YAML: a failing test means that a mapping says one thing and landing does another."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paylake.errors import UsageError
from paylake.landing import cards
from paylake.providers import PROVIDERS, Provider
from paylake.providers.known import known_providers, read_mappings, version_of
from paylake.providers.mapping import provider_from
from paylake.settings import Settings

Stage = Callable[..., Any]

SHOP = """
provider: shop
exports:
  payments:
    columns:
      Payment: {required: true, identifier: true}
      Paid: {type: date, dates: ["%d/%m/%Y %H:%M %Z", "%Y-%m-%d"], required: true}
      Amount: {type: money, unit: minor, required: true}
      Fee: {type: money, unit: major, unsigned: true, thousands_mark: ","}
      Rate: decimal
      Tries: {type: integer, unsigned: true}
      Currency: {type: currency, formerly: [Ccy, Cur.]}
      Country: country
      no:
      Text (free): {name: note}
"""
HEADER = ["Payment", "Paid", "Amount", "Fee", "Rate", "Tries", "Currency", "Country", "no", "Text (free)"]
ROW = ["p1", "31/01/2026 08:30 CET", "-1050", "1,234.50", "-.5", "2", "EUR", "DE", "1", "hello"]


def shop(text: str = SHOP) -> dict[str, Provider]:
    return {"shop": provider_from(text, "shop.yml")}


def lines(*rows: list[str], delimiter: str = ",") -> bytes:
    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"'

    return "".join(delimiter.join(map(quoted, row)) + "\r\n" for row in rows).encode()


def changed(name: str, cell: str) -> list[str]:
    return [cell if column == name else before for column, before in zip(HEADER, ROW, strict=True)]


def test_an_export_lands_as_its_mapping_says(stage: Stage) -> None:
    result = stage(lines(HEADER, ROW, changed("Paid", "2026-01-31")), providers=shop())
    assert (result.state, result.reason) == ("verified", "")
    first, second = result.rows["payments"]
    names = ["payment", "paid", "amount", "fee", "rate", "tries", "currency", "country", "no", "note"]
    assert [first[name] for name in names] == ROW
    assert second["paid"] == "2026-01-31"
    assert first["_rescued_data"] is None


def test_columns_are_found_by_their_former_names_in_any_order_and_may_be_absent(stage: Stage) -> None:
    header = ["Cur.", "Amount", "Paid", "Payment"]
    (row,) = stage(lines(header, ["EUR", "5", "2026-01-31", "p1"]), providers=shop()).rows["payments"]
    assert (row["currency"], row["amount"], row["payment"], row["fee"]) == ("EUR", "5", "p1", None)


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("Paid", "01/31/2026 08:30 CET"),
        ("Paid", "31/01/2026 08:30"),
        ("Paid", "1769848200"),
        ("Amount", "10.50"),
        ("Amount", "10,50"),
        ("Fee", "-1.50"),
        ("Fee", "1.234,50"),
        ("Fee", "1,23.50"),
        ("Fee", "$1.50"),
        ("Rate", "5%"),
        ("Rate", "1,5"),
        ("Tries", "-1"),
        ("Tries", "two"),
        ("Currency", "EURO"),
        ("Country", "DEU"),
    ],
)
def test_a_cell_that_is_written_otherwise_refuses_the_file(stage: Stage, name: str, cell: str) -> None:
    result = stage(lines(HEADER, ROW, changed(name, cell)), providers=shop())
    assert (result.state, result.rows) == ("quarantined", {})
    assert name.lower() in result.reason.lower()
    assert "record 2" in result.reason


@pytest.mark.parametrize("name", ["Paid", "Amount", "Fee", "Rate", "Tries", "Currency", "Country"])
def test_an_empty_cell_fits_every_type(stage: Stage, name: str) -> None:
    assert stage(lines(HEADER, changed(name, ""), changed(name, " ")), providers=shop()).state == "verified"


def test_a_decimal_comma_is_no_decimal_point(stage: Stage) -> None:
    european = "unit: major, decimal_mark: ',', thousands_mark: '.'"
    mapped = SHOP.replace('unit: major, unsigned: true, thousands_mark: ","', european)
    assert mapped != SHOP
    for cell, state in [("1.234,50", "verified"), ("-1234,5", "verified"), ("1,234.50", "quarantined")]:
        assert stage(lines(HEADER, changed("Fee", cell)), providers=shop(mapped)).state == state, cell


def test_a_missing_required_column_refuses_the_file_by_name(stage: Stage) -> None:
    mapped = SHOP.replace("Currency: {", "Currency: {required: true, ")
    result = stage(lines(["Payment", "Paid", "Currency"], ["p1", "2026-01-31", "EUR"]), providers=shop(mapped))
    assert (result.state, result.rows) == ("quarantined", {})
    assert "Amount" in result.reason


def test_delimiter_encoding_preamble_and_trailer(stage: Stage) -> None:
    mapped = SHOP.replace(
        "    columns:", '    delimiter: "\\t"\n    encoding: windows-1252\n    trailers: [Total, End]\n    columns:'
    )
    text = "Shop Zürich\r\n\r\nPayment\tPaid\tAmount\tText (free)\r\np1\t2026-01-31\t5\tGrüße\r\nTotal: 5\r\nEnd\t1\r\n"
    result = stage(text.encode("windows-1252"), providers=shop(mapped))
    assert (result.state, result.reason) == ("verified", "")
    assert [row["note"] for row in result.rows["payments"]] == ["Grüße"]
    frames = result.rows["report_frames"]
    assert [(row["export"], row["kind"], json.loads(row["cells"])) for row in frames] == [
        ("payments", "preamble", ["Shop Zürich"]),
        ("payments", "trailer", ["Total: 5"]),
        ("payments", "trailer", ["End", "1"]),
    ]


def test_only_declared_identifiers_may_look_like_cards(stage: Stage) -> None:
    assert stage(lines(HEADER, changed("Payment", "4111111111111111")), providers=shop()).state == "verified"
    result = stage(lines(HEADER, changed("Text (free)", "4111111111111111")), providers=shop())
    assert (result.state, "411111" in result.reason) == ("quarantined", True)
    assert "4111111111111111" not in result.reason


def test_without_its_mapping_the_file_is_unrecognised(stage: Stage) -> None:
    result = stage(lines(HEADER, ROW), providers={})
    assert (result.state, "unrecognised" in result.reason) == ("quarantined", True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the file: keys and values"),
        ("- a", "the file: keys and values"),
        ("provider: [", "line 1"),
        ("provider: a\nprovider: b", "line 1: the key 'provider' appears twice"),
        (SHOP.replace("provider: shop", "provider: Shop"), "provider: "),
        (SHOP.replace("exports:", "export:"), "export: no such key"),
        (SHOP.replace("  payments:", "  report_frames:"), "exports: "),
        (SHOP.replace("    columns:", "    delimeter: ;\n    columns:"), "exports.payments.delimeter: no such key"),
        (SHOP.replace("    columns:", "    delimiter: ;;\n    columns:"), "exports.payments.delimiter: "),
        (SHOP.replace("    columns:", "    encoding: latin-99\n    columns:"), "no encoding is called 'latin-99'"),
        (SHOP.replace("    columns:", "    encoding: rot13\n    columns:"), "no encoding is called 'rot13'"),
        (SHOP.replace("Rate: decimal", "Rate: float"), "exports.payments.columns.Rate.type: "),
        (SHOP.replace("Rate: decimal", "Rate: {typ: decimal}"), "exports.payments.columns.Rate.typ: no such key"),
        (SHOP.replace("Rate: decimal", "Rate: money"), "exports.payments.columns.Rate: money needs a unit"),
        (SHOP.replace("Rate: decimal", "Rate: {type: decimal, unit: minor}"), "money needs a unit"),
        (SHOP.replace("Rate: decimal", "Rate: date"), "a date needs dates"),
        (SHOP.replace("Rate: decimal", "Rate: {dates: '%Y'}"), "a date needs dates"),
        (SHOP.replace("Rate: decimal", "Rate: {type: date, dates: YYYY-MM-DD}"), "'YYYY-MM-DD' is no layout"),
        (SHOP.replace("Rate: decimal", "Rate: {type: text, unsigned: true}"), "only numbers are unsigned"),
        (SHOP.replace("Rate: decimal", "Rate: {type: integer, decimal_mark: ','}"), "marks belong to"),
        (SHOP.replace("Rate: decimal", "Rate: {type: decimal, thousands_mark: .}"), "are the same"),
        (SHOP.replace("Rate: decimal", "Rate: {required: perhaps}"), "exports.payments.columns.Rate.required: "),
        (SHOP.replace("Rate: decimal", "Rate: decimal\n      Rate: text"), "the key 'Rate' appears twice"),
        (SHOP.replace("Rate: decimal", "Rate: {formerly: Fee}"), "the header 'Fee' is named twice"),
        (SHOP.replace("Rate: decimal", "fee: text"), "two columns would be called 'fee'"),
        (SHOP.replace("Rate: decimal", "料率: decimal"), "'料率' would be called ''"),
        (SHOP.replace("Rate: decimal", "Rate: {name: _batch}"), "would be called '_batch'"),
        (SHOP.replace(", required: true}", "}"), "1 required: by at least 3"),
    ],
)
def test_a_mistake_is_told_with_the_file_and_the_key(text: str, told: str) -> None:
    with pytest.raises(UsageError) as refused:
        provider_from(text, "mappings/shop.yml")
    assert str(refused.value).startswith("mappings/shop.yml: ")
    assert told in str(refused.value)


def test_a_folder_is_read_in_the_order_of_names_and_no_provider_is_described_twice(tmp_path: Path) -> None:
    assert read_mappings(tmp_path / "none") == {}
    for name in ("b.yml", "a.yaml"):
        (tmp_path / name).write_text(SHOP.replace("shop", name[0]))
    assert list(read_mappings(tmp_path)) == ["a", "b"]
    for name in ("a", "stripe", "ops"):
        (tmp_path / "c.yml").write_text(SHOP.replace("provider: shop", f"provider: {name}"))
        with pytest.raises(UsageError, match=f"c.yml: provider: there is already a provider '{name}'"):
            read_mappings(tmp_path, PROVIDERS)


def test_the_providers_of_a_project_are_the_modules_and_then_its_mappings(tmp_path: Path) -> None:
    (tmp_path / "described").mkdir()
    (tmp_path / "described" / "shop.yml").write_text(SHOP)
    found = known_providers(Settings(project=tmp_path, mappings=Path("described")))
    assert list(found) == [*PROVIDERS, "shop"]
    assert list(known_providers(Settings(project=tmp_path))) == list(PROVIDERS)
    versions = {version_of(PROVIDERS), version_of(found), version_of(PROVIDERS | shop(SHOP + "# changed"))}
    assert len(versions) == 3
    with pytest.raises(UsageError, match="nowhere"):
        known_providers(Settings(project=tmp_path, mappings=Path("nowhere")))


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.data())
def test_every_cell_is_in_a_column_or_rescued(stage: Stage, data: st.DataObject) -> None:
    extra = data.draw(st.lists(st.sampled_from(["no", "Text (free)", "new", "Other One"]), unique=True))
    header = list(data.draw(st.permutations(["Payment", "Paid", "Amount", *extra])))
    fixed = {"Payment": "p1", "Paid": "2026-01-31", "Amount": "5"}
    sent = [fixed | {name: data.draw(TEXT) for name in extra} for _ in range(data.draw(st.integers(0, 3)))]
    if any(cards.find(cell) for row in sent for cell in row.values()):
        return
    result = stage(lines(header, *([row[name] for name in header] for row in sent)), providers=shop())
    assert (result.state, result.reason) == ("verified", "")
    assert result.verdict.cells == len(header) * len(sent)
    places = {"Payment": "payment", "Paid": "paid", "Amount": "amount", "no": "no", "Text (free)": "note"}
    for row, landed in zip(sent, result.rows.get("payments", []), strict=True):
        rescued = json.loads(landed["_rescued_data"] or "{}")
        assert {name: landed[places[name]] if name in places else rescued[name] for name in header} == row


def test_the_real_files_of_gr4vy(stage: Stage, project: Path, samples: Path) -> None:
    mapped = read_mappings(project / "mappings", PROVIDERS)
    found = {}
    for path in sorted(samples.glob("smashpig/gravy/*.csv")):
        result = stage(path, providers=PROVIDERS | mapped)
        assert (result.state, result.reason) == ("verified", "")
        rows = result.rows["all_transactions"]
        assert result.verdict.cells == 50 * len(rows)
        assert {row["_rescued_data"] for row in rows} == {None}
        found[path.stem] = [(row["currency"], row["amount"], row["status"]) for row in rows]
    failed = [("USD", "1000", "authorization_failed"), ("USD", "1000", "authorization_declined")]
    captured = ("USD", "1000", "capture_succeeded")
    assert found == {
        "all_transactions_report": [captured, ("JPY", "5000", "capture_succeeded"), *failed],
        "all_transactions_report_no_captured_trnxs": failed,
        "all_transactions_report_refund": [captured, *failed],
    }


def test_no_real_file_of_another_provider_is_taken_for_gr4vys(stage: Stage, project: Path, samples: Path) -> None:
    mapped = read_mappings(project / "mappings", PROVIDERS)
    files = [path for path in samples.rglob("*.csv") if path.parent.name != "gravy"]
    assert files
    assert [path.name for path in files if stage(path, providers=mapped).state == "verified"] == []
