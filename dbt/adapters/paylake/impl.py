"""The adapter: dbt-spark's, on our connections."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

from dbt.adapters.base.meta import available
from dbt.adapters.base.relation import BaseRelation
from dbt.adapters.spark.column import SparkColumn
from dbt.adapters.spark.impl import LIST_RELATIONS_MACRO_NAME, SparkAdapter
from dbt.flags import get_flags
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.paylake.connections import PaylakeConnectionManager, SharedSession, readable_errors
from paylake.landing.bronze import bronze_columns
from paylake.launch import OWN_WAREHOUSE
from paylake.providers import PROVIDERS, Provider
from paylake.warehouse import inputs_of, is_built_from, note_built


def _provider_of(schema: str) -> Provider | None:
    return next((provider for provider in PROVIDERS.values() if provider.schema == schema), None)


class PaylakeAdapter(SparkAdapter):
    """dbt-spark's adapter; a server that is gone is an error here, never an empty schema."""

    ConnectionManager = PaylakeConnectionManager
    NO_SUCH_SCHEMA: ClassVar[str] = "SCHEMA_NOT_FOUND"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._warehouses: dict[int, Path | None] = {}

    def list_relations_without_caching(self, schema_relation: BaseRelation) -> list[BaseRelation]:
        """Relations of one schema, with their formats.

        Raises:
            DbtRuntimeError: anything but a schema that does not exist yet; dbt-spark would take every error for
                an empty schema and rebuild over what it could not see.
        """
        try:
            rows = self.execute_macro(LIST_RELATIONS_MACRO_NAME, kwargs={"schema_relation": schema_relation})
        except DbtRuntimeError as error:
            if self.NO_SUCH_SCHEMA in str(error):
                return []
            raise
        return self._build_spark_relation_list(rows, self._get_relation_information)

    def get_columns_in_relation(self, relation: BaseRelation) -> list[SparkColumn]:
        """Columns of a table by analysis alone, none for a table that does not exist.

        `describe` runs a job for the same, and on Sail it shows none for a table that was registered by its folder.
        """
        try:
            with readable_errors(self.config.credentials):
                fields = SharedSession.get(self.config.credentials).table(relation.render()).schema.fields
        except DbtRuntimeError as error:
            if "TABLE_OR_VIEW_NOT_FOUND" in str(error):
                return self._declared_columns(relation)
            raise
        return [
            SparkColumn(
                table_database=None,
                table_schema=relation.schema,
                table_name=relation.name,
                table_type=relation.type,
                table_owner="",
                column=field.name,
                column_index=index,
                dtype=field.dataType.simpleString(),
            )
            for index, field in enumerate(fields)
        ]

    @available.parse(lambda *_: sorted(PROVIDERS))
    def landed_providers(self) -> list[str]:
        """Providers that have bronze tables, as this run first saw them; all of them where it may not look."""
        return self._landed_providers

    @available.parse(lambda *_: False)
    def is_of_absent_provider(self, fqn: list[str]) -> bool:
        """Whether a model is in the folder of a provider that never landed."""
        return any(folder in PROVIDERS and folder not in self._landed_providers for folder in fqn[:-1])

    def _declared_columns(self, relation: BaseRelation) -> list[SparkColumn]:
        """Columns that a bronze table will have once its provider has landed, for the rows of unit tests."""
        provider = _provider_of(str(relation.schema))
        own = provider.tables.get(str(relation.identifier)) if provider else None
        columns = bronze_columns(own).items() if own else ()
        return [SparkColumn(column=name, dtype=kind.lower(), table_owner="") for name, kind in columns]

    @available.parse(lambda *_: None)
    def empty_bronze(self, schema: str, table: str) -> str | None:
        """A select without rows that stands for a table of a provider that never landed; None where it is not one."""
        provider = _provider_of(schema)
        if provider is None or provider.name in self._landed_providers:
            return None
        columns = bronze_columns(provider.tables[table]).items()
        return f"(select {', '.join(f'cast(null as {kind}) as `{name}`' for name, kind in columns)} where false)"

    @cached_property
    def _landed_providers(self) -> list[str]:
        if not get_flags().INTROSPECT:  # type: ignore[no-untyped-call]
            return sorted(PROVIDERS)
        with readable_errors(self.config.credentials):
            schemas = SharedSession.get(self.config.credentials).sql("show schemas").collect()
        return sorted(row[0].removeprefix("bronze_") for row in schemas if row[0].startswith("bronze_"))

    @available.parse(lambda *_: None)
    def inputs_of(self, sql: str) -> str | None:
        """Hash of a select and of the tables in it, or None where the tables are not on this machine."""
        return inputs_of(sql, self._engine, self._folder_of) if self._is_on_this_machine() else None

    @available.parse(lambda *_: False)
    def is_built_from(self, relation: BaseRelation, inputs: str | None) -> bool:
        """Whether a table holds exactly what the inputs give, untouched since it was built."""
        folder = self._folder_of(str(relation.schema), str(relation.identifier))
        return bool(inputs and folder and is_built_from(folder, inputs))

    @available.parse_none
    def note_built(self, relation: BaseRelation, inputs: str | None) -> None:
        """Remember what a table was built from."""
        folder = self._folder_of(str(relation.schema), str(relation.identifier))
        if folder and inputs:
            note_built(folder, inputs)

    @property
    def _engine(self) -> str:
        return f"pyspark {version('pyspark')}, delta-spark {version('delta-spark')}"

    def _is_on_this_machine(self) -> bool:
        return self._own_warehouse() is not None

    def _folder_of(self, schema: str, table: str) -> Path | None:
        warehouse = self._own_warehouse()
        return warehouse / f"{schema}.db" / table if warehouse else None

    def _own_warehouse(self) -> Path | None:
        """Folder of the server's tables where that is on this machine and one of ours."""
        session = SharedSession.get(self.config.credentials)
        if id(session) not in self._warehouses:
            named = session.conf.get(OWN_WAREHOUSE, "")
            is_local = session.client.host in ("localhost", "127.0.0.1", "::1")
            self._warehouses[id(session)] = Path(named) if named and is_local and Path(named).is_dir() else None
        return self._warehouses[id(session)]

    def _get_columns_for_catalog(self, relation: BaseRelation) -> Iterable[dict[str, Any]]:
        """Columns for `dbt docs`, from analysis: Spark 4.2 no longer lists them where dbt-spark reads them."""
        for column in self.get_columns_in_relation(relation):
            described = column.to_column_dict()
            described["column_name"] = described.pop("column", None)
            described["column_type"] = described.pop("dtype")
            described["table_database"] = None
            yield described
