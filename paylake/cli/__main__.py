"""`python -m paylake.cli`."""

from paylake.cli import app

app()
