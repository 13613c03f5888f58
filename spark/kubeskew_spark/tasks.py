"""What is done for one cluster, from its logs to its recording and its rows of the result tables.

Nothing here knows an engine: a step is a value that says what to do, `perform` does it on whatever
machine it is called, and may be called again, or twice at once, without harm, since files appear
under their final names whole and last.
"""

from __future__ import annotations

import contextlib
import resource
import socket
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Union

from . import storage, tables
from .manifest import Log, Unit
from .results import Results
from .tool import NO_ALL_CLEAR, Answer, Tool, ToolError, find

Row = dict[str, Any]

# Several at once, since one connection of an object store is slower than what reads it.
_FETCHES_AT_ONCE = 4


@dataclass(frozen=True)
class Work:
    """What is asked of every cluster, and where the answers go."""

    out: str
    # The flags of `replay` for each what-if, and those of `plan` for each plan.
    what_ifs: tuple[tuple[str, ...], ...] = ()
    plans: tuple[tuple[str, ...], ...] = ()
    binary: str = ""
    # What `pyarrow.fs` takes behind the `?` of a URI, for logs and results alike.
    storage: str = ""
    # Where files are laid while a step works; empty for the machine's folder for such.
    scratch: str = ""


@dataclass(frozen=True)
class Judge:
    """A cluster by itself: logs to recording, replays, rows."""

    unit: Unit

    @property
    def size(self) -> int:
        return self.unit.size

    def perform(self, work: Work, roots: tuple[Path, ...]) -> Row:
        with _Place(work, roots) as place:
            complaints = place.capture(self.unit.logs, "--cluster", self.unit.cluster)
            return place.conclude(self.unit, complaints)


@dataclass(frozen=True)
class ReadPart:
    """A part of a cluster that is too big for one step: its recording and nothing else."""

    unit: Unit
    number: int
    logs: tuple[Log, ...]

    @property
    def size(self) -> int:
        return sum(log.size for log in self.logs)

    def perform(self, work: Work, roots: tuple[Path, ...]) -> Row:
        with _Place(work, roots) as place:
            place.capture(self.logs, "--part", "--cluster", self.unit.cluster)
            target = storage.join(work.out, part_name(self.unit, self.number))
            storage.publish(place.recording, target, work.storage)
            return place.row(self.unit, status="part")


@dataclass(frozen=True)
class Join:
    """The parts of a cluster to one recording, and from there as any other."""

    unit: Unit
    parts: int

    @property
    def size(self) -> int:
        return self.unit.size

    def perform(self, work: Work, roots: tuple[Path, ...]) -> Row:
        with _Place(work, roots) as place:
            uris = [storage.join(work.out, part_name(self.unit, n)) for n in range(self.parts)]
            paths = place.fetch(uris, [f"{n}.db" for n in range(self.parts)])
            merged = place.tool("merge", str(place.recording), *map(str, paths))
            row = place.conclude(self.unit, merged.complaints)
            for uri in uris:
                storage.delete(uri, work.storage)
            return row


Step = Union[Judge, ReadPart, Join]


def part_name(unit: Unit, number: int) -> str:
    return f"parts/{unit.file_name}.{number}.db"


def attempt(step: Step, work: Work, is_last: bool, roots: tuple[Path, ...] = ()) -> Row:
    """A step and what became of it: what the tool refuses is a row with its reason at once.

    Anything else, such as a store that does not answer, is the engine's to try again, until it
    would not.
    """
    try:
        return step.perform(work, roots)
    except ToolError as error:
        return _failed(step.unit, work, str(error))
    except Exception as error:
        if not is_last:
            raise
        return _failed(step.unit, work, f"{type(error).__name__}: {error}")


def unfinished(unit: Unit, reason: str) -> Row:
    """The row of a cluster of which nothing came back."""
    row: Row = dict.fromkeys(tables.TASK.schema.names)
    row.update(cluster=unit.cluster, span=unit.span, status="failed", reason=reason)
    row.update(logs=len(unit.logs), log_bytes=unit.size, host=socket.gethostname())
    row.update(finished_at=datetime.now(timezone.utc))
    return row


def _failed(unit: Unit, work: Work, reason: str) -> Row:
    row = unfinished(unit, reason)
    # Whoever waits for the row gets it in any case.
    with contextlib.suppress(Exception):
        Results(work.out, work.storage).clear(unit)
        Results(work.out, work.storage).put(unit, {"task": tables.TASK.of([row])})
    return row


@dataclass(frozen=True)
class _Replay:
    """What was said of a run, or why there is none."""

    name: str
    headline: str = ""
    reason: str = ""


class _Place:
    """A folder in which a step works, and the clock that runs meanwhile."""

    def __init__(self, work: Work, roots: tuple[Path, ...]) -> None:
        self.work = work
        self.tool: Tool = find(work.binary, roots)
        self._folder = tempfile.TemporaryDirectory(prefix="kubeskew-", dir=work.scratch or None)
        self.path = Path(self._folder.name)
        self.recording = self.path / "recording.db"
        self._started = time.monotonic(), _processor_seconds()

    def __enter__(self) -> _Place:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def fetch(self, uris: list[str], names: list[str]) -> list[Path]:
        """Copies on this machine, several at a time."""
        options = self.work.storage

        def one(uri: str, name: str) -> Path:
            return storage.fetch(uri, self.path / "fetched" / name, options)

        with ThreadPoolExecutor(_FETCHES_AT_ONCE) as pool:
            return list(pool.map(one, uris, names))

    def capture(self, logs: tuple[Log, ...], *flags: str) -> str:
        """Logs to the recording, which remembers them by their URIs; what the tool said."""
        # Folders stay as they are: a server may be named by the one that its log is in.
        names = [log.uri.partition("://")[2] or log.uri.lstrip("/") for log in logs]
        paths = self.fetch([log.uri for log in logs], names)
        lines = [f"{log.server}\t{path}\t{log.uri}" for log, path in zip(logs, paths)]
        listing = self.path / "inputs.tsv"
        listing.write_text("".join(f"{line}\n" for line in lines))
        inputs = ("--inputs", str(listing), *flags)
        answer = self.tool("capture", "audit", str(self.recording), *inputs)
        return answer.complaints

    def conclude(self, unit: Unit, complaints: str) -> Row:
        """Replays, rows, and the recording at last."""
        replays = [self._replay(flags) for flags in ((), *self.work.what_ifs)]
        rows = {table.name: self._read(table, unit) for table in tables.READ}
        runs = [*self._read_runs(unit, replays)]
        rows["run"] = tables.RUN.of(runs)
        rows["plan"] = tables.PLAN.of([*self._plans(unit)])
        results = Results(self.work.out, self.work.storage)
        results.put(unit, rows)
        target = storage.join(self.work.out, unit.recording)
        storage.publish(self.recording, target, self.work.storage)
        row = self.row(
            unit,
            status="done",
            warnings=complaints,
            requests=max((run["requests"] or 0 for run in runs), default=0),
            findings=rows["finding"].num_rows,
            recording=target,
            recording_bytes=self.recording.stat().st_size,
        )
        results.put(unit, {"task": tables.TASK.of([row])})
        return row

    def _replay(self, flags: tuple[str, ...]) -> _Replay:
        """One run, as recorded or what if."""
        name = run_name(flags)
        try:
            answer = self.tool(
                "replay", str(self.recording), *flags, "--run", name, "--evidence", "report"
            )
        except ToolError as error:
            if not flags:
                raise
            # One question that a cluster cannot be asked is no reason to lose the others.
            return _Replay(name, reason=str(error))
        return _Replay(name, headline=answer.output.decode(errors="replace").partition("\n")[0])

    def _read(self, table: tables.Table, unit: Unit) -> Any:
        answer = self._ask("query", "-e", table.sql, "--timeout", "0")
        return table.owned(unit.cluster, unit.span, tables.from_stream(answer.output))

    def _read_runs(self, unit: Unit, replays: list[_Replay]) -> Iterator[Row]:
        known = {row["run"]: row for row in self._read(tables.RUN, unit).to_pylist()}
        for replay in replays:
            row: Row = known.get(replay.name) or dict.fromkeys(tables.RUN.schema.names)
            row.update(cluster=unit.cluster, span=unit.span, run=replay.name)
            row.update(headline=replay.headline, reason=replay.reason)
            row["mode"] = row["mode"] or "what-if"
            yield row

    def _plans(self, unit: Unit) -> Iterator[Row]:
        for flags in self.work.plans:
            row: Row = dict.fromkeys(tables.PLAN.schema.names)
            row.update(cluster=unit.cluster, span=unit.span, asked=" ".join(flags))
            try:
                answer = self._ask("plan", "--top", "1", *flags)
            except ToolError as error:
                yield {**row, "reason": str(error)}
                continue
            best = tables.from_stream(answer.output)
            row["evidence"] = "insufficient" if answer.status == NO_ALL_CLEAR else ""
            columns = tables.PLAN.columns
            for name in columns:
                if name in best.column_names:
                    row[name] = tables.cast(best[name], columns[name])[0].as_py()
            yield row

    def _ask(self, verb: str, *arguments: str) -> Answer:
        return self.tool(verb, str(self.recording), *arguments, "--output", "arrow")

    def row(self, unit: Unit, **known: Any) -> Row:
        """What became of the cluster, and what it took."""
        began, processor = self._started
        row = unfinished(unit, "")
        row.update(
            seconds=time.monotonic() - began,
            processor_seconds=_processor_seconds() - processor,
            tool_version=self.tool("version").output.decode().split()[-1],
            **known,
        )
        return row


def run_name(flags: tuple[str, ...]) -> str:
    """A name for the run of a what-if: its flags, as they would be read out."""
    words = [flag.lstrip("-") for flag in flags]
    return "-".join(words).replace("/", "-") if words else "as-recorded"


def _processor_seconds() -> float:
    """Of this process and of what it has called, so far."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
