#!/usr/bin/env python3
"""Time and memory of `capture audit` from 0.1 to 5 GB: a line, and a flat one."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
from timing import Run, row

kubeskew, folder = sys.argv[1:3]
here = os.path.dirname(os.path.abspath(__file__))
logs = [os.path.join(here, "../../captures/wrong-gc-without-proxy/audit-cp-1.log.gz")]
row("input", "seconds", "MB/s", "peak MB", "% of log")
for megabytes in (100, 1000, 5000):
    log = os.path.join(folder, "memory.log")
    subprocess.run([sys.executable, f"{here}/make-log.py", str(megabytes), log, *logs], check=True)
    size = os.path.getsize(log)
    recording = f"{folder}/memory.db"
    run = Run([kubeskew, "capture", "audit", "-q", recording, f"cp-1={log}"])
    row("%.1f GB" % (size / 1e9), "%.2f" % run.wall, "%.0f" % (size / 1e6 / run.wall),
        "%.0f" % run.memory, "%.1f" % (100 * os.path.getsize(recording) / size))
    os.remove(recording)
    os.remove(log)
