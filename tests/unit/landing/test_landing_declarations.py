"""Files read by their declarations: a failing test means that a file lands elsewhere, in part, or misunderstood."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest

from paylake.landing import documents
from paylake.providers import PROVIDERS, Provider, Refused
from paylake.providers.formats import CURRENCY, DECIMAL, ISO_DATE, UNSIGNED_MINOR
from paylake.providers.layouts import delimited
from paylake.providers.provider import Block, Column, Documents, Export, Frame, column, keys
from paylake.providers.text import Lines

CARD = "4242424242424242"
SALES: tuple[Column, ...] = (
    column("Sale ID", "Order ID", required=True, identifier=True),
    column("Sold On", format=ISO_DATE, required=True),
    column("Currency", format=CURRENCY, required=True),
    column("Net Amount", "Amount", format=DECIMAL, required=True),
    column("Bank Reference", identifier=True),
    column("Note"),
)


def is_total(row: Sequence[str]) -> str | None:
    return "total" if row[0] == "Total" else None


def table_of(cells: Mapping[str, str], frame: Mapping[str, str]) -> str | None:
    if "foreign" in cells:
        raise Refused("a record of another shop")
    if "sale" in cells:
        return "sale_objects"
    return "notifications" if "payload" in cells else None


def totals(lines: Lines, export: Export, check_totals: bool) -> Iterator[Block | Frame]:
    rows = 0
    for part in delimited(";", frame_of=is_total, may_lack=2)(lines, export, check_totals):
        rows += len(part) if isinstance(part, Block) else 0
        if check_totals and isinstance(part, Frame) and part.kind == "total" and int(part.cells[1]) != rows:
            raise Refused(f"the total says {part.cells[1]} rows, and there are {rows}", part.record, is_releasable=True)
        yield part


SHOP = Provider(
    "shop",
    "bronze_shop",
    exports=(
        Export("sales", {"sales": SALES}, totals, encoding="cp1252"),
        Export("visits", {"visits": (column("Visit", required=True), column("Day"))}, delimited("\t"), "utf-16"),
    ),
    documents=Documents(
        {
            "sale_objects": (*keys("shop sale"), Column("amount", ("amount",), UNSIGNED_MINOR)),
            "notifications": keys("shop payload"),
        },
        lambda head: '"shop"' in head,
        table_of,
        lists=("edges", "items"),
        encoded=("payload",),
    ),
)

HEADER = "Sale ID;Sold On;Currency;Net Amount;Bank Reference;Note"
ROW = "A1;2026-01-31;EUR;-10.50;99;hello"


@pytest.fixture(autouse=True)
def shop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PROVIDERS, SHOP.name, SHOP)


def lines(*rows: str) -> bytes:
    return "\n".join([*rows, ""]).encode("cp1252")


def test_preamble_blank_lines_short_rows_and_totals_are_accounted_for(stage: Callable[..., Any]) -> None:
    result = stage(lines("Café report;2026", "", HEADER, ROW, "", "A2;2026-02-01;EUR;1;", "Total;2"))
    assert result.state == "verified", result.reason
    assert [(r["_record"], r["sale_id"], r["note"]) for r in result.rows["sales"]] == [
        (2, "A1", "hello"),
        (3, "A2", ""),
    ]
    frames = [(r["_record"], r["export"], r["kind"], json.loads(r["cells"])) for r in result.rows["report_frames"]]
    assert frames == [(1, "sales", "preamble", ["Café report", "2026"]), (4, "sales", "total", ["Total", "2"])]
    assert (result.verdict.cells, result.verdict.rescued) == (2 * 6 + 4, 0)


def test_old_and_new_names_of_a_column_are_one_column_and_the_newest_wins(stage: Callable[..., Any]) -> None:
    old = stage(lines("Order ID;Sold On;Currency;Amount", "A1;2026-01-31;EUR;1")).rows["sales"][0]
    assert (old["sale_id"], old["net_amount"], old["note"]) == ("A1", "1", None)
    both = stage(lines("Amount;Order ID;Sold On;Currency;Net Amount", "1;A1;2026-01-31;EUR;2")).rows["sales"][0]
    assert (both["net_amount"], json.loads(both["_rescued_data"])) == ("2", {"Amount": "1"})


def test_a_name_that_appears_twice_and_one_without_a_column_go_to_rescue_with_a_notice(
    stage: Callable[..., Any],
) -> None:
    result = stage(lines(f"{HEADER};Note;New;Note#2", f"{ROW};again;1;2"))
    assert json.loads(result.rows["sales"][0]["_rescued_data"]) == {"Note#3": "again", "New": "1", "Note#2": "2"}
    assert result.verdict.notices == ["no column for 'Note#3', 'New', 'Note#2': the cells are in _rescued_data"]
    assert stage(lines(HEADER, ROW)).verdict.notices == []


@pytest.mark.parametrize(
    ("data", "reason", "is_releasable"),
    [
        (lines(HEADER, ROW, ROW.replace("-10.50", "10,50")), "record 2: '10,50' in column 'Net Amount' is not", True),
        (lines(HEADER, ROW.replace("2026-01-31", "31/01/2026")), "'31/01/2026' in column 'Sold On'", True),
        (lines(HEADER, ROW.replace("10.50", "1.05E+03")), "'-1.05E+03' in column 'Net Amount'", True),
        (lines(HEADER, ROW, "Total;2"), "record 2: the total says 2 rows, and there are 1", True),
        (lines(HEADER, ROW, "A2;2026-02-01;EUR"), "record 2: 3 cells under 6 names", False),
        (lines(HEADER, ROW, f"{ROW};more"), "record 2: 7 cells under 6 names", False),
        (lines(HEADER, ROW, 'A2;2026-02-01;EUR;1;2;"open'), "record 2: malformed CSV", False),
        (lines(f"{CARD};x", HEADER, ROW), "visa card number 424242******4242 in a preamble", False),
        (lines("Sale ID;Sold On;Currency;Net"), "shop sales: a header without the column(s) Net Amount", False),
        (b'{"shop":1,"sale":1,"amount":"-5"}', "record 1: '-5' in column 'amount'", True),
        (b'{"shop":1,"sale":1}\n{"foreign":1}', "record 2: a record of another shop", False),
        (b'{"shop":1,"sale":1}\n{"other":{"x":1}}', "record 2: an object that is no known record", False),
        (b'{"shop":1,"payload":"%s"}' % base64.b64encode(b'{"a":["x %s"]}' % CARD.encode()), "visa card number", False),
        (
            b'{"shop":1,"payload":"e30.%s.x"}' % base64.urlsafe_b64encode(b'{"a":"%s"}' % CARD.encode()).rstrip(b"="),
            "visa card number",
            False,
        ),
    ],
)  # fmt: skip
def test_what_changed_its_meaning_is_refused_and_says_whether_a_person_may_let_it_in(
    stage: Callable[..., Any], data: bytes, reason: str, is_releasable: bool
) -> None:
    result = stage(data)
    assert (result.state, result.rows) == ("quarantined", {})
    assert reason in result.reason
    assert result.verdict.is_releasable == is_releasable
    assert stage(data, released=True).state == ("verified" if is_releasable else "quarantined")
    assert CARD not in result.reason


def test_numbers_that_a_spreadsheet_damaged_are_kept_and_told(stage: Callable[..., Any]) -> None:
    damaged = ROW.replace("99", "1.2302025304E+022")
    result = stage(lines(HEADER, ROW, damaged, damaged))
    assert result.rows["sales"][1]["bank_reference"] == "1.2302025304E+022"
    assert result.verdict.notices == [
        "a spreadsheet damaged numbers in column 'Bank Reference' (cells: 2, the first in record 2): "
        "they are kept as sent"
    ]
    assert stage(lines(HEADER, ROW.replace("hello", "1.2E+5"))).verdict.notices == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-8"])
def test_a_byte_order_mark_says_more_than_the_declaration(stage: Callable[..., Any], encoding: str) -> None:
    data = "Visit\tDay\nZoë\t1\n".encode(encoding)
    for sent in (data, gzip.compress(data)):
        assert [row["visit"] for row in stage(sent).rows["visits"]] == ["Zoë"]


def test_half_a_character_of_utf_16_is_damage(stage: Callable[..., Any]) -> None:
    assert "not UTF-16" in stage("Visit\tDay\nZoë\t1\n".encode("utf-16") + b"\x00").reason


GRAPH = {"data": {"search": {"sales": {"pageInfo": {"next": "x"}, "edges": [{"node": {"sale": n}} for n in (1, 2)]}}}}


@pytest.mark.parametrize(
    ("sent", "keys", "pages"),
    [
        ({"shop": 1, "items": [{"sale": 1}, {"sale": 2}]}, [None, None], [{"shop": 1}]),
        ({"items": [{"sale": 1, "shop": 1}, {"sale": {}}]}, [None, None], []),
        ({"shop": 1, "items": []}, [], [{"shop": 1}]),
        ({"shop": GRAPH}, [["shop", "search", "sales", "node"]] * 2, [{"pageInfo": {"next": "x"}}]),
        ({"items": [{"a": {"sale": 1}, "b": {"sale": 2}}], "shop": 1}, [["a"], ["b"]], [{"shop": 1}]),
        ({"shop": 5, "time": 1, "data": {"sale": 1}}, [None], []),
    ],
)
@pytest.mark.parametrize("whole", [4 << 20, 10])
def test_records_are_found_in_pages_maps_and_envelopes_of_any_size(
    stage: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, sent: Any, keys: list[Any], pages: list[Any], whole: int
) -> None:
    monkeypatch.setattr(documents, "WHOLE", whole)
    result = stage(json.dumps(sent).encode())
    assert result.state == "verified", result.reason
    rescued = [json.loads(row["_rescued_data"] or "{}") for row in result.rows.get("sale_objects", [])]
    assert [row.get("$frame", {}).get("key") for row in rescued] == keys
    found = [json.loads(row["cells"])[0] for row in result.rows.get("report_frames", [])]
    assert [{k: v for k, v in page.items() if k != "key"} for page in found] == pages


def test_an_envelope_frames_its_record(stage: Callable[..., Any]) -> None:
    row = stage(b'{"shop":5,"extra":{"x":[1]},"data":{"sale":1}}').rows["sale_objects"][0]
    assert json.loads(row["_rescued_data"]) == {"$frame": {"shop": 5, "extra": {"x": [1]}}}


@pytest.mark.parametrize(
    "name", ["CVV", "Card CVV2", "cvc", "CID", "cardSecurityCode", "card_verification_value", "cvc2"]
)
def test_card_verification_values_are_never_stored_nor_shown(stage: Callable[..., Any], name: str) -> None:
    refused = [stage(lines(f"{HEADER};{name}", f"{ROW};", f"{ROW};737"))]
    refused.append(stage(json.dumps({"shop": 1, "sale": {"card": [{name: "737"}]}}).encode()))
    refused.append(stage(json.dumps({"shop": 1, "sale": {"card": [{name: 737, "\u00e9": '"'}]}}).encode()))
    for result in refused:
        assert (result.state, result.rows, result.verdict.is_releasable) == ("quarantined", {}, False)
        assert "card verification values" in result.reason
        assert "737" not in result.reason
    assert stage(lines(f"{HEADER};{name}", f"{ROW};", f"{ROW};***")).state == "verified"
    assert stage(json.dumps({"shop": 1, "sale": {name: None}}).encode()).state == "verified"


VALUES = [{"cvv": ["737"]}, {"cvv": {"v": 737}}, {"cvv2": [{"status": "M", "v": "737"}]}, {"note": '{"cvv": "737"}'}]
RESULTS = [{"cvv": {"status": "100", "length": 3}}, {"cvv": [None, "***"]}, {"cvv_result": ["1"]}]


def around(card: dict[str, Any]) -> list[bytes]:
    """The object in a JSON record, and in a cell of a text export."""
    quoted = json.dumps({"card": card}).replace('"', '""')
    return [json.dumps({"shop": 1, "sale": [card]}).encode(), lines(HEADER, f'{ROW.removesuffix("hello")}"{quoted}"')]


@pytest.mark.parametrize("card", VALUES)
def test_card_verification_values_are_found_at_any_depth(stage: Callable[..., Any], card: dict[str, Any]) -> None:
    for result in map(stage, around(card)):
        assert (result.state, result.verdict.is_releasable) == ("quarantined", False)
        assert "card verification values" in result.reason
        assert "737" not in result.reason


@pytest.mark.parametrize("card", RESULTS)
def test_what_only_tells_of_card_verification_values_is_kept(stage: Callable[..., Any], card: dict[str, Any]) -> None:
    assert [stage(data).state for data in around(card)] == ["verified", "verified"]


def test_a_card_number_in_escapes_is_found_in_every_json(stage: Callable[..., Any]) -> None:
    for data in around({"pan": CARD}):
        escaped = data.replace(CARD.encode(), b"\\u0034" + CARD[1:].encode())
        assert "visa card number" in stage(escaped).reason


@pytest.mark.parametrize(
    "name",
    ["cvc_check", "CVV response code", "cvvResultCode", "CVC2 Response", "CVV Match", "decided", "bank security code"],
)
def test_results_of_checks_are_kept(stage: Callable[..., Any], name: str) -> None:
    assert stage(lines(f"{HEADER};{name}", f"{ROW};100")).state == "verified"
    assert stage(json.dumps({"shop": 1, "sale": {name: "100"}}).encode()).state == "verified"
