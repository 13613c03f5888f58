#!/usr/bin/env python3
"""Kills each verb at random moments: the recording must be sound, and the same call again complete it.

    kill.py KUBESKEW CAPTURES [KILLS]      50 kills for each verb by default
"""
import os, random, signal, sqlite3, subprocess, sys, tempfile, time

tool, captures = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
kills = int(sys.argv[3]) if len(sys.argv) > 3 else 50
incident = captures + "/wrong-gc-without-proxy"
logs = [f"cp-{n}={incident}/audit-cp-{n}.log.gz" for n in (1, 2, 3)]
wire = captures + "/wire-1"
VERBS = {
    "capture audit": lambda db: ["capture", "audit", db] + logs,
    "capture pcap": lambda db: ["capture", "pcap", db, wire + "/traffic.pcapng.gz"],
    "replay": lambda db: ["replay", db, "--verdicts", "all", "--fail-on", "none"],
    "report": lambda db: ["report", db, "--html", db + ".html"],
    "scrub": lambda db: ["scrub", db, "-o", db + ".copy"],
}
ROWS = [
    "SELECT at_ns, server, verb, path, status, not_found, audit_id, duration_us FROM v_request",
    "SELECT uid, kind, namespace, name, first_ns, last_ns, deleted_ns FROM v_object",
    "SELECT run, outcome, certainty, servers FROM v_verdict",
    "SELECT run, kind, summary, requests FROM v_finding",
]


def run(words):
    return subprocess.run([tool] + words, capture_output=True)


def content(db):
    connection = sqlite3.connect(db)
    rows = [sorted(map(repr, connection.execute(sql))) for sql in ROWS]
    connection.close()
    return rows


def sound(db):
    connection = sqlite3.connect(db)
    whole = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    keys = not connection.execute("PRAGMA foreign_key_check").fetchall()
    connection.close()
    return whole and keys


def main():
    chance, bad = random.Random(1), 0
    with tempfile.TemporaryDirectory() as folder:
        base = folder + "/base.db"
        for words in (VERBS["capture audit"](base), VERBS["replay"](base)):
            if run(words).returncode != 0:
                sys.exit("the undisturbed run failed")
        for verb, words in VERBS.items():
            starts_empty = verb.startswith("capture")

            def fresh(name):
                db = f"{folder}/{name}.db"
                for ending in ("", "-wal", "-shm", "-journal", ".html", ".copy"):
                    if os.path.exists(db + ending):
                        os.unlink(db + ending)
                if not starts_empty:
                    with open(base, "rb") as source, open(db, "wb") as target:
                        target.write(source.read())
                return db

            db = fresh("whole")
            began = time.time()
            if run(words(db)).returncode != 0:
                sys.exit(f"{verb} failed undisturbed")
            length, expected = time.time() - began, content(db)
            for _ in range(kills):
                db = fresh("killed")
                process = subprocess.Popen([tool] + words(db), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                time.sleep(chance.random() * length * 1.1)
                process.send_signal(signal.SIGKILL)
                process.wait()
                if os.path.exists(db) and os.path.getsize(db) and not sound(db):
                    bad += 1
                    print(f"{verb}: the recording is not sound")
                again = run(words(db))
                if again.returncode != 0 or content(db) != expected:
                    bad += 1
                    print(f"{verb}: run again it is not the same: {again.stderr[-200:]!r}")
            print(f"{verb}: {kills} kills within {length:.2f} s", flush=True)
    sys.exit(1 if bad else 0)


main()
