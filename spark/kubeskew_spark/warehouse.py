"""The result tables as tables of a Spark session: Parquet, Delta or Iceberg."""

from __future__ import annotations

from typing import Any

from . import storage, tables
from .fleet import FLEET
from .results import Results
from .tables import Table


def save(session: Any, results: Results, database: str, form: str) -> None:
    """Replaces the tables of a database by what the folder of results holds."""
    session.sql(f"CREATE DATABASE IF NOT EXISTS {database}")
    for table in (*tables.ALL, FLEET):
        writer = _rows(session, results, table).write.format(form).mode("overwrite")
        if form == "delta":
            # Delta alone keeps the columns that a table has, and refuses others.
            writer = writer.option("overwriteSchema", "true")
        writer.saveAsTable(f"{database}.{table.name}")


def _rows(session: Any, results: Results, table: Table) -> Any:
    """What the files of a table hold, in its columns; it has no file where nothing was found."""
    from pyspark.sql.pandas.types import from_arrow_schema

    folder = storage.join(results.out, "tables", table.name)
    columns = from_arrow_schema(table.schema)
    if any(storage.listing(folder, results.options)):
        return session.read.schema(columns).parquet(folder)
    return session.createDataFrame([], columns)
