"""What a notebook must never keep: tokens, e-mail addresses, card digits and stack traces of the JVM."""

from __future__ import annotations

import re

from paylake.logs import SECRET_TEXT, mask

ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]+@(?:[\w-]+\.)+[A-Za-z]{2,}\b")
JVM = re.compile(r"(?:\n\s*)?JVM stacktrace:.*|\n\s*at [\w$.]+\([\w.]+(?::\d+)?\).*", re.DOTALL)


def scrub_display(text: str) -> str:
    """For what a reader asked to see: secrets and addresses masked, numbers left alone."""
    return ADDRESS.sub("[address masked]", SECRET_TEXT.sub(r"\1[masked]", text))


def scrub(text: str) -> str:
    """For output of programs: also long digits masked, and stack traces of the JVM cut off."""
    return ADDRESS.sub("[address masked]", JVM.sub("", mask(text)))
