#!/usr/bin/env python3
"""`capture audit` of logs at level RequestResponse, and of the same requests without bodies.

One log is made: pods alone, which have most of the fields that releases added. The other repeats
the records with bodies of the recorded control planes, under new audit ids.
Bodies are searched for the fields that releases added: with KUBESKEW_BEFORE, an older binary that
does not do so, or does it otherwise, runs in turn with this one.
"""
import glob
import gzip
import os
import re
import subprocess
import sys
import uuid

sys.path.insert(0, os.path.dirname(__file__))
from timing import Run, alternate, median, row

SIZE = 200
kubeskew, folder = sys.argv[1:3]
here = os.path.dirname(os.path.abspath(__file__))
before = os.environ.get("KUBESKEW_BEFORE")


def made(name, *flags):
    path = os.path.join(folder, name)
    maker = os.path.join(here, "make-bodies.py")
    subprocess.run([sys.executable, maker, str(SIZE), path, *flags], check=True)
    return path


def recorded():
    """The recorded events that have bodies, again and again."""
    events = []
    for name in sorted(glob.glob(os.path.join(here, "../../captures/*/audit-*.log.gz"))):
        with gzip.open(name, "rb") as log:
            events += [line for line in log if b'"requestObject":' in line or b'"responseObject":' in line]
    path, written, number = os.path.join(folder, "recorded.log"), 0, 0
    with open(path, "wb") as sink:
        while written < SIZE * 1_000_000:
            for event in events:
                number += 1
                own = b'"auditID":"%s"' % str(uuid.UUID(int=10**9 + number)).encode()
                written += sink.write(re.sub(rb'"auditID":"[^"]*"', own, event, count=1))
    return path


def capture(binary, text):
    def run():
        for name in glob.glob(f"{folder}/bodies.db*"):
            os.remove(name)
        return Run([binary, "capture", "audit", "-q", f"{folder}/bodies.db", f"cp-1={text}"])
    return run


logs = {"pods alone": made("bodies.log"), "recorded bodies": recorded(),
        "pods without bodies": made("bare.log", "--without")}
commands = {name: capture(kubeskew, log) for name, log in logs.items()}
if before:
    commands |= {f"{name}, before": capture(before, log) for name, log in logs.items()}
runs = alternate(7, **commands)
row("on %d MB" % SIZE, "seconds", "MB/s", "cpu s", "peak MB")
for name, list_ in runs.items():
    size = os.path.getsize(logs[name.removesuffix(", before")])
    row(name, "%.2f" % median(list_), "%.0f" % (size / 1e6 / median(list_)),
        "%.2f" % median(list_, "cpu"), "%.0f" % median(list_, "memory"))
for name in logs if before else []:
    pairs = list(zip(runs[name], runs[f"{name}, before"]))
    wall, cpu = (sorted(getattr(now, figure) / getattr(then, figure) for now, then in pairs)[3]
                 for figure in ("wall", "cpu"))
    print(f"  {name}: {wall:.2f} times the time of before, {cpu:.2f} times its processor time"
          " (medians of pairs)")
for name in [*glob.glob(f"{folder}/bodies.db*"), *logs.values()]:
    os.remove(name)
