"""PayPal's exports: a failing test means that a cell is lost, or that a report that does not tie or end gets in."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paylake.landing import cards
from paylake.providers import paypal

Stage = Callable[..., Any]
Row = dict[str, str]

SETTLEMENT = [c.headers[0] for c in paypal.SETTLEMENT]
DETAIL = [c.headers[0] for c in paypal.TRANSACTION_DETAIL]
AGREEMENTS = [c.headers[0] for c in paypal.SUBSCRIPTION_AGREEMENTS]
SALE = {
    "CH": "SB",
    "Transaction ID": "1V551844CE5526421",
    "Invoice ID": "order-1",
    "Transaction Event Code": "T0006",
    "Transaction Initiation Date": "2026/01/06 00:00:30 -0800",
    "Transaction Completion Date": "2026/01/06 00:00:30 -0800",
    "Transaction Debit or Credit": "CR",
    "Gross Transaction Amount": "1000",
    "Gross Transaction Currency": "USD",
    "Fee Debit or Credit": "DR",
    "Fee Amount": "59",
    "Fee Currency": "USD",
}
REFUND = SALE | {
    "Transaction ID": "8WG23468CX793000L",
    "Transaction Event Code": "T1107",
    "Transaction Debit or Credit": "DR",
    "Gross Transaction Amount": "400",
    "Fee Debit or Credit": "CR",
    "Fee Amount": "11",
}
YEN = SALE | {
    "Gross Transaction Amount": "15000",
    "Gross Transaction Currency": "JPY",
    "Fee Amount": "700",
    "Fee Currency": "JPY",
}
AGREEMENT = {
    "CH": "SB",
    "Subscription ID": "S-7J123456DS987654B",
    "Subscription Action Type": "S0000",
    "Subscription Currency": "EUR",
    "Subscription Creation Date": "2026/01/06 01:00:00 -0800",
    "Subscription Period 3": "1 M",
    "Period 3 Amount": "300",
    "Recurring": "Y",
    "Recurrence number": "-1",
}


def text(lines: Sequence[Sequence[str]], end: str = "\n") -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(lines)
    return out.getvalue().encode()


def cells(header: Sequence[str], row: Row) -> list[str]:
    return [row.get(name, "") for name in header]


def footers(kind: str, rows: Sequence[Row]) -> list[list[str]]:
    """Footers of a settlement report as PayPal writes them: totals and six balances per currency, count of all rows."""
    sums: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        for part in ("Gross Transaction", "Fee"):
            sign = row["Transaction Debit or Credit" if part == "Gross Transaction" else "Fee Debit or Credit"]
            sums[row["Gross Transaction Currency"], part, sign] += int(row[f"{part} Amount"])
    said = [
        [
            kind,
            currency,
            *(str(sums[currency, part, sign]) for part in ("Gross Transaction", "Fee") for sign in ("CR", "DR")),
        ]
        for currency in dict.fromkeys(row["Gross Transaction Currency"] for row in rows)
    ]
    return [[*line, *["CR", "0"] * 6, str(len(rows))] for line in said]


def settlement(*sections: Sequence[Row], header: Sequence[str] = SETTLEMENT, number: str = "01") -> list[list[str]]:
    """A whole settlement report, one section an account."""
    every = [row for section in sections for row in section]
    lines = [["RH", "2026/01/07 02:05:05 -0800", "A", "EZ782AXEUJUW8", "009", ""], ["FH", number]]
    for section in sections:
        lines += [["SH", "2026/01/06 00:00:00 -0800", "2026/01/06 23:59:59 -0800", "EZ782AXEUJUW8", ""], list(header)]
        lines += [cells(header, row) for row in section]
        lines += [*footers("SF", section), ["SC", str(len(section))]]
    return [*lines, *footers("RF", every), ["RC", str(len(every))], ["FF", str(len(every))]]


def excerpt(header: Sequence[str], *rows: Row) -> bytes:
    return text([header, *(cells(header, row) for row in rows)])


def test_a_whole_settlement_report_lands_with_its_frames(stage: Stage) -> None:
    lines = settlement([SALE, REFUND, YEN], [SALE])
    result = stage(b"\xef\xbb\xbf" + text(lines, "\r\n"))
    assert (result.state, result.reason) == ("verified", "")
    rows, frames = result.rows["settlement"], result.rows["report_frames"]
    assert [row["gross_transaction_amount"] for row in rows] == ["1000", "400", "15000", "1000"]
    assert [row["fee_debit_or_credit"] for row in rows] == ["DR", "CR", "DR", "DR"]
    assert all(row["record_type"] == "SB" and row["store_id"] == "" for row in rows)
    assert [json.loads(frame["cells"]) for frame in frames] == [line for line in lines if line[0] not in ("CH", "SB")]
    assert {frame["export"] for frame in frames} == {"settlement"}
    begins = [frame["_record"] for frame in frames if frame["kind"] == "SH"]
    assert [lines[at - 1][0] for at in begins] == ["SH", "SH"]
    assert [sum(at < row["_record"] for at in begins) for row in rows] == [1, 1, 1, 2]
    assert result.verdict.cells == sum(len(line) for line in lines if line[0] != "CH")


@pytest.mark.parametrize(
    ("kind", "at", "said", "reason"),
    [
        ("SF", 2, "1001", "the footer SF of the section says 1001 USD of gross credits, its rows come to 1000"),
        ("SF", 3, "0", "SF of the section says 0 USD of gross debits, its rows come to 400"),
        ("SF", 4, "59", "SF of the section says 59 USD of fee credits, its rows come to 11"),
        ("SF", 5, "58", "SF of the section says 58 USD of fee debits, its rows come to 59"),
        ("SF", 18, "4", "SF of the section, USD, says 4 rows, there are 2 or 3"),
        ("SC", 1, "4", "SC of the section says 4 rows, there are 3"),
        ("RF", 2, "1", "RF of the report says 1 USD of gross credits"),
        ("RC", 1, "2", "RC of the report says 2 rows, there are 3"),
        ("FF", 1, "2", "FF of the file says 2 rows, there are 3"),
        ("SF", 1, "EUR", "SF of the section says 1000 EUR of gross credits, its rows come to 0"),
        ("SF", 2, "10.00", "SF of the section is not written as PayPal's specification says"),
    ],
)
def test_a_footer_that_differs_from_the_rows_keeps_the_report_out(
    stage: Stage, kind: str, at: int, said: str, reason: str
) -> None:
    lines = settlement([SALE, REFUND, YEN])
    next(line for line in lines if line[0] == kind)[at] = said
    result = stage(text(lines))
    assert (result.state, result.rows, result.verdict.is_releasable) == ("quarantined", {}, True)
    assert reason in result.reason


def test_a_row_that_went_missing_is_noticed_even_where_its_footers_are_gone_too(stage: Stage) -> None:
    lines = [line for line in settlement([SALE, REFUND, YEN]) if line[:2] not in (["SF", "JPY"], ["RF", "JPY"])]
    assert "SC of the section comes without a total of JPY" in stage(text(lines)).reason
    lines = settlement([SALE, REFUND])
    lines.remove(cells(SETTLEMENT, REFUND))
    assert "of gross debits, its rows come to 0" in stage(text(lines)).reason


def test_counts_by_currency_are_known_too(stage: Stage) -> None:
    lines = settlement([SALE, REFUND, YEN])
    for line in lines:
        if line[0] in ("SF", "RF"):
            line[-1] = {"USD": "2", "JPY": "1"}[line[1]]
    assert stage(text(lines)).state == "verified"


def test_a_report_whose_end_is_missing_stays_out(stage: Stage) -> None:
    lines = settlement([SALE, REFUND])
    assert stage(text(lines)).state == "verified"
    for length in range(5, len(lines)):
        result = stage(text(lines[:length]))
        assert (result.state, result.verdict.is_releasable) == ("quarantined", True)
        assert "ends without its footer (FF)" in result.reason
    assert "ends without its footer (SF, SC, RF, RC, FF)" in stage(text(lines[2:5])).reason
    assert stage(text(lines[2:8])).state == "verified"
    assert stage(text(lines[3:5])).state == "verified", "an excerpt without any frame says of no end that it has"


def test_the_second_file_of_a_report_is_checked_by_its_own_footer_only(stage: Stage) -> None:
    first, second = settlement([SALE, REFUND, YEN])[:5], settlement([SALE, REFUND, YEN], number="02")
    del second[4]  # the first row, which the first file has
    assert stage(text([*first, ["FF", "1"]])).state == "verified"
    assert "FF of the file says 3 rows, there are 2" in stage(text(second)).reason
    second[-1][1] = "2"
    assert stage(text(second)).state == "verified"


def test_totals_and_ends_are_not_checked_in_a_file_that_a_person_released(stage: Stage) -> None:
    lines = settlement([SALE])
    lines[4][SETTLEMENT.index("Gross Transaction Amount")] = "9"
    for sent in (lines, lines[:5]):
        assert stage(text(sent)).state == "quarantined"
        assert len(stage(text(sent), released=True).rows["settlement"]) == 1


@pytest.mark.parametrize(
    ("data", "table", "column", "value"),
    [
        (excerpt(SETTLEMENT, SALE), "settlement", "transaction_id", "1V551844CE5526421"),
        (excerpt(SETTLEMENT[:-5], SALE), "settlement", "credit_term", None),
        (excerpt(SETTLEMENT[::-1][-1:] + SETTLEMENT[:0:-1], SALE), "settlement", "fee_amount", "59"),
        (excerpt(DETAIL, SALE | {"Transactional Status": "S"}), "transaction_detail", "transactional_status", "S"),
        (excerpt(AGREEMENTS, AGREEMENT), "subscription_agreements", "period_3_amount", "300"),
    ],
)
def test_a_report_is_recognised_by_its_columns(
    stage: Stage, data: bytes, table: str, column: str, value: str | None
) -> None:
    for sent in (data, data.replace(b'"', b"")):
        result = stage(sent)
        assert (result.state, list(result.rows)) == ("verified", [table]), result.reason
        assert result.rows[table][0][column] == value


def test_a_transaction_detail_report_with_counts_lands(stage: Stage) -> None:
    header = [cells(DETAIL, {name: name for name in DETAIL})]
    lines = [["RH", "2026/01/07 02:05:05 -0800", "A", "X", "008", ""], ["FH", "01"], ["SH", "a", "b", "X", ""], *header]
    lines += [
        cells(DETAIL, SALE),
        cells(DETAIL, REFUND),
        ["SF", "2"],
        ["SC", "2"],
        ["RF", "2"],
        ["RC", "2"],
        ["FF", "2"],
    ]
    result = stage(text(lines))
    assert {table: len(rows) for table, rows in result.rows.items()} == {"transaction_detail": 2, "report_frames": 8}


def test_a_column_that_nobody_knows_is_rescued(stage: Stage) -> None:
    result = stage(excerpt([*SETTLEMENT, "Reward Points"], SALE | {"Reward Points": "7"}))
    assert json.loads(result.rows["settlement"][0]["_rescued_data"]) == {"Reward Points": "7"}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"Gross Transaction Amount": "10.00"}, "Gross Transaction Amount"),
        ({"Gross Transaction Amount": "-1000"}, "Gross Transaction Amount"),
        ({"Transaction Debit or Credit": "C"}, "Transaction Debit or Credit"),
        ({"Transaction Initiation Date": "01/06/2026 00:00:30"}, "Transaction Initiation Date"),
        ({"Transaction Initiation Date": "2026/13/06 00:00:30 -0800"}, "Transaction Initiation Date"),
        ({"Fee Currency": "US$"}, "Fee Currency"),
        ({"Transaction Event Code": "6"}, "Transaction Event Code"),
        ({"Custom Field": "card 4242 4242 4242 4242"}, "424242******4242"),
    ],
)
def test_a_cell_that_is_written_in_another_way_keeps_the_report_out(stage: Stage, row: Row, reason: str) -> None:
    result = stage(excerpt(SETTLEMENT, SALE, SALE | row))
    assert (result.state, result.rows) == ("quarantined", {})
    assert reason in result.reason


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([SETTLEMENT, cells(SETTLEMENT, SALE)[:-1]], "21 cells under 22 names"),
        ([SETTLEMENT, ["XB", "1"]], "none of PayPal's record types: 'XB'"),
        ([*settlement([SALE]), ["FF", "1"]], "a record FF after the footer of the file"),
        ([["RH", "a"], cells(SETTLEMENT, SALE), SETTLEMENT], "unrecognised"),
        ([["CH", "Preapproved Payment ID", "Action Type"], ["SB", "1", "2"]], "unrecognised"),
        ([[n for n in SETTLEMENT if n != "Fee Currency"]], "without the column(s) Fee Currency"),
        ([[n for n in AGREEMENTS if n != "Period 3 Amount"]], "without the column(s) Period 3 Amount"),
        ([[n for n in DETAIL if n != "Fee Amount"]], "without the column(s) Fee Amount"),
    ],
)
def test_a_damaged_report_is_refused_whole(stage: Stage, lines: list[list[str]], reason: str) -> None:
    result = stage(text(lines))
    assert (result.state, result.rows) == ("quarantined", {})
    assert reason in result.reason


LETTERS = st.characters(codec="utf-8", exclude_characters="\0\r\n", exclude_categories=["Cs"])
FREE = ["Invoice ID", "Custom Field", "Consumer ID", "Bank Reference ID", "Credit Term", "A New One", "Another"]
ROWS = st.lists(
    st.fixed_dictionaries(
        {"base": st.sampled_from([SALE, REFUND, YEN])}, optional={name: st.text(LETTERS, max_size=9) for name in FREE}
    ),
    max_size=5,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(ROWS, min_size=1, max_size=3), st.lists(st.sampled_from(FREE[-2:]), unique=True), st.booleans())
def test_every_cell_is_in_a_column_in_rescue_or_in_a_frame(
    stage: Stage, sections: list[list[Any]], new: list[str], is_short: bool
) -> None:
    made = [[row["base"] | {k: v for k, v in row.items() if k != "base"} for row in rows] for rows in sections]
    header = [name for name in SETTLEMENT if not is_short or name not in FREE] + new
    lines = settlement(*made, header=header)
    if any(cards.find(cell) for line in lines for cell in line):
        return
    result = stage(text(lines))
    assert result.state == "verified", result.reason
    sent = [line for line in lines if line[0] not in ("CH",)]
    assert result.verdict.cells == sum(map(len, sent))
    columns = {header: c.name for c in paypal.SETTLEMENT for header in c.headers}
    staged: dict[int, list[str]] = {}
    for row in result.rows.get("settlement", []):
        rescued = json.loads(row["_rescued_data"] or "{}")
        staged[row["_record"]] = [row[columns[name]] if name in columns else rescued[name] for name in header]
    for frame in result.rows["report_frames"]:
        staged[frame["_record"]] = json.loads(frame["cells"])
    assert [staged.get(at, line) for at, line in enumerate(lines, 1)] == lines
    assert len(staged) == len(sent)


ENGLISH = {
    "Date": "09/25/2026",
    "Time": "02:32:15",
    "TimeZone": "PDT",
    "Type": "Mobile Payment",
    "Currency": "USD",
    "Gross": "1,100.00",
    "Fee": "-2.90",
    "Net": "1,097.10",
    "Transaction ID": "3C456789DE012345F",
    "Balance": "1,097.10",
}
GERMAN = {
    "Datum": "25.09.2026",
    "Uhrzeit": "14:32:15",
    "Zeitzone": "CEST",
    "Typ": "Handyzahlung",
    "Währung": "EUR",
    "Brutto": "1.025,00",
    "Gebühr": "-1,50",
    "Netto": "1.023,50",
    "Transaktionscode": "1A234567BC890123D",
    "Guthaben": "1.125,75",
}


def download(*rows: Row) -> bytes:
    return text([list(rows[0]), *(list(row.values()) for row in rows)])


@pytest.mark.parametrize("row", [ENGLISH, GERMAN])
def test_an_activity_download_lands_in_every_language_in_the_same_columns(stage: Stage, row: Row) -> None:
    result = stage(b"\xef\xbb\xbf" + download(row))
    assert (result.state, list(result.rows)) == ("verified", ["activity"]), result.reason
    landed = result.rows["activity"][0]
    names = ("date", "time", "time_zone", "type", "currency", "gross", "fee", "net", "transaction_id", "balance")
    assert [landed[name] for name in names] == list(row.values())


def test_a_statement_download_lands_with_its_description(stage: Stage) -> None:
    row = {{"Typ": "Beschreibung", "Gebühr": "Entgelt"}.get(name, name): cell for name, cell in GERMAN.items()}
    landed = stage(download(row)).rows["activity"][0]
    assert (landed["description"], landed["fee"], landed["type"]) == ("Handyzahlung", "-1,50", None)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"Date": "25/09/2026"}, "record 2: dates are written in two ways: month first, here day first"),
        ({"Date": "2026-09-25"}, "Date"),
        ({"Date": "25/25/2026"}, "'25/25/2026' is no date"),
        ({"Date": "09/32/2026"}, "'09/32/2026' is no date"),
        ({"Date": "00/09/2026"}, "'00/09/2026' is no date"),
        ({"Fee": "-2,90"}, "record 2: amounts are written in two ways: decimals after '.', here decimals after ','"),
        ({"Gross": "110000"}, "an amount of USD without decimals in 'gross'"),
        ({"Gross": "1.1e5"}, "Gross"),
        ({"Net": "1,0971,00"}, "Net"),
        ({"Currency": "US Dollar"}, "Currency"),
    ],
)
def test_activity_that_is_written_in_two_ways_stays_out(stage: Stage, row: Row, reason: str) -> None:
    result = stage(download(ENGLISH, ENGLISH | row))
    assert (result.state, result.rows) == ("quarantined", {})
    assert reason in result.reason


def test_yen_have_no_decimals(stage: Stage) -> None:
    yen = ENGLISH | {"Currency": "JPY", "Gross": "15,000", "Fee": "-700", "Net": "14,300"}
    assert stage(download(ENGLISH, yen)).state == "verified"


def test_a_row_of_a_download_that_lacks_a_cell_keeps_it_out(stage: Stage) -> None:
    data = download(ENGLISH, ENGLISH).replace(b',"1,097.10"\n', b"\n")
    assert "9 cells under 10 names" in stage(data).reason


NOTIFICATION = {
    "txn_type": "web_accept",
    "payment_status": "Completed",
    "payment_date": "16:03:13 Sep 21, 2026 PDT",
    "txn_id": "1V551844CE5526421",
    "payer_id": "RTWSDJI4S8DWK",
    "mc_gross": "10.00",
    "mc_fee": "0.59",
    "mc_currency": "USD",
    "custom": 47470083,
    "item_name1": "a book",
    "verify_sign": "AZfnGop49sf6bIkvk",
}


def test_notifications_land_in_one_table(stage: Stage) -> None:
    other = NOTIFICATION | {"txn_id": "2", "mc_gross": -1.50, "payment_status": "Reversed"}
    result = stage("\n".join(json.dumps(one) for one in (NOTIFICATION, other)).encode())
    assert (result.state, list(result.rows)) == ("verified", ["notifications"]), result.reason
    first, second = result.rows["notifications"]
    assert (first["mc_gross"], second["mc_gross"], first["custom"]) == ("10.00", "-1.5", "47470083")
    assert json.loads(first["_rescued_data"]) == {"item_name1": "a book"}


@pytest.mark.parametrize("change", [{"mc_gross": "10,00"}, {"payment_date": "2026-09-21"}, {"mc_currency": "US$"}])
def test_a_notification_that_is_written_in_another_way_stays_out(stage: Stage, change: Row) -> None:
    result = stage(json.dumps(NOTIFICATION | change).encode())
    assert result.state == "quarantined"
    assert next(iter(change)) in result.reason


def test_an_object_that_is_no_notification_keeps_its_file_out(stage: Stage) -> None:
    assert stage(json.dumps([NOTIFICATION, {"txn_id": "1", "mc_gross": "1.00"}]).encode()).state == "quarantined"


def test_a_message_that_was_made_of_a_notification_is_none(stage: Stage) -> None:
    message = {"gateway_txn_id": "1V551844CE5526421", "txn_type": "web_accept", "gross": "10.00", "currency": "USD"}
    assert "unrecognised" in stage(json.dumps(message).encode()).reason


NO_END = "the report ends without its footer"
SHORT = "30 cells under 31 names"
SAMPLES = {
    "smashpig/paypal/sar_classic_subscr_cancel.csv": {"subscription_agreements": 1},
    "smashpig/paypal/sar_classic_subscr_signup.csv": {"subscription_agreements": 1},
    "smashpig/paypal/stl.csv": "record 8: the footer SF of the section says 134 GBP of gross debits",
    "smashpig/paypal/stl_brl_refund.csv": f"{NO_END} (FF)",
    "smashpig/paypal/stl_chargeback_reversal.csv": NO_END,
    "smashpig/paypal/stl_chargeback_with_fee.csv": NO_END,
    "smashpig/paypal/stl_currency_convert.csv": NO_END,
    "smashpig/paypal/stl_dr_payment.csv": "record 5: the footer RF of the report, USD, says 1 rows, there are 2",
    "smashpig/paypal/stl_payout_currency_convert.csv": "record 6: the footer RF of the report, USD, says 7378 rows",
    "smashpig/paypal/trr_express_with_non_data_rows.csv": "record 6: the footer SF of the section says 20039 rows",
    "smashpig/paypal/trr_void.csv": {"transaction_detail": 2},
    "paypal-beancount/activity_english.csv": SHORT,
    "paypal-beancount/activity_german.csv": SHORT,
}


def expected(name: str) -> dict[str, int] | str:
    """What becomes of a file; most are excerpts of one row, notifications, or made of notifications."""
    if name in SAMPLES:
        return SAMPLES[name]
    if name.endswith("_transformed.json"):
        return "unrecognised"
    return {"notifications": 1} if name.endswith(".json") else {"transaction_detail": 1}


def test_every_sample_file_lands_or_stays_out_for_the_right_reason(stage: Stage, samples: Path) -> None:
    files = sorted([*(samples / "smashpig/paypal").iterdir(), *(samples / "paypal-beancount").iterdir()])
    assert len(files) == 64
    for file in files:
        name = file.relative_to(samples).as_posix()
        result, right = stage(file), expected(name)
        if isinstance(right, dict):
            landed = {table: len(rows) for table, rows in result.rows.items()}
            assert (result.state, landed) == ("verified", right), f"{name}: {result.reason}"
        else:
            assert result.state == "quarantined", name
            assert right in result.reason, name
