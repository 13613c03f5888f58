"""The folder of results: a file of each table for each cluster, and the recordings.

    tables/<table>/<cluster>.<span>.parquet
    recordings/<cluster>/<span>.db

A cluster's files are its own, so that a cluster that is judged again replaces its rows and no
others; any engine reads a table's folder as one table.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from . import storage, tables
from .manifest import Unit


class Results:
    def __init__(self, out: str, options: str = "") -> None:
        self.out = out
        self.options = options

    def put(self, unit: Unit, rows: Mapping[str, pa.Table]) -> None:
        """Writes a cluster's rows of some tables, and leaves no file of a table without rows."""
        for name, content in rows.items():
            uri = self.uri(name, unit.file_name)
            if content.num_rows:
                self.write(uri, content)
            else:
                storage.delete(uri, self.options)

    def write(self, uri: str, content: pa.Table) -> None:
        with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
            pa.parquet.write_table(content, file.name, compression="zstd")
            storage.publish(Path(file.name), uri, self.options)

    def uri(self, table: str, file_name: str) -> str:
        return storage.join(self.out, "tables", table, f"{file_name}.parquet")

    def clear(self, unit: Unit) -> None:
        """Takes away what an earlier job said of a cluster: it is being judged."""
        for table in tables.ALL:
            storage.delete(self.uri(table.name, unit.file_name), self.options)

    def of(self, table: tables.Table, units: Collection[Unit]) -> list[dict[str, Any]]:
        """The rows of some clusters."""
        rows: list[dict[str, Any]] = []
        for unit in units:
            content = storage.read(self.uri(table.name, unit.file_name), self.options)
            if content is not None:
                rows += pa.parquet.read_table(io.BytesIO(content)).to_pylist()
        return rows
