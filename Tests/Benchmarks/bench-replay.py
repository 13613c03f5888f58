#!/usr/bin/env python3
"""`replay` of 0.1, 1 and 10 million requests against `SELECT sum(status)` over the same rows.

The recording is the bundled incident, its requests repeated in SQL; one request in a hundred is
one whose verdict is not plainly local. `as recorded` takes the scenario from the recording itself,
which is one more scan.
"""
import glob
import os
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
from timing import Run, alternate, median, row

kubeskew, folder = sys.argv[1:3]
here = os.path.dirname(os.path.abspath(__file__))
incident = os.path.join(here, "../../captures/wrong-gc-without-proxy")
scenario = os.path.join(incident, "scenario.yaml")
benchmark = os.path.join(os.path.dirname(kubeskew), "ReplayBenchmark")
if os.path.exists(benchmark):
    subprocess.run([benchmark], check=True)


def recording(requests):
    path = f"{folder}/replay-{requests}.db"
    inputs = [f"cp-{n}={incident}/audit-cp-{n}.log.gz" for n in (1, 2, 3)]
    subprocess.run(
        [kubeskew, "capture", "audit", "-q", path, *inputs], check=True, stdout=subprocess.DEVNULL)
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA synchronous = OFF")
    columns = [r[1] for r in database.execute("PRAGMA table_info(request)")][1:]
    names = ", ".join(columns)
    # Ninety-nine rows that every server serves, and one of those it does not.
    database.execute(
        "CREATE TEMP TABLE plain AS SELECT * FROM request WHERE not_found NOT IN (1, 2) "
        "AND status < 500 AND origin IS NULL AND resource NOT IN (SELECT id FROM resource "
        "WHERE resource = 'mutatingadmissionpolicies') ORDER BY at_ns LIMIT 9900")
    database.execute(
        "CREATE TEMP TABLE wrong AS SELECT * FROM request WHERE not_found = 2 LIMIT 100")
    database.execute("DELETE FROM deletion")
    database.execute("DELETE FROM request")
    for _ in range(requests // 10_000):
        for table in ("plain", "wrong"):
            database.execute(
                f"INSERT INTO request ({names}) SELECT {names} FROM {table}")
    database.commit()
    count = database.execute("SELECT count(*) FROM request").fetchone()[0]
    database.close()
    return path, count


row("requests", "seconds", "sum(status)", "ratio", "peak MB", "as recorded")
for requests in (100_000, 1_000_000, 10_000_000):
    path, count = recording(requests)
    runs = alternate(
        3,
        replay=lambda: Run([kubeskew, "replay", path, "--scenario", scenario, "-q"]),
        recorded=lambda: Run([kubeskew, "replay", path, "-q"]),
        sqlite=lambda: Run(["sqlite3", path, "SELECT sum(status) FROM request"]))
    ratios = sorted(a.wall / b.wall for a, b in zip(runs["replay"], runs["sqlite"]))
    row(count, "%.2f" % median(runs["replay"]), "%.3f" % median(runs["sqlite"]),
        "%.2f" % ratios[1], "%.0f" % median(runs["replay"], "memory"),
        "%.2f" % median(runs["recorded"]))
    for name in glob.glob(path + "*"):
        os.remove(name)
