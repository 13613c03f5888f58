#!/usr/bin/env python3
"""Processor seconds per GB of a capture and its replay, from 1 to 10 GB: whether they are a line.

The logs of three servers that are upgraded every few minutes, which is harder than quiet days: a
replay has epochs for each process of a server, some 300 in a GB here, and memory grows with them.

    bench-linear.py KUBESKEW FOLDER [GIGABYTES...]

Not one of those that `run` does by default, for it takes some minutes and as much disk as the
largest log and a tenth: `Tests/Benchmarks/run linear` ($KUBESKEW_BENCH_LINEAR_GB: other sizes).
"""
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(__file__))
from timing import Run, row

kubeskew, folder = sys.argv[1:3]
sizes = sys.argv[3:] or os.environ.get("KUBESKEW_BENCH_LINEAR_GB", "1 3 10").split()
here = os.path.dirname(os.path.abspath(__file__))
incident = os.path.join(here, "../../captures/wrong-gc-without-proxy")
servers = ["cp-1", "cp-2", "cp-3"]


def write_logs(place, gigabytes):
    """A log for each server, and how large they are together."""
    logs = {server: f"{place}/{server}.log" for server in servers}
    megabytes = str(round(gigabytes * 1000 / len(servers)))
    for server, log in logs.items():
        make = [sys.executable, f"{here}/make-log.py", megabytes, log]
        subprocess.run([*make, f"{incident}/audit-{server}.log.gz"], check=True)
    return logs, sum(map(os.path.getsize, logs.values())) / 1e9


def processes(recording):
    listed = subprocess.run([kubeskew, "servers", recording], capture_output=True, check=True)
    return len(listed.stdout.splitlines()) - 1


row("input", "capture s/GB", "replay s/GB", "both s/GB", "capture MB", "replay MB")
costs = []
for gigabytes in map(float, sizes):
    with tempfile.TemporaryDirectory(dir=folder) as place:
        logs, size = write_logs(place, gigabytes)
        recording = f"{place}/linear.db"
        inputs = [f"{server}={log}" for server, log in logs.items()]
        capture = Run([kubeskew, "capture", "audit", "-q", recording, *inputs])
        replay = Run([kubeskew, "replay", "-q", recording])
        costs.append((capture.cpu + replay.cpu) / size)
        row(f"{size:.1f} GB, {processes(recording):,} processes",
            f"{capture.cpu / size:.2f}", f"{replay.cpu / size:.2f}", f"{costs[-1]:.2f}",
            f"{capture.memory:.0f}", f"{replay.memory:.0f}")
print(f"  a GB of the last costs {costs[-1] / costs[0]:.2f} times one of the first")
