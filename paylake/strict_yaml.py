"""YAML that people write, read strictly: text only, no key twice, every key known, and errors that say where."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from paylake.errors import UsageError


class Strict(BaseModel):
    """A part of such a file: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=Strict)


class _Loader(yaml.BaseLoader):
    """Text only, and no key twice: YAML itself would let the second one win in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value]
        if again := twice(keys):
            raise yaml.MarkedYAMLError(problem=f"the key {again!r} appears twice", problem_mark=node.start_mark)
        return super().construct_mapping(node, deep)


def twice(names: Sequence[str]) -> str | None:
    """The first name that was there before; None when each is there once."""
    return next((name for at, name in enumerate(names) if name in names[:at]), None)


def read(model: type[Model], text: str, source: str, fix: str) -> Model:
    """What a YAML text says, as a model.

    Args:
        model: what it must be.
        text: the file's.
        source: where it is from, for messages.
        fix: what a reader of an error should do.

    Raises:
        UsageError: no YAML, an unknown key, or a value that does not fit; names source and key.
    """
    try:
        return model.model_validate(yaml.load(text, _Loader))  # noqa: S506 - builds nothing but text
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UsageError(f"{source}: line {line}: {error.problem}", fix) from None
    except ValidationError as error:
        raise UsageError(f"{source}: {'; '.join(_told(each) for each in error.errors())}", fix) from None


def _told(error: Any) -> str:
    key = ".".join(str(part) for part in error["loc"] if part != "[key]") or "the file"
    if error["type"] == "extra_forbidden":
        return f"{key}: no such key"
    if error["type"] == "model_type":
        return f"{key}: keys and values are expected"
    return f"{key}: {error['msg'].removeprefix('Value error, ')}"
