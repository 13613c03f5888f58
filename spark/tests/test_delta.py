"""The result tables as tables of Delta, written by Sail and read by delta-rs.

Delta's own jars are not on PyPI. Sail is: it is asked as Spark is, and writes tables of Delta.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from kubeskew_spark import storage, tables
from kubeskew_spark.fleet import FLEET
from kubeskew_spark.results import Results
from kubeskew_spark.tables import Table
from kubeskew_spark.warehouse import save

sail = pytest.importorskip("pysail.spark")
lake = pytest.importorskip("deltalake")

VALUES = {
    tables.TEXT: "a word",
    tables.COUNT: 7,
    tables.REAL: 0.5,
    tables.INSTANT: datetime(2026, 11, 20, 22, 9, 43, 742107, timezone.utc),
    pa.bool_(): True,
}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    server = sail.SparkConnectServer(ip="127.0.0.1", port=0)
    server.start()
    host, port = server.listening_address
    session = SparkSession.builder.remote(f"sc://{host}:{port}").getOrCreate()
    session.conf.set("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("lake")))
    yield session
    session.stop()
    server.stop()


def rows_of(table: Table) -> pa.Table:
    """A full row, and one that says no more than whose it is."""
    owner = {"cluster": "prod-eu", "span": "2026-11-20"}
    full = {name: VALUES[kind] for name, kind in table.columns.items()}
    return table.of([{**owner, **full}, {**owner, "cluster": "prod-us"}])


def expect(session: Any, name: str, rows: pa.Table) -> None:
    said = session.sql(f"DESCRIBE EXTENDED {name}").collect()
    [place] = [row["data_type"] for row in said if row["col_name"] == "Location"]
    found = lake.DeltaTable(place).to_pyarrow_table()
    assert found.column_names == rows.column_names
    assert found.cast(rows.schema).sort_by("cluster").to_pylist() == rows.to_pylist()


def test_every_table_is_saved_as_it_is(session: Any, tmp_path: Path) -> None:
    results = Results(str(tmp_path))
    everything = (*tables.ALL, FLEET)
    for table in everything:
        results.write(results.uri(table.name, "all"), rows_of(table))
    for _ in range(2):
        save(session, results, "fleet", "delta")
        for table in everything:
            expect(session, f"fleet.{table.name}", rows_of(table))


def test_a_table_without_rows_any_more_is_emptied(session: Any, tmp_path: Path) -> None:
    results = Results(str(tmp_path))
    uri = results.uri("finding", "all")
    results.write(uri, rows_of(tables.FINDING))
    save(session, results, "later", "delta")
    storage.delete(uri)
    save(session, results, "later", "delta")
    expect(session, "later.finding", tables.FINDING.of([]))


def test_a_table_of_an_earlier_release_gets_the_columns_of_this_one(
    session: Any, tmp_path: Path
) -> None:
    results = Results(str(tmp_path))
    results.write(results.uri("run", "all"), rows_of(tables.RUN))
    session.sql("CREATE DATABASE IF NOT EXISTS earlier")
    earlier = session.createDataFrame([("prod-eu", 1)], "cluster string, dropped long")
    earlier.write.format("delta").saveAsTable("earlier.run")
    save(session, results, "earlier", "delta")
    expect(session, "earlier.run", rows_of(tables.RUN))
