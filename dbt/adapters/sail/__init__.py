"""dbt's door to the fast lane: the same SQL on Sail, into a scratch warehouse of its own."""

from dbt.adapters.base.plugin import AdapterPlugin

from dbt.adapters.sail.connections import SailCredentials
from dbt.adapters.sail.impl import SailAdapter
from dbt.include import sail

Plugin = AdapterPlugin(
    adapter=SailAdapter,  # type: ignore[arg-type] # dbt-spark itself does not satisfy the protocol it is used as
    credentials=SailCredentials,
    include_path=sail.PACKAGE_PATH,
    dependencies=["paylake"],
)
