"""Version of the adapter, read by dbt."""

version = "0.1.0"
