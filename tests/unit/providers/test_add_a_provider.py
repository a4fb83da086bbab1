"""The how-to's own example: a failing test means that who follows docs/how-to/add-a-provider.md gets something else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from paylake.providers import PROVIDERS, Provider
from paylake.providers.mapping import ColumnMapping, ExportMapping, ProviderMapping, provider_from

Stage = Callable[..., Any]


@pytest.fixture
def page(project: Path) -> str:
    return (project / "docs/how-to/add-a-provider.md").read_text()


@pytest.fixture
def files(page: str) -> dict[str, str]:
    """The files that the page shows, by their names."""
    return dict(re.findall(r"^\*\*(\S+)\*\*\n\n```\w+\n(.*?)^```$", page, re.MULTILINE | re.DOTALL))


@pytest.fixture
def mapped(files: dict[str, str]) -> dict[str, Provider]:
    return {"fjordpay": provider_from(files["mappings/fjordpay.yml"], "fjordpay.yml")}


@pytest.fixture
def coded(files: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, Provider]:
    name = "paylake/providers/fjordpay.py"
    module: dict[str, Any] = {"__name__": "paylake.providers.fjordpay"}
    exec(compile(files[name], name, "exec"), module)  # noqa: S102 - the page's own code is what is tested
    monkeypatch.setitem(PROVIDERS, "fjordpay", module["PROVIDER"])
    return {"fjordpay": module["PROVIDER"]}


def test_the_page_shows_all_its_files(files: dict[str, str]) -> None:
    assert sorted(files) == [
        "mappings/fjordpay.yml", "notifications.jsonl", "paylake/providers/fjordpay.py", "settlement.csv",
    ]  # fmt: skip


@pytest.mark.parametrize(("way", "trailer"), [("mapped", "trailer"), ("coded", "total")])
def test_the_settlement_lands_either_way(
    stage: Stage, files: dict[str, str], way: str, trailer: str, request: pytest.FixtureRequest
) -> None:
    providers = PROVIDERS | request.getfixturevalue(way)
    result = stage(files["settlement.csv"].encode(), providers=providers)
    assert (result.state, result.reason) == ("verified", "")
    rows = result.rows["settlement"]
    names = ["payment_ref", "booked", "kind", "gross", "fee", "currency", "note"]
    assert [[row[name] for name in names] for row in rows] == [
        ["F-1001", "31.01.2026", "sale", "1.250,00", "-18,75", "NOK", ""],
        ["F-1002", "31.01.2026", "refund", "-99,50", "0,00", "NOK", "Too small; sent back"],
    ]
    assert [(row["kind"], json.loads(row["cells"])[0]) for row in result.rows["report_frames"]] == [
        ("preamble", "Fjordpay AS"), (trailer, "Total"),
    ]  # fmt: skip


def test_the_module_checks_the_total_and_a_person_can_release_the_file(
    stage: Stage, files: dict[str, str], coded: dict[str, Provider]
) -> None:
    text = files["settlement.csv"]
    for damaged, reason in [
        (text.replace("1.150,50", "1.150,51"), "Gross says 1150.51 in total, and its rows 1150.50"),
        (text[: text.index("Total")], "no Total"),
    ]:
        result = stage(damaged.encode(), providers=coded)
        assert (result.state, result.rows) == ("quarantined", {})
        assert reason in result.reason
        assert len(stage(damaged.encode(), providers=coded, released=True).rows["settlement"]) == 2


def test_the_notifications_land_with_what_the_page_says_in_rescue(
    stage: Stage, files: dict[str, str], coded: dict[str, Provider]
) -> None:
    result = stage(files["notifications.jsonl"].encode(), providers=PROVIDERS | coded)
    assert (result.state, result.reason) == ("verified", "")
    refunded, captured = result.rows["notifications"]
    assert (refunded["event"], refunded["payment_ref"], refunded["amount"]) == ("payment.refunded", "F-1002", "-9950")
    assert json.loads(captured["_rescued_data"]) == {
        "wallet": "vipps", "$frame": {"fjordpay": "1.0", "sent_at": 1769900060},
    }  # fmt: skip


def test_every_key_of_a_mapping_is_on_the_page(page: str) -> None:
    told = {key for line in re.findall(r"^\| (`[^|]*`) \|", page, re.MULTILINE) for key in re.findall(r"`(\w+)`", line)}
    fields = [*ProviderMapping.model_fields, *ExportMapping.model_fields, *ColumnMapping.model_fields]
    assert told == set(fields)
