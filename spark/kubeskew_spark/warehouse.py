"""The result tables as tables of a Spark session: Parquet, Delta or Iceberg."""

from __future__ import annotations

from typing import Any

from . import storage, tables
from .fleet import FLEET
from .results import Results


def save(session: Any, results: Results, database: str, form: str) -> None:
    """Replaces the tables of a database by what the folder of results holds."""
    session.sql(f"CREATE DATABASE IF NOT EXISTS {database}")
    for table in (*tables.ALL, FLEET):
        folder = storage.join(results.out, "tables", table.name)
        if not any(storage.listing(folder, results.options)):
            continue
        rows = session.read.parquet(folder)
        rows.write.format(form).mode("overwrite").saveAsTable(f"{database}.{table.name}")
