"""Writes a ledger as Google Play would: earnings, estimated sales, real-time developer notifications, statistics."""

from paylake.simulator.google_play.market import MARKET
from paylake.simulator.google_play.naming import GooglePlayNaming
from paylake.simulator.google_play.writer import write_google_play

__all__ = ["MARKET", "GooglePlayNaming", "write_google_play"]
