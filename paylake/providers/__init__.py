"""Providers: one module each, with the exports it recognises and the bronze columns of every one."""

from __future__ import annotations

from paylake.providers import stripe
from paylake.providers.provider import Provider, Recognised
from paylake.providers.refused import Refused

PROVIDERS: dict[str, Provider] = {provider.name: provider for provider in (stripe.PROVIDER,)}

__all__ = ["PROVIDERS", "Provider", "Recognised", "Refused"]
