"""Charts that look alike everywhere: one Altair theme, colours that colour-blind readers tell apart, direct labels."""

from __future__ import annotations

import io
from typing import Any, cast

import altair as alt

from paylake.reporting.money import short_money

INK, MUTED, GRID = "#1d2733", "#5c6b7a", "#e3e8ee"
LEVEL, GAIN, LOSS = "#33475b", "#0f766e", "#c2410c"
CATEGORIES = ["#1f5fa8", "#c2410c", "#0f766e", "#8a5a9e", "#b7791f", "#5c6b7a"]
FONT = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif"
WIDTH = 360
LABELS = 88
ROW = 28


@alt.theme.register("paylake", enable=True)
def theme() -> alt.theme.ThemeConfig:
    """The shared theme; importing this module turns it on."""
    axis: dict[str, Any] = {
        "labelColor": MUTED,
        "titleColor": MUTED,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    }
    quiet: dict[str, Any] = {"domain": False, "ticks": False, "gridColor": GRID, "labelPadding": 6}
    config = {
        "font": FONT,
        "background": "#ffffff",
        "padding": 6,
        "view": {"stroke": None, "continuousWidth": WIDTH, "continuousHeight": 240},
        "title": {
            "anchor": "start",
            "frame": "bounds",
            "color": INK,
            "fontSize": 14,
            "fontWeight": 600,
            "subtitleColor": MUTED,
            "subtitleFontSize": 12,
            "offset": 10,
        },
        "axis": {**axis, **quiet},
        "axisX": {"grid": False, "domain": True, "domainColor": "#c4ccd4"},
        "legend": {**axis, "orient": "top", "title": None, "symbolType": "circle"},
        "range": {"category": CATEGORIES},
        "line": {"strokeWidth": 2.5, "strokeCap": "round"},
        "bar": {"cornerRadius": 2, "color": CATEGORIES[0]},
        "point": {"filled": True, "size": 60},
        "text": {"color": INK, "fontSize": 12},
    }
    return cast("alt.theme.ThemeConfig", {"config": config})


def to_png(chart: Any, scale: float = 2) -> bytes:
    """The chart as PNG, drawn in this process by vl-convert: no browser, no network."""
    buffer = io.BytesIO()
    chart.save(buffer, format="png", scale_factor=scale)
    return buffer.getvalue()


def _chart(rows: list[dict[str, Any]]) -> Any:
    data: Any = alt.Data
    return alt.Chart(data(values=rows))


def bridge_rows(opening: int, movements: dict[str, int], closing: int, labels: tuple[str, str]) -> list[dict[str, Any]]:
    """The bars of a bridge: levels at both ends, each movement from where the one before it stopped."""
    rows: list[dict[str, Any]] = [
        {"step": labels[0], "start": opening, "end": opening, "amount": opening, "kind": "level"}
    ]
    at = opening
    for name, amount in movements.items():
        if amount:
            rows.append(
                {
                    "step": name.capitalize(),
                    "start": at,
                    "end": at + amount,
                    "amount": amount,
                    "kind": "gain" if amount > 0 else "loss",
                }
            )
            at += amount
    return [*rows, {"step": labels[1], "start": closing, "end": closing, "amount": closing, "kind": "level"}]


def bridge(rows: list[dict[str, Any]], currency: str, title: str = "") -> Any:
    """A waterfall that runs downwards, so that a phone shows it whole and every bar has its label beside it.

    Both ends are marks, not bars: the scale need not start at zero for the movements to be seen truly.
    """
    data = [
        {**row, "label": short_money(row["amount"], currency, sign=row["kind"] != "level"), "order": n}
        for n, row in enumerate(rows)
    ]
    low = min(min(row["start"], row["end"]) for row in data)
    high = max(max(row["start"], row["end"]) for row in data)
    room = max(high - low, 1)
    for row in data:
        row["low"], row["high"] = min(row["start"], row["end"]), max(row["start"], row["end"])
        row["next"] = data[row["order"] + 1]["step"] if row["order"] + 1 < len(data) else row["step"]
    domain = [low - room * 0.04, high + room * 0.42]
    base = _chart(data)
    steps = [row["step"] for row in data]
    y = alt.Y(
        "step:N",
        sort=steps,
        title=None,
        axis=alt.Axis(labelColor=INK, labelFontSize=13, labelLimit=LABELS, minExtent=LABELS, maxExtent=LABELS),
        scale=alt.Scale(paddingInner=0.34),
    )
    x = alt.X("low:Q", scale=alt.Scale(domain=domain, zero=False, nice=False), axis=None)
    colour = alt.Color(
        "kind:N", scale=alt.Scale(domain=["level", "gain", "loss"], range=[LEVEL, GAIN, LOSS]), legend=None
    )
    bars = base.transform_filter("datum.kind != 'level'").mark_bar().encode(y=y, x=x, x2="high:Q", color=colour)
    levels = (
        base.transform_filter("datum.kind == 'level'")
        .mark_tick(thickness=5, bandSize=20, opacity=1)
        .encode(y=y, x=x, color=colour)
    )
    links = (
        base.transform_filter("datum.step != datum.next")
        .mark_rule(color="#aab4be", strokeDash=[2, 2])
        .encode(x=alt.X("end:Q", axis=None), y=y, y2="next:N")
    )
    text = base.mark_text(align="left", dx=8, fontSize=13).encode(
        y=y, x=alt.X("high:Q", axis=None), text="label:N", color=colour
    )
    chart = alt.layer(links, bars, levels, text).properties(width=WIDTH - LABELS - 14, height=alt.Step(ROW))
    return chart.properties(title=alt.TitleParams(title)) if title else chart


def trend(points: list[dict[str, Any]], currency: str, title: str = "") -> Any:
    """Closing figures by month as a line over its area, first and last labelled; the scale starts at zero.

    Args:
        points: `month` (a date) and `amount` (in minor units).
        currency: currency of the amounts.
        title: heading of the chart.
    """
    ends = {min(p["month"] for p in points), max(p["month"] for p in points)}
    ordered = sorted(points, key=lambda p: p["month"])
    marks = {min(ends): "first", max(ends): "last"}
    data = [
        {
            "month": p["month"].isoformat(),
            "amount": p["amount"],
            "mark": marks.get(p["month"], ""),
            "label": short_money(p["amount"], currency),
        }
        for p in ordered
    ]
    top = max([p["amount"] for p in points] + [1])
    base = _chart(data).encode(
        x=alt.X("month:T", title=None, axis=alt.Axis(format="%b %y", tickCount=4, labelFlush=True)),
        y=alt.Y("amount:Q", axis=None, scale=alt.Scale(domain=[min([0, *(p["amount"] for p in points)]), top * 1.25])),
    )
    area = base.mark_area(color=CATEGORIES[0], opacity=0.1)
    line = base.mark_line(color=CATEGORIES[0])
    last, first = (base.transform_filter(f"datum.mark == '{end}'") for end in ("last", "first"))
    dot = last.mark_point(color=CATEGORIES[0], opacity=1)
    closing = last.mark_text(align="right", dy=-14, fontSize=13, fontWeight=600).encode(text="label:N")
    opening = first.mark_text(align="left", dy=-14, fontSize=13, color=MUTED).encode(text="label:N")
    layers = [area, line, dot, closing, opening]
    chart = alt.layer(*layers).properties(width=WIDTH - 12, height=110)
    return chart.properties(title=alt.TitleParams(title)) if title else chart


def stack(charts: list[Any]) -> Any:
    """Charts of several currencies under each other, each on a scale of its own: currencies are never compared."""
    return (
        charts[0]
        if len(charts) == 1
        else alt.vconcat(*charts, spacing=26).resolve_scale(x="independent", y="independent", color="shared")
    )
