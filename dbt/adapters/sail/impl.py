"""The adapter: builds of tables go to folders that were never written to, and a dropped table is gone from disk too."""

from __future__ import annotations

from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import ClassVar

from dbt.adapters.base.meta import available
from dbt.adapters.base.relation import BaseRelation

from dbt.adapters.paylake.connections import SharedSession, readable_errors
from dbt.adapters.paylake.impl import PaylakeAdapter
from dbt.adapters.sail.connections import SailConnectionManager
from paylake import sail
from paylake.settings import Settings, get_settings


class SailAdapter(PaylakeAdapter):
    """Paylake's adapter on Sail."""

    ConnectionManager = SailConnectionManager
    NO_SUCH_SCHEMA: ClassVar[str] = "Database not found"

    @cached_property
    def _settings(self) -> Settings:
        """The settings of one run of dbt: another branch, checked out meanwhile, is the next run's affair."""
        settings = get_settings()
        return settings.model_copy(update={"scratch": settings.scratch_path.name})

    @property
    def _engine(self) -> str:
        return f"pysail {version('pysail')}"

    def _is_on_this_machine(self) -> bool:
        return True

    def _folder_of(self, schema: str, table: str) -> Path:
        return sail.folder_of(self._settings, schema, table)

    @available.parse(lambda *_: "")
    def new_location(self, relation: BaseRelation) -> str:
        """A folder for one build of a table, as it stands between quotes in SQL."""
        return sail.quoted(sail.new_generation(self._settings, str(relation.schema), str(relation.identifier)))

    @available.parse_none
    def adopt(self, relation: BaseRelation, built: BaseRelation, location: str) -> None:
        """Let a table be what was built beside it, under another name and in a new folder."""
        with readable_errors(self.config.credentials):
            session = SharedSession.get(self.config.credentials)
            sail.adopt(session, self._settings, str(relation.schema), str(relation.identifier), Path(location))
            session.sql(f"drop table if exists {built}")
        self.cache_added(relation)

    @available.parse_none
    def drop_relation(self, relation: BaseRelation) -> None:
        """Drop a table with its rows: Sail alone would keep them on disk, and hand them to the next of that name."""
        super().drop_relation(relation)  # type: ignore[no-untyped-call]
        if relation.is_table:
            sail.discard(self._settings, str(relation.schema), str(relation.identifier))
