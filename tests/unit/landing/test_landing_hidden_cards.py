"""The card rule through the real parser: a failing test means that a card number, or part of one, can get somewhere."""

from __future__ import annotations

import hashlib
import io
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from hidden_cards import PLACES, PUBLISHED, Hidden, hide, shows

from paylake.landing import staging
from paylake.landing.documents import Document
from paylake.landing.placing import Placement
from paylake.landing.scan import scan_document
from paylake.landing.staging import FileTask, Staged, parse_file
from paylake.providers import PROVIDERS, Provider

FILES = 10_000


Parse = Callable[[Hidden], Staged]


@pytest.fixture
def parse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Parse:
    """The worker's verdict on a file that is not on the disk; what it stages is."""
    files: dict[str, bytes] = {}
    monkeypatch.setattr(staging, "open_bytes", lambda url: io.BytesIO(files[url]))

    def run(hidden: Hidden) -> Staged:
        files[hidden.path] = hidden.data
        file_id = hashlib.sha256(hidden.data).hexdigest()
        kind = (hidden.provider, hidden.export, "")
        return parse_file(FileTask(hidden.path, file_id, 1, 0.0, *kind, str(tmp_path), mapping=hidden.mapping))

    return run


def test_every_published_card_is_found_wherever_it_hides(parse: Parse, tmp_path: Path) -> None:
    draw, seen = random.Random(1), Counter[str]()
    for at in range(FILES):
        hidden = hide(draw, PUBLISHED[at % len(PUBLISHED)], PLACES[at % len(PLACES)])
        verdict = parse(hidden)
        seen[hidden.place] += 1
        assert (verdict.state, verdict.is_releasable) == ("quarantined", False), (at, hidden, verdict)
        assert "card number" in verdict.reason, (at, hidden, verdict)
        assert not shows(verdict.reason, hidden.number), (at, hidden, verdict)
    assert min(seen.values()) >= FILES // len(PLACES)
    assert not list(tmp_path.rglob("*.parquet"))


@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=lambda provider: provider.name)
def test_lone_digits_in_declared_references_are_no_cards(provider: Provider) -> None:
    some = PUBLISHED[::9]
    for export in provider.exports:
        for own in export.columns.values():
            numbers = [pa.array(some if column.is_identifier else [""] * len(some)) for column in own]
            placement = Placement([column.headers[0] for column in own], own, (), is_checked=False)
            assert placement.check(numbers, 1)
    for number in some if provider.documents else ():
        for value in (f'"{number}"', number):
            text = "{" + ",".join(f'"{key}":{value}' for key in sorted(provider.references)) + "}"
            assert scan_document(Document("", {}, text), provider.references, ()) is None
