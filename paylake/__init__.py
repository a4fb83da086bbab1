"""Paylake: a notebook-first payments lakehouse on Spark Connect, Delta, dbt and papermill."""

from importlib.metadata import version

__version__ = version("paylake")
