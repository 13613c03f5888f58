#!/usr/bin/env python3
"""Flips bytes of a recording and lets every verb read it: damage is said, nothing traps or hangs.

    flip-recording.py KUBESKEW CAPTURES [SECONDS]
"""
import os, random, subprocess, sys, tempfile, time

tool, captures = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 600
incident = captures + "/loop-through-load-balancer"
logs = [f"cp-{n}={incident}/audit-cp-{n}.log.gz" for n in (1, 2, 3)]
VERBS = [
    ["servers"], ["scenario"], ["replay", "--fail-on", "none"], ["findings", "--fail-on", "none"],
    ["explain", "1"], ["query", "-e", "SELECT count(*), max(path) FROM v_request"],
    ["report", "--html", "/dev/null"],
]


def main():
    chance, rounds, bad = random.Random(1), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        db = folder + "/r.db"
        subprocess.run([tool, "capture", "audit", db] + logs, check=True, capture_output=True)
        subprocess.run([tool, "replay", db, "--fail-on", "none"], check=True, capture_output=True)
        with open(db, "rb") as file:
            whole = file.read()
        end = time.time() + seconds
        while time.time() < end:
            seed = chance.randrange(1 << 30)
            flips, damaged = random.Random(seed), bytearray(whole)
            for _ in range(flips.choice([1, 3, 10, 100])):
                damaged[flips.randrange(len(damaged))] = flips.choice([0, 0xFF, flips.randrange(256)])
            verb = flips.choice(VERBS)
            with open(db, "wb") as file:
                file.write(damaged)
            try:
                result = subprocess.run([tool, verb[0], db] + verb[1:], capture_output=True, timeout=60)
                status = result.returncode
            except subprocess.TimeoutExpired:
                status = "hang"
            rounds += 1
            if status not in (0, 1, 3, 4):
                bad += 1
                print(f"seed {seed} {verb[0]}: {status}", flush=True)
            for ending in ("-wal", "-shm", "-journal"):
                if os.path.exists(db + ending):
                    os.unlink(db + ending)
    print(f"{rounds} damaged recordings, {bad} trapped or hung")
    sys.exit(1 if bad else 0)


main()
