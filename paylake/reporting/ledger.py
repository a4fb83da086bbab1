"""The ledger of mails: one file for each report, figures and recipient, so that the same figures reach nobody twice.

Delivery is at least once. A mail is noted as `sending` before and `sent` after; when a kill leaves `sending` behind,
the next run delivers it again under the same Message-ID, by which mail systems recognise the copy. The outbox, where
delivering is one rename, gets it exactly once.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import filelock

from paylake.errors import LakeBusy
from paylake.settings import Settings

WAIT_SECONDS = 60


@dataclass(frozen=True)
class Entry:
    """What is known of one mail. The recipient is kept as a hash: the ledger holds no addresses."""

    key: str
    report: str
    state: str
    kind: str
    parameters: dict[str, Any]
    figures: str
    figures_at: str
    recipient: str
    times_sent: int = 0
    sent_at: str = ""

    @property
    def message_id(self) -> str:
        """The Message-ID of the next delivery: the key's, and another one only after a forced repetition."""
        again = f".{self.times_sent}" if self.times_sent else ""
        return f"<{self.key}{again}@paylake>"


def key_of(report: str, parameters: dict[str, Any], figures: str, recipient: str) -> str:
    """What makes two mails the same one."""
    parts = [report, parameters, figures, recipient.lower()]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:32]


def folder(settings: Settings) -> Path:
    """Where the ledger lives."""
    return settings.lake_path / "reports" / "_sent"


def write_atomically(path: Path, content: bytes) -> None:
    """The whole file, or none of it, even when the machine stops."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


@contextlib.contextmanager
def locked(settings: Settings) -> Iterator[None]:
    """One sender at a time on a lake."""
    folder(settings).mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(folder(settings) / ".lock", timeout=WAIT_SECONDS):
            yield
    except filelock.Timeout:
        raise LakeBusy(
            "Another process has been sending reports of this lake for a minute.", "Wait for it, then send again."
        ) from None


def read(key: str, settings: Settings) -> Entry | None:
    """The entry of a key; None when it was never tried, or its file was damaged (then the mail goes out again)."""
    try:
        return Entry(**json.loads((folder(settings) / f"{key}.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, json.JSONDecodeError, TypeError, UnicodeDecodeError):
        return None


def note(entry: Entry, state: str, settings: Settings) -> Entry:
    """Record a step; `sent` counts the delivery and notes when."""
    if state == "sent":
        entry = replace(entry, times_sent=entry.times_sent + 1, sent_at=datetime.now(UTC).isoformat())
    noted = replace(entry, state=state)
    write_atomically(folder(settings) / f"{entry.key}.json", json.dumps(asdict(noted), indent=1).encode())
    return noted


def _entries(settings: Settings) -> Iterator[Entry]:
    return filter(None, (read(path.stem, settings) for path in folder(settings).glob("*.json")))


def is_latest(entry: Entry, settings: Settings) -> bool:
    """Whether the recipient got nothing else of this report since: figures that come back after others are news."""
    same = (entry.report, entry.parameters, entry.recipient)
    others = (other for other in _entries(settings) if (other.report, other.parameters, other.recipient) == same)
    return all(other.sent_at <= entry.sent_at for other in others)


def last_sent(report: str, variant: str, settings: Settings) -> tuple[datetime, date] | None:
    """When figures of this report were last sent, and for which month: what its readers believe."""
    found = []
    for entry in _entries(settings):
        if (
            entry.report == report
            and entry.kind == "ready"
            and entry.times_sent
            and entry.parameters.get("variant") == variant
        ):
            with contextlib.suppress(KeyError, ValueError):
                found.append(
                    (datetime.fromisoformat(entry.figures_at), date.fromisoformat(f"{entry.parameters['month']}-01"))
                )
    return max(found, default=None)
