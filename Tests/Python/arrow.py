"""Reads `-o arrow` with pyarrow: every view of a recording, and its findings.

Usage: arrow BINARY RECORDING
"""
import json
import sqlite3
import subprocess
import sys

import pyarrow
import pyarrow.ipc

binary, recording = sys.argv[1:]
TYPES = {
    "text": pyarrow.string(),
    "integer": pyarrow.int64(),
    "flag": pyarrow.bool_(),
    "instant": pyarrow.timestamp("ns", tz="UTC"),
}


def run(*arguments):
    done = subprocess.run([binary, *arguments], capture_output=True)
    # 3: there are findings; 4: no all-clear. Both are results.
    assert done.returncode in (0, 3, 4), (arguments, done.stderr.decode())
    return done.stdout


def read(*arguments):
    table = pyarrow.ipc.open_stream(run(*arguments, "-o", "arrow", "-q")).read_all()
    table.validate(full=True)
    return table


def value(cell):
    """As SQLite holds it."""
    if isinstance(cell, pyarrow.TimestampScalar):
        return cell.value
    cell = cell.as_py()
    return int(cell) if isinstance(cell, bool) else cell


def text(cell):
    """Stored documents are text in a blob."""
    return cell.decode() if isinstance(cell, bytes) else cell


views = {}
for row in json.loads(run("schema", "-o", "json")):
    if row["column"]:
        views.setdefault(row["view"], []).append((row["column"], TYPES[row["type"]]))
assert len(views) > 20, views.keys()
connection = sqlite3.connect(recording)
rows = 0
for view, columns in views.items():
    schema = pyarrow.schema(columns)
    statement = f"SELECT * FROM {view}"
    table = read("query", recording, "-e", statement)
    assert table.schema == schema, (view, table.schema)
    expected = connection.execute(statement).fetchall()
    assert table.num_rows == len(expected), view
    for name, column in zip(table.column_names, zip(*expected)):
        assert [value(cell) for cell in table[name]] == [text(cell) for cell in column], (
            view, name)
    empty = read("query", recording, "-e", f"{statement} WHERE 0")
    assert empty.schema == schema and empty.num_rows == 0, (view, empty.schema)
    rows += table.num_rows

counted = read("query", recording, "-e", "SELECT server, count(*) n, avg(status) a, NULL x "
               "FROM v_request GROUP BY 1 ORDER BY 1")
assert counted.schema.types == [
    pyarrow.string(), pyarrow.int64(), pyarrow.float64(), pyarrow.string()], counted.schema
findings = read("findings", recording)
assert findings.to_pylist() == json.loads(run("findings", recording, "-o", "json", "-q"))
assert findings.schema.field("requests").type == pyarrow.int64()
few = read("findings", recording, "--kind", "loop", "--columns", "finding_id,requests")
assert few.schema.types == [pyarrow.string(), pyarrow.int64()], few.schema
print(f"ok: pyarrow reads {len(views)} views, {rows} rows, with the types of kubeskew schema")
