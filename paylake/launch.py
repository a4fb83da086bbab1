"""How the local server is launched: memory, JVM options, Spark's configuration, the command line."""

from __future__ import annotations

import os
from pathlib import Path

import psutil

from paylake import classes
from paylake.java import find_java, jvm_options
from paylake.settings import Settings

MAIN_CLASS = "org.apache.spark.sql.connect.service.SparkConnectServer"
OWN_WAREHOUSE = "spark.paylake.warehouse"
"""Where a local server keeps its tables; a server that we did not start does not have this."""
FEW_CORES = 4
STARTING_HEAP_MB = 1024
METASPACE_MB = 256
"""Below these, a starting server collects its whole heap ten times while it only loads classes: 3 s."""
CODE_CACHE_MB = 512
"""Where only the quick compiler is asked for, the JVM reserves 48 MiB, which a full build fills: it then ends."""


def default_memory_mb() -> int:
    """Heap for this machine: a quarter of its memory, between 1 and 8 GiB."""
    return max(1024, min(8192, psutil.virtual_memory().total // 4 // 2**20))


def default_jvm_options() -> list[str]:
    """Collector for this machine: on few cores, the one that does its work at once takes the least of them."""
    return ["-XX:+UseParallelGC"] if (os.cpu_count() or 1) <= FEW_CORES else []


def configuration(settings: Settings, folder: Path, token: str) -> dict[str, str]:
    """Spark's configuration: loopback only, Delta, small statements; `folder` holds the server's own files."""
    lake = settings.lake_path
    return {
        "spark.master": f"local[{settings.cores or os.cpu_count() or 1}]",
        "spark.app.name": "paylake",
        "spark.connect.authenticate.token": token,
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(settings.port),
        "spark.connect.grpc.maxInboundMessageSize": str(256 * 2**20),
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.local.dir": str(folder / "tmp"),
        "spark.log.level": "WARN",
        "spark.sql.connect.serverStacktrace.enabled": "false",
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.sql.catalogImplementation": "hive",
        "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={lake / 'metastore'};create=true",
        "spark.sql.warehouse.dir": str(settings.warehouse_path),
        OWN_WAREHOUSE: str(settings.warehouse_path),
        "spark.sql.sources.default": "delta",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.databricks.delta.snapshotPartitions": "1",
        "spark.sql.ui.explainMode": "simple",
        "spark.delta.logStore.file.impl": "io.delta.storage.LocalLogStore",
        **settings.spark_conf,
    }


def command(settings: Settings, jars: list[Path], memory_mb: int, properties: Path) -> list[str]:
    """The command line of the server; secrets are in the properties file, for everyone can read command lines."""
    java = find_java()
    return [
        str(java.path),
        *jvm_options(),
        f"-Xmx{memory_mb}m",
        f"-Xms{min(memory_mb, STARTING_HEAP_MB)}m",
        f"-XX:MetaspaceSize={METASPACE_MB}m",
        "-XX:+ExitOnOutOfMemoryError",
        f"-XX:ReservedCodeCacheSize={CODE_CACHE_MB}m",
        *classes.options(settings, java),
        *(default_jvm_options() if settings.jvm_options is None else settings.jvm_options),
        f"-Dderby.stream.error.file={properties.parent / 'metastore.log'}",
        "-cp",
        classes.class_path(jars),
        "org.apache.spark.deploy.SparkSubmit",
        "--properties-file",
        str(properties),
        "--class",
        MAIN_CLASS,
        "spark-internal",
    ]
