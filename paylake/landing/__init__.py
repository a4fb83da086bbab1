"""Landing: exports into bronze, exactly once, every cell accounted for; docs/reference/landing.md has the protocol."""

from __future__ import annotations

import errno
import traceback
from collections.abc import Callable, Sequence
from typing import Any

import structlog

from paylake.errors import MachineError, PaylakeError, ServerNotRunning
from paylake.landing.bronze import DeltaLake
from paylake.landing.cards import told
from paylake.landing.lock import landing_lock
from paylake.landing.protocol import Landing, nothing
from paylake.landing.verdicts import FileVerdict, LandingSummary
from paylake.session import as_paylake_error, get_session, is_connection_lost
from paylake.settings import Settings

__all__ = ["FileVerdict", "LandingSummary", "land"]

log = structlog.get_logger(module="paylake.landing")


def land(
    paths: Sequence[str] | None,
    settings: Settings,
    *,
    spark: Any = None,
    on_file: Callable[[FileVerdict], None] | None = None,
    progress: Callable[[str], None] | None = None,
) -> LandingSummary:
    """Land exports into bronze; whatever an earlier run left unfinished is finished first.

    Args:
        paths: files, folders or fsspec URLs; None means the landing folder of the settings.
        settings: the lake.
        spark: a session to use; default a new one on the configured server.
        on_file: told of each file's verdict.
        progress: told in words what is going on.

    Raises:
        UsageError: a path does not exist.
        LakeBusy: another landing is at work.
        ServerNotRunning: no server answers, or it went away.
        MachineError: no space, no permission.
    """
    if not paths:
        paths = [settings.landing_url]
        if settings.landing is None:
            (settings.lake_path / "landing").mkdir(parents=True, exist_ok=True)
    with landing_lock(settings.lake_path, settings.lock_timeout_seconds):
        session = spark or get_session(settings)
        try:
            return Landing(
                settings, DeltaLake(session), paths, on_file=on_file or nothing, progress=progress or nothing
            ).run()
        except PaylakeError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it becomes one readable error
            log.debug("landing failed", error=told("".join(traceback.format_exception(error))))
            raise _readable(error) from None  # its own words may hold a card number
        finally:
            if spark is None:
                session.stop()


def _readable(error: Exception) -> PaylakeError:
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    if full or "No space left on device" in str(error):
        return MachineError(
            "The disk is full. Nothing partial is visible in bronze.",
            "Free some space, then run `paylake land` again: it goes on where it stopped.",
        )
    if is_connection_lost(error):
        return ServerNotRunning(
            "The Spark server went away while landing; nothing partial is visible.",
            "See why with `paylake logs`, run `paylake up`, then `paylake land` again: it goes on where it stopped.",
        )
    if isinstance(error, OSError):
        words = told(f"{error.strerror or error}: {error.filename}")
        return MachineError(words, "Mend this, then run `paylake land` again.")
    return as_paylake_error(error)
