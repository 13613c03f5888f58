#!/usr/bin/env python3
"""`capture audit` against DuckDB and sqlite-utils on the same Metadata-level log, and `analyze`, from
gzip logs to the answer, against `gzip -dc` of the same files on as many processes.

    bench-capture.py KUBESKEW FOLDER [MEGABYTES]
"""
import glob
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
from timing import Run, alternate, median, row

kubeskew, folder = sys.argv[1:3]
megabytes = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
here = os.path.dirname(os.path.abspath(__file__))
python = sys.executable
log = os.path.join(folder, "capture.log")
recorded = os.path.join(here, "../../captures/wrong-gc-without-proxy/audit-%s.log.gz")


def make(target, megabytes, server):
    command = [python, os.path.join(here, "make-log.py"), str(megabytes), target]
    subprocess.run([*command, recorded % server], check=True)


make(log, megabytes, "cp-1")
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

servers = ["cp-1", "cp-2", "cp-3"]
packed = {server: f"{folder}/{server}.log.gz" for server in servers}
size = 0
for server, target in packed.items():
    make(target[:-3], megabytes // len(servers), server)
    size += os.path.getsize(target[:-3])
    subprocess.run(["gzip", "-f", target[:-3]], check=True)


def analyze():
    return Run([kubeskew, "analyze", *(f"{server}={packed[server]}" for server in servers)])


def unpacking():
    # One process for each file, as many at once as there are processors.
    command = ["xargs", "-P", str(os.cpu_count()), "-n", "1", "gzip", "-dc"]
    with open(f"{folder}/files", "w+") as files:
        files.write("\n".join(packed.values()))
        files.seek(0)
        return Run(command, stdin=files)


runs = alternate(5, analyze=analyze, unpacking=unpacking)
row("on %.2f GB, packed" % (size / 1e9), "seconds", "MB/s", "cpu s", "peak MB")
for name, list_ in runs.items():
    row({"unpacking": "gzip -dc"}.get(name, name), "%.2f" % median(list_),
        "%.0f" % (size / 1e6 / median(list_)), "%.2f" % median(list_, "cpu"),
        "%.0f" % median(list_, "memory"))
pairs = list(zip(runs["analyze"], runs["unpacking"]))
wall = sorted(a.wall / g.wall for a, g in pairs)[2]
cpu = sorted(a.cpu / g.cpu for a, g in pairs)[2]
print(f"  from gzip logs to the answer takes {wall:.2f} times as long as gzip -dc of them on "
      f"{os.cpu_count()} processes, and {cpu:.2f} times the processor time (median of pairs)")
for name in [*packed.values(), f"{folder}/files"]:
    os.remove(name)
