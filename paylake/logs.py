"""Structured logs (structlog) to stderr, with secrets and card digits masked."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog

SECRET_KEYS = re.compile(r"password|secret|token|authorization|api_?key|cvv|cvc", re.IGNORECASE)
SECRET_TEXT = re.compile(r"(token=|password=|secret=|[srp]k_(?:live|test)_|whsec_)[^\s;&\"']+", re.IGNORECASE)
DASH = "[\\-\u058a\u05be\u2010-\u2015\u2212\u301c\u3030\ufe31\ufe32\ufe58\ufe63\uff0d]"
GAP = f"{DASH[:-1]}\t \u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u202a-\u202f\u205f-\u206f\u3000\ufeff]"
"""What may stand between digits of a card number: dashes, spaces and characters that nobody sees."""
ESCAPED_GAP = re.compile(r"(?<=\d)\\(?:t|xa0|xad|u061c|u1680|u180e|u20[0126][0-9a-f]|u3000|ufeff)(?=\d)")
"""What nobody sees, as an error quotes it."""
CARD_DIGITS = re.compile(rf"(?<![\dA-Za-z])\d(?:(?:{GAP}| {DASH} )?\d){{12,}}(?![\dA-Za-z])")


def mask(text: str) -> str:
    """Text with secrets and every run of 13 digits or more (a possible card number) replaced."""
    text = ESCAPED_GAP.sub(" ", SECRET_TEXT.sub(r"\1[masked]", text))
    return CARD_DIGITS.sub("[digits masked]", text)


def _mask_value(key: str, value: Any) -> Any:
    if SECRET_KEYS.search(key):
        return "[masked]"
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {mask(str(k)): _mask_value(str(k), v) for k, v in value.items()}
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
