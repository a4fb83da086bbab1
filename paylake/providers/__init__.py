"""Providers: one module each, with the exports it recognises and the bronze columns of every one."""

from __future__ import annotations

from paylake.providers import (
    adyen,
    affirm,
    apple,
    braintree,
    chargebee,
    google_play,
    paypal,
    razorpay,
    recurly,
    stripe,
)
from paylake.providers.provider import Provider, Recognised
from paylake.providers.refused import Refused

PROVIDERS: dict[str, Provider] = {
    provider.name: provider
    for provider in (
        adyen.PROVIDER,
        affirm.PROVIDER,
        apple.PROVIDER,
        braintree.PROVIDER,
        chargebee.PROVIDER,
        google_play.PROVIDER,
        paypal.PROVIDER,
        razorpay.PROVIDER,
        recurly.PROVIDER,
        stripe.PROVIDER,
    )
}

__all__ = ["PROVIDERS", "Provider", "Recognised", "Refused"]
