#!/usr/bin/env python3
"""`capture audit` of a log at level RequestResponse, and of the same requests without bodies.

Bodies are searched for the fields that releases added: with KUBESKEW_BEFORE, an older binary that
does not do so, or does it otherwise, runs in turn with this one.
"""
import glob
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
from timing import Run, alternate, median, row

kubeskew, folder = sys.argv[1:3]
here = os.path.dirname(os.path.abspath(__file__))
before = os.environ.get("KUBESKEW_BEFORE")
log, bare = os.path.join(folder, "bodies.log"), os.path.join(folder, "bare.log")
make = [sys.executable, os.path.join(here, "make-bodies.py"), "200"]
subprocess.run([*make, log], check=True)
subprocess.run([*make, bare, "--without"], check=True)
size = os.path.getsize(log)


def capture(binary, text):
    def run():
        for name in glob.glob(f"{folder}/bodies.db*"):
            os.remove(name)
        return Run([binary, "capture", "audit", "-q", f"{folder}/bodies.db", f"cp-1={text}"])
    return run


commands = {"with bodies": capture(kubeskew, log), "without bodies": capture(kubeskew, bare)}
if before:
    commands["with bodies, before"] = capture(before, log)
runs = alternate(7, **commands)
row("on %.0f MB" % (size / 1e6), "seconds", "MB/s", "cpu s", "peak MB")
for name, list_ in runs.items():
    bytes_ = os.path.getsize(bare if name == "without bodies" else log)
    row(name, "%.2f" % median(list_), "%.0f" % (bytes_ / 1e6 / median(list_)),
        "%.2f" % median(list_, "cpu"), "%.0f" % median(list_, "memory"))
if before:
    pairs = zip(runs["with bodies"], runs["with bodies, before"])
    ratio = sorted(now.cpu / then.cpu for now, then in pairs)[3]
    print(f"  it takes {ratio:.2f} times the processor time of before (median of pairs)")
for name in glob.glob(f"{folder}/bodies.db*") + [log, bare]:
    os.remove(name)
