"""The adapter: dbt-spark's, on our connections."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dbt.adapters.base.relation import BaseRelation
from dbt.adapters.spark.impl import LIST_RELATIONS_MACRO_NAME, SparkAdapter
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.paylake.connections import PaylakeConnectionManager


class PaylakeAdapter(SparkAdapter):
    """dbt-spark's adapter; a server that is gone is an error here, never an empty schema."""

    ConnectionManager = PaylakeConnectionManager

    def list_relations_without_caching(self, schema_relation: BaseRelation) -> list[BaseRelation]:
        """Relations of one schema, with their formats.

        Raises:
            DbtRuntimeError: anything but a schema that does not exist yet; dbt-spark would take every error for
                an empty schema and rebuild over what it could not see.
        """
        try:
            rows = self.execute_macro(LIST_RELATIONS_MACRO_NAME, kwargs={"schema_relation": schema_relation})
        except DbtRuntimeError as error:
            if "SCHEMA_NOT_FOUND" in str(error):
                return []
            raise
        return self._build_spark_relation_list(rows, self._get_relation_information)

    def _get_columns_for_catalog(self, relation: BaseRelation) -> Iterable[dict[str, Any]]:
        """Columns for `dbt docs`, from DESCRIBE: Spark 4.2 no longer lists them where dbt-spark reads them."""
        for column in self.get_columns_in_relation(relation):
            described = column.to_column_dict()
            described["column_name"] = described.pop("column", None)
            described["column_type"] = described.pop("dtype")
            described["table_database"] = None
            yield described
