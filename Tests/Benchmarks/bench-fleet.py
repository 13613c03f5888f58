#!/usr/bin/env python3
"""Processor seconds per GB: one process after the other, by merge, and as a job, in one run.

Twenty clusters, each some days of a recorded upgrade with fresh ids. The job runs on this
machine's processors, and on Spark where the environment of `make test-spark` is there. It may cost
1.3 times what one process after the other costs, and half a second a task.

    bench-fleet.py KUBESKEW FOLDER [CLUSTERS [DAYS]]
"""
import contextlib
import ctypes
import datetime
import glob
import gzip
import os
import re
import resource
import shutil
import sys

sys.path.insert(0, os.path.dirname(__file__))
from timing import Run, row

kubeskew, folder = sys.argv[1:3]
clusters = int(sys.argv[3]) if len(sys.argv) > 3 else 20
days = int(sys.argv[4]) if len(sys.argv) > 4 else 3
root = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
spark_python = os.path.join(root, ".build/spark/venv/bin/python")
fleet = os.path.join(folder, "fleet")

ID = re.compile(rb"\b[0-9a-f]{8}(?=-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")
DAY = re.compile(rb"2026-11-\d\dT")


def write_logs():
    """Each day is the upgrade again; ids are shared by the servers of a cluster alone."""
    texts = {}
    for path in sorted(glob.glob(f"{root}/captures/same-upgrade-with-proxy/audit-*.log.gz")):
        texts[os.path.basename(path)[6:-7]] = gzip.open(path).read()
    size = 0
    for cluster in range(clusters):
        for server, text in texts.items():
            place = f"{fleet}/logs/cluster-{cluster:02}/{server}"
            os.makedirs(place)
            for day in range(days):
                mask = (cluster * days + day + 1) * 2654435761 & 0xFFFFFFFF
                date = datetime.date(2026, 1, 1) + datetime.timedelta(days=day)
                fresh = ID.sub(lambda id: b"%08x" % (int(id.group(), 16) ^ mask), text)
                fresh = DAY.sub(date.isoformat().encode() + b"T", fresh)
                size += len(fresh)
                with gzip.open(f"{place}/{date}.log.gz", "wb", compresslevel=1) as file:
                    file.write(fresh)
    return size


def servers(cluster):
    return sorted(os.listdir(f"{fleet}/logs/{cluster}"))


def one_by_one(names):
    """Capture and replay, a process for each."""
    seconds = 0
    for name in names:
        recording = f"{fleet}/{name}.db"
        logs = [f"{server}={fleet}/logs/{name}/{server}" for server in servers(name)]
        seconds += Run([kubeskew, "capture", "audit", "-q", recording, *logs]).cpu
        seconds += Run([kubeskew, "replay", "-q", recording]).cpu
        os.remove(recording)
    return seconds


def by_merge(names):
    """A part for each server, merged, and replayed."""
    seconds = 0
    for name in names:
        parts = []
        for server in servers(name):
            parts.append(f"{fleet}/{server}.db")
            log = f"{server}={fleet}/logs/{name}/{server}"
            seconds += Run([kubeskew, "capture", "audit", "-q", "--part", parts[-1], log]).cpu
        recording = f"{fleet}/merged.db"
        seconds += Run([kubeskew, "merge", "-q", recording, *parts]).cpu
        seconds += Run([kubeskew, "replay", "-q", recording]).cpu
        for path in [recording, *parts]:
            os.remove(path)
    return seconds


def reaped():
    """Processor seconds of all processes that have ended below this one."""
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def job(engine, *options):
    """The whole job with all its processes: nobody waits for those of Java, so they come here."""
    subreaper = 36
    ctypes.CDLL(None).prctl(subreaper, 1, 0, 0, 0)
    before = reaped()
    environment = dict(os.environ, PYTHONPATH=f"{root}/spark", PYSPARK_PYTHON=spark_python)
    environment["PYSPARK_SUBMIT_ARGS"] = (
        "--master local-cluster[2,1,1024] --conf spark.ui.enabled=false pyspark-shell")
    command = [
        spark_python, "-m", "kubeskew_spark", fleet + "/logs/{cluster}/{server}/*.log.gz",
        "--out", f"{fleet}/out", "--engine", engine, "--binary", kubeskew, *options]
    Run(command, env=environment, cwd=fleet)
    shutil.rmtree(f"{fleet}/out")
    return reaped() - before


try:
    gigabytes = write_logs() / 1e9
    names = sorted(os.listdir(f"{fleet}/logs"))
    base = one_by_one(names)
    allowed = 1.3 * base + 0.5 * len(names)
    row(f"{len(names)} clusters, {gigabytes:.2f} GB", "processor s", "s per GB", "allowed")

    def say(what, seconds, limit=""):
        row(what, f"{seconds:.1f}", f"{seconds / gigabytes:.1f}", limit)

    say("one after the other", base)
    say("by merge", by_merge(names))
    if os.path.exists(spark_python):
        one = [f"--cluster={names[0]}"]
        say("job, this machine", job("local"), f"{allowed:.1f}")
        started = job("spark", *one)
        say("job, Spark, one cluster", started)
        # What Spark takes to begin is not a cluster's.
        say("job, Spark, beyond that", job("spark") - started, f"{allowed:.1f}")
    else:
        print("  (make test-spark makes the environment of the job)")
finally:
    shutil.rmtree(fleet, ignore_errors=True)
