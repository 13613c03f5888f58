#!/usr/bin/env python3
"""`capture audit` against DuckDB on the same Metadata-level logs of three servers, plain and packed;
against sqlite-utils on one of them; and `analyze`, from gzip logs to the answer, against `gzip -dc` of
the same files on as many processes.

    bench-capture.py KUBESKEW FOLDER [MEGABYTES]
"""
import glob
import os
import subprocess
import sys

import zstandard

sys.path.insert(0, os.path.dirname(__file__))
from timing import Run, alternate, median, row

kubeskew, folder = sys.argv[1:3]
megabytes = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
here = os.path.dirname(os.path.abspath(__file__))
python = sys.executable
recorded = os.path.join(here, "../../captures/wrong-gc-without-proxy/audit-%s.log.gz")
servers = ["cp-1", "cp-2", "cp-3"]
endings = {"plain": "", "gzip": ".gz", "zstd": ".zst"}


def make(target, megabytes, server):
    command = [python, os.path.join(here, "make-log.py"), str(megabytes), target]
    subprocess.run([*command, recorded % server], check=True)


def named(ending):
    return {server: f"{folder}/{server}.log{ending}" for server in servers}


plain = named("")
for server, target in plain.items():
    make(target, megabytes // len(servers), server)
    subprocess.run(["gzip", "-kf", target], check=True)
    with open(target, "rb") as raw, open(target + ".zst", "wb") as packed:
        zstandard.ZstdCompressor().copy_stream(raw, packed)
size = sum(os.path.getsize(target) for target in plain.values())


def fresh(path):
    for name in glob.glob(path + "*"):
        os.remove(name)
    return path


def ours(logs):
    return Run([kubeskew, "capture", "audit", "-q", fresh(f"{folder}/ours.db"),
                *(f"{server}={log}" for server, log in logs.items())])


def duckdb(logs):
    return Run([python, f"{here}/capture-duckdb.py", *logs.values(), fresh(f"{folder}/duck.duckdb")])


for kind, ending in endings.items():
    logs = named(ending)
    runs = alternate(5, kubeskew=lambda: ours(logs), duckdb=lambda: duckdb(logs))
    row("%.2f GB, %s" % (size / 1e9, kind), "seconds", "MB/s", "cpu s", "peak MB")
    for name, list_ in runs.items():
        row(name, "%.2f" % median(list_), "%.0f" % (size / 1e6 / median(list_)),
            "%.2f" % median(list_, "cpu"), "%.0f" % median(list_, "memory"))
    ratio = sorted(d.wall / o.wall for o, d in zip(runs["kubeskew"], runs["duckdb"]))[2]
    print(f"  kubeskew is {ratio:.2f} times as fast as DuckDB (median of pairs)")
print(f"  recording: {100 * os.path.getsize(f'{folder}/ours.db') / size:.1f} % of the logs")

first = plain["cp-1"]
utils = Run(
    [os.path.join(os.path.dirname(python), "sqlite-utils"), "insert", "--nl",
     fresh(f"{folder}/utils.db"), "request", first])
alone = ours({"cp-1": first})
print(f"  of one log, sqlite-utils insert --nl: {os.path.getsize(first) / 1e6 / utils.wall:.1f} MB/s; "
      f"kubeskew is {utils.wall / alone.wall:.0f} times as fast")
packed = named(endings["gzip"])


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
for name in glob.glob(f"{folder}/*.log*") + glob.glob(f"{folder}/*.d*b*") + [f"{folder}/files"]:
    os.remove(name)
