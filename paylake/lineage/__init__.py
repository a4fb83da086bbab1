"""Lineage: from an identifier to every record of bronze that has it, and from each record to its file.

`trace("stripe", "ch_...")` in a notebook, `paylake trace stripe ch_...` on the command line.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paylake.errors import PaylakeError, UsageError
from paylake.landing import cards
from paylake.lineage.looking import Looking
from paylake.lineage.records import Record
from paylake.lineage.result import NotFollowed, Trace
from paylake.providers import Provider
from paylake.providers.known import known_providers
from paylake.session import as_paylake_error, get_session
from paylake.settings import Settings, get_settings

__all__ = ["NotFollowed", "Record", "Trace", "trace"]


def trace(
    provider: str, identifier: str, settings: Settings | None = None, *, follow: int = 1, spark: Any = None
) -> Trace:
    """Every record of a provider that has an identifier, and those that their identifiers lead to.

    Args:
        provider: the provider's name.
        identifier: a payment, charge, payout, order, ... as the provider wrote it.
        settings: the lake; default the process's.
        follow: how many steps to go on: 1 from a charge to its balance transaction, 2 on to its payout.
        spark: a session to use; default a new one on the lake's server.

    Returns:
        The records, one for each record of a file and table, by file in the order of landing; `.to_arrow()` has them as
        a table of the same grain.

    Raises:
        UsageError: there is no such provider, or the identifier is a card number.
        PaylakeError: no record has the identifier; says where it was looked for.
        ServerNotRunning: no server answers.
    """
    settings = settings or get_settings()
    chosen, wanted = _checked(known_providers(settings), provider, identifier, follow)
    session = spark or get_session(settings)
    try:
        looking = Looking(session, chosen)
        looking.start(wanted)
        for hop in range(1, follow + 1):
            looking.follow(hop)
    except PaylakeError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever the client raises becomes one readable error
        raise as_paylake_error(error) from None
    finally:
        if spark is None:
            session.stop()
    return looking.result()


def _checked(providers: Mapping[str, Provider], provider: str, identifier: str, follow: int) -> tuple[Provider, str]:
    wanted = identifier.strip()
    if cards.find(wanted):
        raise UsageError(
            "What is to be traced is a card number, and no card number is in the lake.",
            "Trace the provider's id of the payment, or the merchant's reference.",
        )
    if not wanted:
        raise UsageError("There is no identifier to trace.", "For example: paylake trace stripe ch_1KVQ2j")
    if follow < 0:
        raise UsageError(f"{follow} steps cannot be followed.", "Give 0 or more.")
    if provider not in providers:
        raise UsageError(f"There is no provider {provider!r}.", f"Known providers: {', '.join(sorted(providers))}.")
    return providers[provider], wanted
