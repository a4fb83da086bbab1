"""Errors that a person reads: what was wrong, what stays safe, what to do, and the exit code that says which kind."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of every `paylake` command; documented in docs/reference/cli.md."""

    OK = 0
    FAILED = 1
    USAGE = 2
    QUARANTINED = 3
    NOT_RUNNING = 4
    BUSY = 5
    ENVIRONMENT = 6


class PaylakeError(Exception):
    """Base of all expected failures.

    Args:
        message: what was wrong, with the file and record where there is one.
        fix: what the reader should do next, as one imperative sentence.
    """

    exit_code: ExitCode = ExitCode.FAILED

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.message}\n  -> {self.fix}" if self.fix else self.message


class UsageError(PaylakeError):
    """A parameter, setting or path that the caller must change."""

    exit_code = ExitCode.USAGE


class MachineError(PaylakeError):
    """The machine lacks something: Java, jars, memory, disk, a free port, a permission."""

    exit_code = ExitCode.ENVIRONMENT


class ServerNotRunning(PaylakeError):
    """No Spark Connect server answers where the settings say that one should."""

    exit_code = ExitCode.NOT_RUNNING


class SessionEnded(ServerNotRunning):
    """The server answers, and has forgotten the session: another client that shared it ended it."""


class LakeBusy(PaylakeError):
    """Another process holds the lock that this command needs."""

    exit_code = ExitCode.BUSY
