"""All clusters: which steps they take, how they go, and what became of each."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Callable

from . import tables
from .engines import Engine
from .manifest import Unit, parts
from .results import Results
from .tasks import Join, Judge, ReadPart, Row, Step, Work, unfinished

# How often the driver looks who has come to an end.
_LOOK_SECONDS = 2.0

Tell = Callable[[str], None]


def tell(line: str) -> None:
    """Progress is for people: standard output is for rows."""
    print(line, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Split:
    """A cluster that is too big for one step."""

    unit: Unit
    reads: tuple[ReadPart, ...]

    @staticmethod
    def of(unit: Unit, most: int) -> Split:
        cut = parts(unit, most)
        return Split(unit, tuple(ReadPart(unit, n, logs) for n, logs in enumerate(cut)))


def run(
    engine: Engine, units: Sequence[Unit], work: Work, split: int = 0, say: Tell = tell
) -> list[Row]:
    """Judges every cluster, and gives a row for each, whatever happens to it.

    A cluster of more than `split` bytes is read in parts, which are then joined and replayed as
    one; 0 splits none.
    """
    results = Results(work.out, work.storage)
    for unit in units:
        results.clear(unit)
    big = [Split.of(unit, split) for unit in units if split and unit.size > split]
    names = {one.unit for one in big}
    steps: list[Step] = [Judge(unit) for unit in units if unit not in names]
    steps += [read for one in big for read in one.reads]
    rows = _watched(engine, steps, work, units, say)
    joins: list[Step] = []
    for one in big:
        reads = [row for row in rows if row["cluster"] == one.unit.cluster]
        if len(reads) == len(one.reads) and all(row["status"] == "part" for row in reads):
            joins.append(Join(one.unit, len(one.reads)))
    if joins:
        say(f"joining the parts of {len(joins)} clusters")
        rows += _watched(engine, joins, work, [join.unit for join in joins], say)
    return _one_each(units, rows, results)


def _one_each(units: Sequence[Unit], rows: Sequence[Row], results: Results) -> list[Row]:
    """The row of each cluster: its failure where there is one, since a part is not the whole."""
    found: list[Row] = []
    for unit in units:
        mine = [row for row in rows if row["cluster"] == unit.cluster and row["status"] != "part"]
        failed = [row for row in mine if row["status"] == "failed"]
        row = (failed or mine or [unfinished(unit, "the engine gave no answer for it")])[0]
        if row["status"] == "failed":
            # Here too: whoever failed may have had no time to say so.
            results.put(unit, {"task": tables.TASK.of([row])})
        found.append(row)
    return found


def _watched(
    engine: Engine, steps: Sequence[Step], work: Work, units: Sequence[Unit], say: Tell
) -> list[Row]:
    """Runs steps, and says meanwhile which clusters have come to an end.

    By the rows that tasks leave in the results, so that it works the same for every engine.
    """
    waiting = list(units)
    results = Results(work.out, work.storage)
    done = 0
    with ThreadPoolExecutor(1) as pool:
        future: Future[list[Row]] = pool.submit(engine, steps, work)
        while True:
            is_over = bool(wait([future], timeout=_LOOK_SECONDS).done)
            for row in results.of(tables.TASK, waiting):
                waiting = [unit for unit in waiting if unit.cluster != row["cluster"]]
                done += 1
                say(f"{done} of {len(units)}: {_words(row)}")
            if is_over:
                break
    try:
        return future.result()
    except Exception as error:
        # What other tasks have left is there; only those that did not end are lost.
        say(f"the engine gave up: {error}")
        rows = results.of(tables.TASK, units)
        known = {row["cluster"] for row in rows}
        reason = f"the engine gave up: {type(error).__name__}"
        return rows + [unfinished(unit, reason) for unit in units if unit.cluster not in known]


def _words(row: Row) -> str:
    if row["status"] == "failed":
        return f"{row['cluster']} failed: {row['reason']}"
    return (
        f"{row['cluster']}, {row['requests']} requests, {row['findings']} findings, "
        f"{row['seconds']:.1f} s"
    )
