"""A merchant that knows the truth: simulates one, writes its exports as providers would, and the truth beside them."""

from paylake.simulator.run import VERSION, SimulationSummary, simulate

__all__ = ["VERSION", "SimulationSummary", "simulate"]
