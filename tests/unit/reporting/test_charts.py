"""Charts: failing means that a bar does not stand for the amount beside it."""

import struct
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from paylake.reporting import charts

MOVES = {"new": 500, "resumed": 0, "churn": -200}


def labels(spec: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["step"]: row for row in spec["data"]["values"]}


def test_bridge_draws_each_movement_from_where_the_last_one_stopped() -> None:
    rows = charts.bridge_rows(1_000, MOVES, 1_300, ("August", "September"))
    data = labels(charts.bridge(rows, "USD", "US Dollar").to_dict())
    assert list(data) == ["August", "New", "Churn", "September"], "an empty movement has no bar"
    assert [(data[s]["low"], data[s]["high"]) for s in data] == [
        (1_000, 1_000),
        (1_000, 1_500),
        (1_300, 1_500),
        (1_300, 1_300),
    ]
    assert [data[s]["label"] for s in data] == ["US$10", "+US$5", "−US$2", "US$13"]
    assert [data[s]["kind"] for s in data] == ["level", "gain", "loss", "level"]


@given(st.integers(0, 10**9), st.lists(st.integers(-(10**6), 10**6), max_size=7))
def test_bridges_end_at_the_closing_figure(opening: int, amounts: list[int]) -> None:
    moves = {f"kind{n}": amount for n, amount in enumerate(amounts)}
    rows = charts.bridge_rows(opening, moves, opening + sum(amounts), ("a", "b"))
    assert rows[-2]["end"] == rows[-1]["end"]
    assert sum(row["amount"] for row in rows[1:-1]) == rows[-1]["amount"] - opening


def test_trend_starts_at_zero_and_labels_its_ends() -> None:
    points = [{"month": date(2026, month, 1), "amount": month * 100_000} for month in (3, 1, 2)]
    spec = charts.trend(points, "USD").to_dict()
    data = spec["data"]["values"]
    assert [row["month"] for row in data] == ["2026-01-01", "2026-02-01", "2026-03-01"]
    assert [row["mark"] for row in data] == ["first", "", "last"]
    assert spec["layer"][0]["encoding"]["y"]["scale"]["domain"][0] == 0


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return int(width), int(height)


def test_png_is_drawn_without_a_browser_and_fits_a_phone() -> None:
    rows = charts.bridge_rows(1_000, MOVES, 1_300, ("August", "September"))
    one = size(charts.to_png(charts.bridge(rows, "USD", "US Dollar")))
    two = size(
        charts.to_png(charts.stack([charts.bridge(rows, "USD", "US Dollar"), charts.bridge(rows, "JPY", "Yen")]))
    )
    assert 600 <= one[0] <= 2 * charts.WIDTH + 40
    assert two[1] > 1.8 * one[1]


def test_one_point_and_no_movement_still_draw() -> None:
    assert size(charts.to_png(charts.trend([{"month": date(2026, 1, 1), "amount": 0}], "USD")))
    assert size(charts.to_png(charts.bridge(charts.bridge_rows(0, {}, 0, ("a", "b")), "JPY")))
