"""Reads a recording with the engines that docs/analysts.md names: DuckDB, pandas, Datasette.

Usage: engines BINARY RECORDING SQLITE-EXTENSION-OF-DUCKDB
"""
import json
import os
import subprocess
import sys
import tempfile

import duckdb
import pandas
import pyarrow.parquet

binary, recording, extension = sys.argv[1:]
folder = tempfile.mkdtemp()


def run(*arguments):
    return subprocess.run([binary, *arguments], capture_output=True, check=True).stdout.decode()


# Parquet: types and rows, by three readers.
run("export", recording, "--parquet", folder, "--python", sys.executable, "-q")
schema = pyarrow.parquet.read_schema(f"{folder}/requests.parquet")
assert str(schema.field("status").type) == "int64", schema
assert str(schema.field("at_ns").type) == "timestamp[ns, tz=UTC]", schema
assert str(schema.field("peer_proxied").type) == "bool", schema
frame = pandas.read_parquet(f"{folder}/requests.parquet")
assert len(frame) == 26435 and frame["status"].max() >= 404
duck = duckdb.connect()
count = duck.execute(f"SELECT count(*) FROM '{folder}/requests.parquet'").fetchone()
assert count == (26435,), count
wrong = f"SELECT count(*) FROM '{folder}/findings.parquet' WHERE kind = 'wrong-gc'"
assert duck.execute(wrong).fetchone() == (3,)

# The views themselves, which DuckDB takes for text until they are given types.
duck.execute(f"LOAD '{extension}'")
duck.execute(f"ATTACH '{recording}' AS recording (TYPE sqlite, READ_ONLY)")
duck.execute(run("schema", "duckdb"))
views = {row["view"] for row in json.loads(run("schema", "-o", "json"))}
for view in sorted(views):
    duck.execute(f"SELECT * FROM {view}").fetchall()
types = {row[0]: row[1] for row in duck.execute("DESCRIBE v_request").fetchall()}
assert types["status"] == "BIGINT" and types["at_ns"] == "TIMESTAMP_NS", types
assert types["peer_proxied"] == "BOOLEAN", types

# Datasette: views and queries are listed, tables are not.
metadata = f"{folder}/metadata.json"
with open(metadata, "w") as file:
    file.write(run("query", recording, "--datasette"))
name = os.path.splitext(os.path.basename(recording))[0]
listed = json.loads(
    subprocess.run(
        [
            f"{os.path.dirname(sys.executable)}/datasette", recording,
            "--metadata", metadata, "--get", f"/{name}.json",
        ],
        capture_output=True,
        check=True,
    ).stdout
)
tables = {table["name"]: table["hidden"] for table in listed["tables"]}
assert tables["request"] and all(tables.values()), tables
assert len(listed["views"]) == len(views), listed["views"]
assert any(query["name"] == "clients-top" for query in listed["queries"])
print("engines: Parquet by pyarrow, pandas and DuckDB; typed views in DuckDB; Datasette")
