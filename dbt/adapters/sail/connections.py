"""Credentials and connections of the fast lane: the scratch warehouse's session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from dbt.adapters.paylake.connections import PaylakeConnectionManager, PaylakeCredentials
from paylake import sail
from paylake.settings import get_settings


@dataclass
class SailCredentials(PaylakeCredentials):
    """Profile keys: `schema`. The address follows from the lake and the scratch warehouse's name."""

    engine: ClassVar[str] = "Sail"

    @property
    def type(self) -> str:
        """Name of the adapter."""
        return "sail"

    def identity(self) -> str:
        """The scratch warehouse's session, and the start of the server: another one knows no table yet."""
        settings = get_settings()
        return f"{sail.session_id(settings)} {sail.daemon(settings).record}"

    def open_session(self) -> Any:
        """The scratch warehouse's session, its tables registered.

        Raises:
            ServerNotRunning: Sail was not started, or crashed.
        """
        return sail.get_session(get_settings())


class SailConnectionManager(PaylakeConnectionManager):
    """Opens the scratch warehouse's session, or says that Sail is not running."""

    TYPE = "sail"
