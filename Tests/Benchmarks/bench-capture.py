#!/usr/bin/env python3
"""`capture audit` against DuckDB and sqlite-utils on the same Metadata-level log."""
import glob
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
from timing import Run, alternate, median, row

kubeskew, folder = sys.argv[1:3]
here = os.path.dirname(os.path.abspath(__file__))
python = sys.executable
log = os.path.join(folder, "capture.log")
logs = [os.path.join(here, "../../captures/wrong-gc-without-proxy/audit-cp-1.log.gz")]
subprocess.run([python, os.path.join(here, "make-log.py"), "1000", log, *logs], check=True)
size = os.path.getsize(log)


def fresh(path):
    for name in glob.glob(path + "*"):
        os.remove(name)
    return path


def ours():
    return Run([kubeskew, "capture", "audit", "-q", fresh(f"{folder}/ours.db"), f"cp-1={log}"])


def duckdb():
    return Run([python, f"{here}/capture-duckdb.py", log, fresh(f"{folder}/duck.duckdb")])


def reading():
    return Run(["cat", log])


runs = alternate(5, kubeskew=ours, duckdb=duckdb, cat=reading)
row("on %.2f GB" % (size / 1e9), "seconds", "MB/s", "cpu s", "peak MB")
for name, list_ in runs.items():
    row(name, "%.2f" % median(list_), "%.0f" % (size / 1e6 / median(list_)),
        "%.2f" % median(list_, "cpu"), "%.0f" % median(list_, "memory"))
ratio = sorted(d.wall / o.wall for o, d in zip(runs["kubeskew"], runs["duckdb"]))[2]
print(f"  kubeskew is {ratio:.2f} times as fast as DuckDB (median of pairs)")
print(f"  recording: {100 * os.path.getsize(f'{folder}/ours.db') / size:.1f} % of the log")

utils = Run(
    [os.path.join(os.path.dirname(python), "sqlite-utils"), "insert", "--nl",
     fresh(f"{folder}/utils.db"), "request", log])
print(f"  sqlite-utils insert --nl: {size / 1e6 / utils.wall:.1f} MB/s; kubeskew is "
      f"{utils.wall / median(runs['kubeskew']):.0f} times as fast")
for name in glob.glob(f"{folder}/*.db*") + glob.glob(f"{folder}/*.duckdb*") + [log]:
    os.remove(name)
