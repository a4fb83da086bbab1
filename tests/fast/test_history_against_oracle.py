"""History does not depend on the order, the files or the number of times in which records came: it is the oracle's."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from itertools import islice, permutations
from pathlib import Path
from random import Random
from typing import Any

import hypothesis
import pytest
from dbt.cli.main import dbtRunner
from oracle import razorpay, stripe
from oracle.items import Facts, Json
from oracle.stories import PLANS, story

from bench.bronze import write_bronze
from paylake import sail
from paylake.daemon import free_port
from paylake.settings import Settings, get_settings
from tests.conftest import PROJECT

PROVIDERS = ("stripe", "razorpay")
OWN = ("subscription_item_id", "subscription_id", "customer_id", "ended_at", "valid_from", "valid_to", "is_current")
COMPARED = (*OWN, *(field.name for field in fields(Facts)))
FILES = 3
"""Deliveries: a record that comes late is in a later file."""


@dataclass(frozen=True)
class Told:
    """Records of a customer, and the ways in which they came: files in their order."""

    provider: str
    records: list[Json]
    arrivals: list[list[list[Json]]]

    def expected(self) -> list[Json]:
        if self.provider == "stripe":
            return by_item(stripe.item_history(self.records))
        return by_item(razorpay.item_history(self.records, PLANS))


def stories(provider: str, examples: int, is_fixed: bool) -> list[Told]:
    """Examples of a provider, all drawn before anything is built from them."""
    found: list[Told] = []
    draw = Random(20261122)

    @hypothesis.settings(
        max_examples=examples, derandomize=is_fixed, database=None, phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    @hypothesis.given(story(provider))
    def collect(records: list[Json]) -> None:
        found.append(Told(provider, records, list(arrivals(records, draw))))

    collect()
    return found


def arrivals(records: list[Json], draw: Random) -> Iterator[list[list[Json]]]:
    """Ways in which a few records can come: every order of up to three, some of more; each twice, once with copies."""
    orders = permutations(records) if len(records) < 4 else (draw.sample(records, len(records)) for _ in range(6))
    for order in islice(orders, 6):
        yield split([*order], draw)
        yield split([*order, *draw.choices(order, k=2)], draw)


def split(records: list[Json], draw: Random) -> list[list[Json]]:
    """The records in their order as files, some of which have none of them."""
    cuts = sorted(draw.randrange(len(records) + 1) for _ in range(FILES - 1))
    return [records[start:end] for start, end in zip([0, *cuts], [*cuts, len(records)], strict=True)]


@pytest.fixture(
    scope="module", params=[100, pytest.param(1000, marks=pytest.mark.nightly)], ids=["100 examples", "1000 examples"]
)
def told(request: pytest.FixtureRequest) -> list[Told]:
    return [one for name in PROVIDERS for one in stories(name, request.param, is_fixed=request.param == 100)]


@pytest.fixture(scope="module")
def history(told: list[Told], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[Json]]]:
    """Rows of silver by the mark of an arrival: its story's number and its own. One build holds them all."""
    lake = tmp_path_factory.mktemp("history")
    export(told, lake)
    settings = Settings(project=PROJECT, lake=lake, fast_port=free_port(), scratch="t")
    patch = pytest.MonkeyPatch()
    for name, value in (("LAKE", lake), ("FAST_PORT", settings.fast_port), ("SCRATCH", "t")):
        patch.setenv(f"PAYLAKE_{name}", str(value))
    get_settings.cache_clear()
    sail.up(settings)
    try:
        write_bronze(settings, [lake / "exports"])
        build(lake)
        rows = sail.get_session(settings).table("silver_billing.subscription_item_history").toArrow().to_pylist()
        found: dict[str, list[Json]] = defaultdict(list)
        for row in rows:
            found[row["customer_id"][-13:]].append(row)
        yield found
    finally:
        patch.undo()
        get_settings.cache_clear()
        sail.down(settings)


def export(told: list[Told], lake: Path) -> None:
    """All arrivals of all stories, as a few files of each provider."""
    files: dict[tuple[str, int], list[str]] = defaultdict(list)
    files["razorpay", 0] = [stripe.compact(plan) for plan in PLANS.values()]
    for number, one in enumerate(told):
        for way, arrival in enumerate(one.arrivals):
            for file, some in enumerate(arrival):
                files[one.provider, file] += (stripe.compact(r).replace("@", mark(number, way)) for r in some)
    for (provider, file), lines in files.items():
        path = lake / "exports" / provider / f"{file}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def mark(number: int, way: int) -> str:
    """Thirteen letters and digits that make names of an arrival its own."""
    return f"S{number:06d}W{way:05d}"


def build(lake: Path) -> None:
    """The history and what it is made from, with the tests of its intervals; a story goes from any status to any."""
    where = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(lake / "target")]
    built = dbtRunner().invoke(
        ["build", "--target", "fast", "--exclude-resource-type", "unit_test", "--select", "+subscription_item_history",
         "--exclude", "test_type:singular", "test_name:accepted_transitions", *where,
         "--log-path", str(lake / "target"), "--quiet"]
    )  # fmt: skip
    bad = [f"{r.node.name}: {r.message}" for r in built.result or [] if r.status in ("error", "fail")]
    assert built.success, built.exception or "\n".join(bad)


def plain(value: Any, own: str) -> Any:
    """A cell as the oracle would have it."""
    if isinstance(value, datetime):
        return int((value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp())
    if isinstance(value, str):
        return value.replace(own, "@")
    if isinstance(value, list):
        names = ("kind", "percent_off", "amount_off_minor", "duration", "starts_at", "ends_at", "discount_id")
        return tuple(tuple(plain(one[name], own) for name in names) for one in value)
    return value


def by_item(rows: list[Json]) -> list[Json]:
    return sorted(rows, key=lambda row: (row["subscription_item_id"], row["valid_from"]))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_arrival_of_a_story_gives_the_history_of_the_oracle(
    provider: str, told: list[Told], history: dict[str, list[Json]]
) -> None:
    rows = 0
    for number, one in enumerate(told):
        if one.provider == provider:
            expected = one.expected()
            rows += len(expected)
            for way, arrival in enumerate(one.arrivals):
                own = mark(number, way)
                found = by_item([{name: plain(row[name], own) for name in COMPARED} for row in history[own]])
                assert found == expected, f"{own}: {json.dumps(arrival)}"
    assert rows > 100
