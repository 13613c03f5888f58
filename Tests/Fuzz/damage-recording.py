#!/usr/bin/env python3
"""Damages a recording and lets every verb read it: damage is said, nothing traps or hangs.

    damage-recording.py KUBESKEW CAPTURES [SECONDS]

Half of the time bytes of the file are changed, half of the time values of a column: those no check
of SQLite's sees.
"""
import os, random, sqlite3, subprocess, sys, tempfile, time

tool, captures = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 600
incident = captures + "/loop-through-load-balancer"
logs = [f"cp-{n}={incident}/audit-cp-{n}.log.gz" for n in (1, 2, 3)]
VERBS = [
    ["servers"], ["scenario"], ["replay", "--fail-on", "none"], ["findings", "--fail-on", "none"],
    ["explain", "1"], ["query", "-e", "SELECT count(*), max(path) FROM v_request"],
    ["report", "--html", "/dev/null"], ["capture", "audit"], ["merge"], ["scrub"], ["doctor"], ["compare"],
]
NUMBERS = [0, -1, 1, 7, 1 << 16, 1 << 31, 1 << 32, (1 << 63) - 1, -(1 << 63), 1_763_675_000_000_000_000]
TEXTS = ["", "x", "\0", "\n", "é" * 400, "1.99", "observed", "{}", "9" * 40]


def call(verb, db, other):
    if verb[0] == "capture":
        return ["capture", "audit", db, logs[0]]
    if verb[0] == "merge":
        return ["merge", other, db]
    if verb[0] == "scrub":
        return ["scrub", db, "-o", other]
    if verb[0] == "compare":
        return ["compare", db, "recorded", "recorded"]
    return [verb[0], db] + verb[1:]


def change_values(db, chance):
    """Gives a column of some rows of a table another value."""
    connection = sqlite3.connect(db)
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    for _ in range(chance.choice([1, 1, 2, 5])):
        table = chance.choice(tables)[0]
        _, column, kind, *_ = chance.choice(connection.execute(f'PRAGMA table_info("{table}")').fetchall())
        value = chance.choice(NUMBERS if kind == "INTEGER" else TEXTS)
        if chance.random() < 0.2 and kind == "INTEGER":
            value = chance.randrange(-5, 100_000)
        try:
            connection.execute(
                f'UPDATE OR IGNORE "{table}" SET "{column}" = ? WHERE abs(random()) % ? = 0',
                (value, chance.choice([1, 2, 10, 100])))
        except sqlite3.Error:
            pass
    connection.commit()
    connection.close()


def main():
    chance, rounds, bad = random.Random(int(os.environ.get("SEED", "1"))), 0, 0
    keep = ".build/fuzz/recording"
    os.makedirs(keep, exist_ok=True)
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
            changes_bytes = flips.random() < 0.5
            for _ in range(flips.choice([1, 3, 10, 100]) if changes_bytes else 0):
                damaged[flips.randrange(len(damaged))] = flips.choice([0, 0xFF, flips.randrange(256)])
            verb = flips.choice(VERBS)
            with open(db, "wb") as file:
                file.write(damaged)
            if not changes_bytes:
                change_values(db, flips)
            try:
                result = subprocess.run(
                    [tool] + call(verb, db, folder + "/other.db"), capture_output=True, timeout=120)
                status = result.returncode
            except subprocess.TimeoutExpired:
                status = "hang"
            rounds += 1
            if status not in (0, 1, 3, 4):
                bad += 1
                print(f"seed {seed} {verb[0]}: {status}", flush=True)
                with open(f"{keep}/{seed}-{verb[0]}.db", "wb") as file:
                    file.write(damaged if changes_bytes else open(db, "rb").read())
            for ending in ("r.db-wal", "r.db-shm", "r.db-journal", "other.db"):
                if os.path.exists(f"{folder}/{ending}"):
                    os.unlink(f"{folder}/{ending}")
    print(f"{rounds} damaged recordings, {bad} trapped or hung")
    sys.exit(1 if bad else 0)


main()
