"""What the simulation knows to be true, written as Parquet; it shares no code with any model."""

from paylake.simulator.truth.tables import write_truth

__all__ = ["write_truth"]
