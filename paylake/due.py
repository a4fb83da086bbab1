"""What is due on the fast lane: the nodes whose text or tables are not those of their last good build.

A node's digest covers its text (code, configuration, macros, variables), the versions of the tables it reads and of the
table it wrote. What was saved while nobody watched, landed, failed, was killed half-way or was overwritten by someone
else then shows by itself, whatever events were seen or missed.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from paylake.sail import folder_of
from paylake.settings import PROJECT_MARKER, Settings
from paylake.warehouse import last_commit_file

TABLES = ("model", "seed", "snapshot")
TESTS = ("test", "unit_test")
VARIABLE = re.compile(r"\bvar\(\s*['\"](\w+)['\"]")


class Ledger:
    """The digests of the last good builds, in a file that a kill leaves whole; an unreadable one makes everything due.

    Args:
        file: where they are kept.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        try:
            found = json.loads(file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            found = {}
        self._digests: dict[str, str] = found if isinstance(found, dict) else {}

    def get(self, node: str) -> str | None:
        """The digest of a node's last good build."""
        return self._digests.get(node)

    def put(self, node: str, digest: str) -> None:
        """Note a good build, on disk when this returns."""
        with self._lock:
            self._digests[node] = digest
            self._write()

    def keep(self, nodes: Iterable[str]) -> None:
        """Forget all other nodes: they are no longer in the project."""
        with self._lock:
            self._digests = {node: digest for node in nodes if (digest := self._digests.get(node))}
            self._write()

    def _write(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._file.with_suffix(".draft")
        draft.write_text(json.dumps(self._digests, indent=0, sort_keys=True), encoding="utf-8")
        draft.replace(self._file)


class Comparison:
    """One parsed state of the project against the ledger.

    Args:
        manifest: dbt's manifest, its child map built.
        settings: say where tables are.
        ledger: what was built.
    """

    def __init__(self, manifest: Any, settings: Settings, ledger: Ledger) -> None:
        self._manifest, self._settings, self._ledger = manifest, settings, ledger
        self._variables = _variables(settings.project)
        self._texts: dict[str, str] = {}
        # Read once: what lands while a build runs is due after it.
        self._sources = {uid: self._on_disk(s.schema, s.identifier) for uid, s in manifest.sources.items()}
        nodes = {**manifest.nodes, **manifest.unit_tests}
        self.nodes: Mapping[str, Any] = {u: n for u, n in nodes.items() if n.resource_type in (*TABLES, *TESTS)}

    def due(self) -> set[str]:
        """The nodes to build: those that changed, and everything that reads what they will write."""
        found = {uid for uid in self.nodes if self._ledger.get(uid) != self.digest(uid)}
        waiting = list(found)
        while waiting:
            for child in self._manifest.child_map.get(waiting.pop(), ()):
                if child in self.nodes and child not in found:
                    found.add(child)
                    waiting.append(child)
        return found

    def done(self, uid: str) -> None:
        """Note that a node was just built, or a test passed."""
        self._ledger.put(uid, self.digest(uid))

    def digest(self, uid: str) -> str:
        """A node's text, and the versions of the tables it reads and writes, as they are now."""
        node = self.nodes[uid]
        if node.resource_type == "unit_test":  # which runs before its model is built, on rows of its own
            return _hash(self._text(uid), *map(self._text, node.depends_on_nodes))
        read = {parent: self._version(parent) for parent in sorted(node.depends_on_nodes)}
        return _hash(self._text(uid), read, self._on_disk(node.schema, node.alias))

    def _version(self, uid: str) -> str | None:
        if uid in self._sources:
            return self._sources[uid]
        node = self.nodes.get(uid)
        if node is None:
            return None
        if node.config.materialized == "ephemeral":
            return self.digest(uid)
        return self._on_disk(node.schema, node.alias)

    def _on_disk(self, schema: str, table: str) -> str | None:
        folder = folder_of(self._settings, schema, table)
        commit = last_commit_file(folder)
        return f"{folder.name}/{commit.name}" if commit else None

    def _text(self, uid: str) -> str:
        if uid not in self._texts:
            self._texts[uid] = _hash(*self._parts(self.nodes[uid]))
        return self._texts[uid]

    def _parts(self, node: Any) -> Iterator[Any]:
        if node.resource_type == "unit_test":
            yield node.checksum
            return
        if node.resource_type == "seed":  # dbt takes no checksum of a large one
            yield hashlib.sha256((self._settings.project / node.original_file_path).read_bytes()).hexdigest()
        yield [node.schema, node.alias, node.config.to_dict()]
        yield node.contract.checksum if hasattr(node, "contract") else None
        yield node.test_metadata.to_dict() if hasattr(node, "test_metadata") else None
        code = [node.raw_code, *self._macros(node.depends_on.macros)]
        yield code
        yield {name: self._variables.get(name) for text in code for name in VARIABLE.findall(text)}

    def _macros(self, names: Iterable[str]) -> list[str]:
        seen: set[str] = set()
        waiting = list(names)
        while waiting:
            if (name := waiting.pop()) not in seen and name in self._manifest.macros:
                seen.add(name)
                waiting += self._manifest.macros[name].depends_on.macros
        return [self._manifest.macros[name].macro_sql for name in sorted(seen)]


def _variables(project: Path) -> dict[str, Any]:
    found = yaml.safe_load((project / PROJECT_MARKER).read_text(encoding="utf-8"))
    variables: dict[str, Any] = found.get("vars") or {}
    return {**variables, **(variables.get(found["name"]) or {})}


def _hash(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, default=str, sort_keys=True).encode()).hexdigest()
