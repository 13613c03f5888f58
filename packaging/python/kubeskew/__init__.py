"""Reads kubeskew recordings, and makes them.

    import kubeskew

    recording = kubeskew.analyze(["cp-1=audit-cp-1.log.gz", "cp-2=audit-cp-2.log.gz"])
    recording.findings().to_pandas()
    recording.requests("status = 404").to_arrow()

A recording is an SQLite file; this module reads its views, which are the stable interface, and
never writes to it. Arrow and pandas are imported when they are asked for.
"""

import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile

__all__ = ["Recording", "Table", "ToolError", "analyze", "open", "tool"]


class ToolError(RuntimeError):
    """The tool failed; the message is its own."""


class Table:
    """Rows of a view: `columns`, `rows`, and ways into other libraries."""

    def __init__(self, columns, rows):
        self.columns = columns
        self.rows = rows

    def __len__(self):
        return len(self.rows)

    def __iter__(self):
        return (dict(zip(self.columns, row)) for row in self.rows)

    def to_arrow(self):
        """A `pyarrow.Table`; columns that end in `_ns` become timestamps."""
        import pyarrow

        values = list(zip(*self.rows)) if self.rows else [()] * len(self.columns)
        arrays = []
        for name, column in zip(self.columns, values):
            kind = pyarrow.timestamp("ns", tz="UTC") if name.endswith("_ns") else None
            arrays.append(pyarrow.array(column, type=kind))
        return pyarrow.table(dict(zip(self.columns, arrays)))

    def to_pandas(self):
        """A `pandas.DataFrame`; columns that end in `_ns` become timestamps."""
        import pandas

        frame = pandas.DataFrame(self.rows, columns=self.columns)
        for name in self.columns:
            if name.endswith("_ns"):
                frame[name] = pandas.to_datetime(frame[name], unit="ns", utc=True)
        return frame


class Recording:
    """One recording, opened for reading."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        if not self.path.exists():
            raise FileNotFoundError(f"no recording at {self.path}")
        self._connection = sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._connection.close()

    def sql(self, text, parameters=()):
        """Any SELECT over the views."""
        cursor = self._connection.execute(text, parameters)
        return Table([column[0] for column in cursor.description], cursor.fetchall())

    def _view(self, name, where, parameters):
        condition = f" WHERE {where}" if where else ""
        return self.sql(f"SELECT * FROM {name}{condition}", parameters)

    def requests(self, where=None, parameters=()):
        return self._view("v_request", where, parameters)

    def servers(self, where=None, parameters=()):
        return self._view("v_server", where, parameters)

    def runs(self, where=None, parameters=()):
        return self._view("v_run", where, parameters)

    def verdicts(self, where=None, parameters=()):
        return self._view("v_verdict", where, parameters)

    def findings(self, where=None, parameters=()):
        return self._view("v_finding", where, parameters)

    def to_parquet(self, folder):
        """Writes requests, verdicts, findings and more into a folder; needs pyarrow."""
        _run("export", self.path, "--parquet", folder, "--python", sys.executable, "--quiet")


def open(path):
    """Opens a recording."""
    return Recording(path)


def tool():
    """The path of the `kubeskew` program: beside this Python, else on the PATH."""
    beside = pathlib.Path(sys.executable).parent / "kubeskew"
    found = str(beside) if beside.exists() else shutil.which("kubeskew")
    if not found:
        raise ToolError("the program kubeskew is not installed")
    return found


def _run(*arguments):
    words = [tool(), *map(str, arguments)]
    done = subprocess.run(words, capture_output=True, text=True)
    # 3: there are findings; 4: no all-clear. Both are results.
    if done.returncode not in (0, 3, 4):
        raise ToolError(done.stderr.strip())


def analyze(logs, recording=None, html=None):
    """Captures audit logs, replays them as recorded, and opens the recording.

    `logs` are files or folders, each with `SERVER=` in front where the server has to be named.
    Without `recording` the file is in a temporary folder; `html` is where a report goes.
    """
    path = recording or os.path.join(tempfile.mkdtemp(prefix="kubeskew-"), "recording.db")
    _run("capture", "audit", path, *logs, "--quiet")
    _run("replay", path, "--quiet")
    if html:
        _run("report", path, "--html", html, "--quiet")
    return Recording(path)
