"""Real export files: a failing test means that landing judges one of them in another way than the page says."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.samples import PAGE, Sample, judge, tables, written

PROVIDER = {
    "airbyte/braintree": "braintree", "airbyte/chargebee": "chargebee", "airbyte/stripe": "stripe",
    "apple-appstore-sdk-go/finances": "apple", "apple-appstore-sdk-go/sales": "apple", "dj-stripe": "stripe",
    "apple-itunes-connect-2012": "apple", "apple-reverse-charger": "apple", "paypal-beancount": "paypal",
    "smashpig/adyen": "adyen", "smashpig/braintree": "braintree", "smashpig/gravy": "gr4vy",
    "smashpig/paypal": "paypal", "smashpig/stripe": "stripe", "stripe-openapi": "stripe",
}  # fmt: skip
"""Whose exports the files of a folder are; nobody's, where it is not named."""


@pytest.fixture(scope="module")
def staging(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("staging")


@pytest.fixture(scope="module")
def judged(samples: Path, staging: Path) -> list[Sample]:
    return list(judge(samples, staging))


def test_the_page_says_what_becomes_of_every_file(judged: list[Sample]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    again = written(page, tables(judged))
    changed = set(again.splitlines()) ^ set(page.splitlines())
    assert again == page, f"look at what changed, then run `python -m tests.samples`: {sorted(changed)}"


def test_every_file_is_taken_for_what_its_folder_holds(judged: list[Sample]) -> None:
    wrong = [s for s in judged if s.provider != PROVIDER.get(s.group, "") and not s.file.endswith("_transformed.json")]
    assert wrong == []
    assert {sample.group for sample in judged if sample.rows} == PROVIDER.keys() - {"paypal-beancount"}


def test_what_lands_is_staged_row_by_row(judged: list[Sample], staging: Path) -> None:
    staged = sum(pq.read_metadata(part).num_rows for part in staging.rglob("*.parquet"))
    assert staged == sum(sample.rows + sample.frames for sample in judged)


def test_every_reason_of_quarantine_says_what_to_do(judged: list[Sample]) -> None:
    known = ("docs/how-to/add-a-provider.md", "land the provider's own files", "get the ", "release it")
    mute = {sample.why for sample in judged if sample.verdict != "landed" and not any(map(sample.why.count, known))}
    assert mute == set()


def test_prose_stays_and_tables_change() -> None:
    page = "# Title\n\nWords.\n\n## b\nAbout b.\n\n| old |\n\n## gone\nAbout what is gone.\n"
    new = written(page, {"a": ["| 1 |", "| 2 |"], "b": ["| 3 |"]})
    assert new == "# Title\n\nWords.\n\n## a\n| 1 |\n| 2 |\n\n## b\nAbout b.\n\n| 3 |\n"
    assert written(new, {"a": ["| 1 |", "| 2 |"], "b": ["| 3 |"]}) == new
