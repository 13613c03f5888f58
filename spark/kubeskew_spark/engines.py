"""Who runs the steps: Spark, Ray, or the processors of this machine.

An engine schedules, tries again what failed, and brings back one row for each step. It never sees
a row of a log.
"""

from __future__ import annotations

import functools
import json
import os
import pickle
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from .tasks import Row, Step, Work, attempt

Engine = Callable[[Sequence[Step], Work], "list[Row]"]

# As often as Spark tries a task, unless it is told otherwise.
_ATTEMPTS = 4


def largest_first(steps: Sequence[Step]) -> list[Step]:
    """So that the longest does not begin when all others are done."""
    return sorted(steps, key=lambda step: -step.size)


# MARK: this machine


def _try_all(step: Step, work: Work) -> Row:
    for number in range(1, _ATTEMPTS):
        try:
            return attempt(step, work, is_last=False)
        except Exception as error:
            print(f"{step.unit.cluster}: attempt {number}: {error}", flush=True)
    return attempt(step, work, is_last=True)


def local(workers: int = 0) -> Engine:
    """Processes of this machine, each with one step at a time."""

    def run(steps: Sequence[Step], work: Work) -> list[Row]:
        with ProcessPoolExecutor(workers or os.cpu_count()) as pool:
            futures = [pool.submit(_try_all, step, work) for step in largest_first(steps)]
            return [future.result() for future in futures]

    return run


# MARK: Spark


def spark(session: Any, archive: str = "") -> Engine:
    """A Spark session: a step is a task of one partition.

    `archive` is the tool's archive; Spark brings it to every executor and unpacks it there.
    """
    _ship(session, archive)
    most = int(session.conf.get("spark.task.maxFailures", str(_ATTEMPTS)))

    def run(steps: Sequence[Step], work: Work) -> list[Row]:
        if not steps:
            return []
        # A fleet's list of files is long, and says the same over and over.
        packed = zlib.compress(pickle.dumps(largest_first(steps)))

        def perform(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            known: list[Step] = pickle.loads(zlib.decompress(packed))
            for batch in batches:
                rows = [_task(known[index], work, most) for index in batch.column(0).to_pylist()]
                yield pa.RecordBatch.from_arrays([pa.array(rows, pa.string())], ["row"])

        frame = session.range(0, len(steps), 1, len(steps)).mapInArrow(perform, "row string")
        return [unpacked(found["row"]) for found in frame.collect()]

    return run


def _task(step: Step, work: Work, most: int) -> str:
    """One step in an executor's Python."""
    from pyspark import SparkFiles, TaskContext

    context = TaskContext.get()
    is_last = context is None or context.attemptNumber() + 1 >= most
    roots = (Path(SparkFiles.getRootDirectory()),)
    return packed(attempt(step, work, is_last, roots))


def _ship(session: Any, archive: str) -> None:
    """Brings this package, and the tool, to the executors."""
    package = _zipped(Path(__file__).parent)
    # Spark Connect has no context; a classic session of an earlier Spark has no artifacts.
    context = getattr(session, "_sc", None)
    if package and context:
        context.addPyFile(package)
    elif package:
        session.addArtifacts(package, pyfile=True)
    if archive and context:
        context.addArchive(f"{archive}#kubeskew")
    elif archive:
        session.addArtifacts(f"{archive}#kubeskew", archive=True)


@functools.lru_cache
def _zipped(source: Path) -> str:
    """This package as a file that Python imports from; empty where it came as one already.

    One for all engines of this process: a session takes a file of one name once.
    """
    if not source.is_dir():
        return ""
    folder = Path(tempfile.mkdtemp(prefix="kubeskew-spark-"))
    with zipfile.ZipFile(folder / "kubeskew_spark.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(source.glob("*.py")):
            archive.write(path, f"{source.name}/{path.name}")
    return str(folder / "kubeskew_spark.zip")


# MARK: Ray


def ray(address: str = "") -> Engine:
    """A Ray cluster: a step is a task."""
    import ray as engine

    if not engine.is_initialized():
        package = str(Path(__file__).parent)
        engine.init(address=address or None, runtime_env={"py_modules": [package]})

    def run(steps: Sequence[Step], work: Work) -> list[Row]:
        task = engine.remote(_try_all)
        rows: list[Row] = engine.get([task.remote(step, work) for step in largest_first(steps)])
        return rows

    return run


# MARK: rows on their way back


def packed(row: Row) -> str:
    return json.dumps(row, default=lambda value: value.isoformat())


def unpacked(text: str) -> Row:
    row: Row = json.loads(text)
    if row.get("finished_at"):
        row["finished_at"] = datetime.fromisoformat(row["finished_at"])
    return row
