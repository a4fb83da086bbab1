"""dbt's door to a Spark Connect server: dbt-spark's SQL over one session, with errors that say what to do."""

from dbt.adapters.base.plugin import AdapterPlugin

from dbt.adapters.paylake.connections import PaylakeCredentials
from dbt.adapters.paylake.impl import PaylakeAdapter
from dbt.include import paylake

Plugin = AdapterPlugin(
    adapter=PaylakeAdapter,  # type: ignore[arg-type] # dbt-spark itself does not satisfy the protocol it is used as
    credentials=PaylakeCredentials,
    include_path=paylake.PACKAGE_PATH,
    dependencies=["spark"],
)
