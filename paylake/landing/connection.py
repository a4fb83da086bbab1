"""A lake on the configured server, and errors that a person can read for whatever fails there."""

from __future__ import annotations

import errno
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from paylake.errors import MachineError, PaylakeError, ServerNotRunning
from paylake.landing.bronze import DeltaLake
from paylake.landing.cards import told
from paylake.session import as_paylake_error, get_session, is_connection_lost
from paylake.settings import Settings

log = structlog.get_logger(module="paylake.landing")


@contextmanager
def open_lake(settings: Settings, spark: Any = None) -> Iterator[DeltaLake]:
    """The lake's tables, on a session of its own unless there is one.

    Raises:
        ServerNotRunning: no server answers, or it went away.
        MachineError: no space, no permission.
    """
    session = spark or get_session(settings)
    try:
        yield DeltaLake(session)
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
            "Free some space, then run the command again: it goes on where it stopped.",
        )
    if is_connection_lost(error):
        return ServerNotRunning(
            "The Spark server went away; nothing partial is visible.",
            "See why with `paylake logs`, run `paylake up`, then the command again: it goes on where it stopped.",
        )
    if isinstance(error, OSError):
        return MachineError(
            told(f"{error.strerror or error}: {error.filename}"), "Mend this, then run the command again."
        )
    return as_paylake_error(error)
