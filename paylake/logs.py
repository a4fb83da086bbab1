"""Structured logs (structlog) to stderr, with secrets and card digits masked."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog

SECRET_KEYS = re.compile(r"password|secret|token|authorization|api_?key|cvv|cvc", re.IGNORECASE)
SECRET_TEXT = re.compile(r"(token=|password=|secret=|[srp]k_(?:live|test)_|whsec_)[^\s;&\"']+", re.IGNORECASE)
CARD_DIGITS = re.compile(r"(?<![0-9A-Za-z])(?:[0-9０-９][ -]?){12,18}[0-9０-９](?![0-9A-Za-z])")


def mask(text: str) -> str:
    """Text with secrets and every run of 13 to 19 digits (a possible card number) replaced."""
    return CARD_DIGITS.sub("[digits masked]", SECRET_TEXT.sub(r"\1[masked]", text))


def _mask_value(key: str, value: Any) -> Any:
    if SECRET_KEYS.search(key):
        return "[masked]"
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {k: _mask_value(str(k), v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_mask_value("", v) for v in value]
    if isinstance(value, (bool, int, float)) or value is None:
        return value if len(str(value)) < 13 else mask(str(value))
    return mask(str(value))


def mask_event(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """structlog processor that masks every value of an event."""
    return {key: _mask_value(key, value) for key, value in event.items()}


def configure(level: str = "info", style: str = "auto") -> None:
    """Send structured events to stderr: for people on a terminal, as JSON lines elsewhere."""
    console = style == "console" or (style == "auto" and sys.stderr.isatty())
    renderer: Any = structlog.dev.ConsoleRenderer() if console else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            mask_event,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper(), logging.INFO)),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    silence_libraries()


def silence_libraries() -> None:
    """Keep the Spark client's JSON tracebacks and per-statement warnings out of users' faces."""
    import warnings

    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    logging.getLogger("pyspark").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", message=".*static config.*", category=UserWarning)
    warnings.filterwarnings("ignore", module=r"pyspark\..*", category=UserWarning)


def get_logger(name: str) -> Any:
    """A structlog logger bound to the module's name."""
    return structlog.get_logger(module=name)
