"""From a bucket to a ranked table of the fleet.

    spark-submit --archives kubeskew.tar.gz#kubeskew kubeskew_spark/__main__.py ...
    python -m kubeskew_spark 's3://audit/{cluster}/{server}/{day}/**' --out s3://results/week \\
        --since 2026-11-21 --plan '--to 1.36' --archive kubeskew.tar.gz
"""

from __future__ import annotations

import argparse
import contextlib
import re
import shlex
import shutil
import sys
from collections.abc import Sequence
from datetime import date
from typing import Any

from kubeskew_spark import engines, fleet, job, manifest, storage
from kubeskew_spark.results import Results
from kubeskew_spark.tasks import Work
from kubeskew_spark.warehouse import save

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


def size(text: str) -> int:
    match = re.fullmatch(r"(\d+)([KMGT]?)B?", text)
    if not match:
        raise argparse.ArgumentTypeError(f"'{text}' is no size such as 200GB")
    return int(match.group(1)) * _UNITS[match.group(2)]


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="kubeskew-spark",
        description="Judges every cluster of a fleet where its audit logs lie, and ranks them.",
        epilog="Exit status: 0 all clear, 1 it failed, 3 a cluster loses objects or gets wrong "
        "answers, 4 none does as far as can be told, but of some it cannot be told.",
    )
    what = made.add_argument
    what("template", nargs="?", help="where logs lie: s3://b/{cluster}/{server}/{day}/**")
    what("--manifest", metavar="FILE", help="a list instead: CLUSTER, SERVER, URI, SIZE by tabs")
    what("--out", metavar="URI", help="the folder of results")
    what("--since", type=date.fromisoformat, metavar="DAY", help="from this day on")
    what("--until", type=date.fromisoformat, metavar="DAY", help="up to this day, included")
    what("--cluster", action="append", default=[], metavar="NAME", help="this cluster; repeats")
    what(
        "--what-if",
        action="append",
        default=[],
        metavar="FLAGS",
        help="replay with these flags too, such as '--to 1.36 --with-proxy'; repeats",
    )
    what(
        "--plan",
        action="append",
        default=[],
        metavar="FLAGS",
        help="rank upgrades with these flags, such as '--to 1.36 --start every:1h'; repeats",
    )
    what(
        "--split",
        type=size,
        default=200 * 10**9,
        metavar="SIZE",
        help="read larger clusters in parts of this size (200GB); 0 for never",
    )
    what("--engine", choices=["spark", "ray", "local"], default="spark", help="who runs it")
    what("--workers", type=int, default=0, metavar="N", help="processes of the local engine")
    what("--archive", default="", metavar="URI", help="the tool's archive, for the executors")
    what("--binary", default="", metavar="PATH", help="the tool, where it is installed already")
    what(
        "--storage",
        default="",
        metavar="QUERY",
        help="options of the object store, such as 'endpoint_override=host:9000&scheme=http'",
    )
    what("--scratch", default="", metavar="DIR", help="where executors lay files while they work")
    what(
        "--format",
        choices=["parquet", "delta", "iceberg"],
        default="parquet",
        help="tables of the session besides the Parquet files",
    )
    what("--database", default="", metavar="NAME", help="save the tables into it, in the session")
    what("--dry-run", action="store_true", help="print the list of logs, and do nothing")
    return made


def main(words: Sequence[str] | None = None) -> int:
    options = parser().parse_args(words)
    try:
        return _run(options)
    except (manifest.BadTemplate, OSError) as error:
        print(f"kubeskew-spark: {error}", file=sys.stderr)
        return 1


def _run(options: argparse.Namespace) -> int:
    units = _units(options)
    if options.dry_run:
        sys.stdout.write(manifest.listed(units))
        return 0
    if not options.out:
        raise manifest.BadTemplate("--out is needed: the folder of results")
    total = sum(unit.size for unit in units)
    job.tell(f"{len(units)} clusters, {total / 1e9:.1f} GB")
    work = Work(
        out=options.out,
        what_ifs=tuple(tuple(shlex.split(flags)) for flags in options.what_if),
        plans=tuple(tuple(shlex.split(flags)) for flags in options.plan),
        binary=options.binary,
        storage=options.storage,
        scratch=options.scratch,
    )
    with contextlib.ExitStack() as stack:
        session = _session(stack) if options.engine == "spark" else None
        return _rank(options, units, work, session)


def _rank(options: argparse.Namespace, units: list[manifest.Unit], work: Work, session: Any) -> int:
    """Judges all clusters, and prints the table."""
    job.run(_engine(options, session), units, work, split=options.split)
    results = Results(work.out, work.storage)
    rows = fleet.ranked(results, units)
    results.write(results.uri("fleet", "fleet"), fleet.FLEET.of(rows))
    if session is not None and options.database:
        save(session, results, options.database, options.format)
    width = shutil.get_terminal_size((0, 0)).columns if sys.stdout.isatty() else 0
    sys.stdout.write(fleet.text(rows, width))
    answers = {row["answer"] for row in rows}
    if answers & {"loss", "wrong-answers"}:
        return 3
    return 4 if answers & {"failed", "unknown"} else 0


def _units(options: argparse.Namespace) -> list[manifest.Unit]:
    if options.manifest:
        content = storage.read(options.manifest, options.storage)
        if content is None:
            raise manifest.BadTemplate(f"there is no file {options.manifest}")
        units = manifest.read(content.decode())
    elif options.template:
        units = manifest.find(
            options.template, options.storage, options.since, options.until, options.cluster
        )
    else:
        raise manifest.BadTemplate("a path template is needed, or --manifest FILE")
    if not units:
        raise manifest.BadTemplate("no log fits: --dry-run prints those that do")
    return units


def _session(stack: contextlib.ExitStack) -> Any:
    """The session that is there, as in a notebook; else one of our own, which ends with the job."""
    from pyspark.sql import SparkSession

    known = SparkSession.getActiveSession()
    session = known or SparkSession.builder.appName("kubeskew").getOrCreate()
    if known is None:
        stack.callback(session.stop)
    return session


def _engine(options: argparse.Namespace, session: Any) -> engines.Engine:
    if options.engine == "spark":
        return engines.spark(session, options.archive)
    if options.engine == "ray":
        return engines.ray()
    return engines.local(options.workers)


if __name__ == "__main__":
    sys.exit(main())
