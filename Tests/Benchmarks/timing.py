"""Runs commands in turn and says what each took: wall clock, processor time, memory."""
import os
import statistics
import subprocess
import time


class Run:
    def __init__(self, command, **options):
        started = time.monotonic()
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **options)
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.wall = time.monotonic() - started
        self.cpu = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss / 1024
        if process.returncode not in (0, 3, 4):  # 3: findings; 4: no all-clear: it ran all the same
            raise SystemExit(f"{command} failed: {errors.decode(errors='replace')[-400:]}")


def alternate(rounds, **commands):
    """The runs of each command, taken in turn so that a slow minute hits all of them."""
    runs = {name: [] for name in commands}
    for _ in range(rounds):
        for name, make in commands.items():
            runs[name].append(make())
    return runs


def median(runs, figure="wall"):
    return statistics.median(getattr(run, figure) for run in runs)


def row(*cells):
    print("  " + "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, (26, 12, 12, 12, 12, 12))))
