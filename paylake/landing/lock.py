"""One landing at a time on a lake; whoever comes second learns who is at it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import filelock

from paylake.errors import LakeBusy, MachineError


def _holder(note: Path) -> str:
    try:
        who = json.loads(note.read_text(encoding="utf-8"))
        return f"process {who['pid']} on {who['host']}, since {who['started']}"
    except (OSError, ValueError, KeyError):
        return "another process"


@contextmanager
def landing_lock(lake: Path, timeout: float) -> Iterator[None]:
    """Hold the lake's landing lock; it goes away with the process, however that ends.

    Raises:
        LakeBusy: another landing holds it for longer than the timeout.
        MachineError: the lake's folder cannot be written.
    """
    note = lake / "landing.lock.json"
    try:
        lake.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(lake / "landing.lock", timeout=timeout)
        lock.acquire()
    except filelock.Timeout:
        raise LakeBusy(
            f"Another landing is at work on this lake: {_holder(note)}.",
            "Wait for it, or give --wait (PAYLAKE_LOCK_TIMEOUT_SECONDS) the seconds that you are willing to wait.",
        ) from None
    except OSError as error:
        raise MachineError(
            f"The lake's folder {lake} cannot be written: {error.strerror}.", "Point PAYLAKE_LAKE to a writable folder."
        ) from None
    try:
        started = datetime.now(UTC).isoformat(timespec="seconds")
        note.write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "started": started}))
        yield
        note.unlink(missing_ok=True)
    finally:
        lock.release()
