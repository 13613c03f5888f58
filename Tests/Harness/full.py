#!/usr/bin/env python3
"""Full disks, read-only file systems and limits: an error that says so, and nothing half-written.

    full.py KUBESKEW CAPTURES      as root, for the small file systems; without them otherwise
"""
import os, resource, sqlite3, subprocess, sys, tempfile

tool, captures = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
incident = captures + "/wrong-gc-without-proxy"
logs = [f"cp-{n}={incident}/audit-cp-{n}.log.gz" for n in (1, 2, 3)]
bad = 0


def run(words, limits=None):
    def lower():
        for name, value in (limits or {}).items():
            resource.setrlimit(getattr(resource, name), (value, value))

    return subprocess.run([tool] + words, capture_output=True, preexec_fn=lower, timeout=300)


def expect(what, result, statuses, db=None):
    global bad
    problems = []
    if result.returncode not in statuses:
        problems.append(f"status {result.returncode}: {result.stderr[-200:]!r}")
    if result.returncode == 1 and not result.stderr.strip():
        problems.append("it failed without a word")
    if db and os.path.exists(db) and os.path.getsize(db):
        connection = sqlite3.connect(db)
        try:
            if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                problems.append("the recording is not sound")
        except sqlite3.DatabaseError as error:
            problems.append(str(error))
        connection.close()
    left = [name for name in os.listdir(os.path.dirname(db))] if db else []
    if any(name.endswith(".part") for name in left):
        problems.append("a draft was left behind")
    bad += len(problems)
    print(f"{what}: status {result.returncode}" + "".join(f"; {p}" for p in problems), flush=True)


def limits(folder, base):
    for size in (1_000, 100_000, 500_000, 900_000):
        db = f"{folder}/fsize-{size}.db"
        expect(f"files up to {size} B, capture", run(["capture", "audit", db] + logs, {"RLIMIT_FSIZE": size}), (1,), db)
        expect("  and again without the limit", run(["capture", "audit", db] + logs), (0,), db)
    for count in (4, 5, 6, 8, 16):
        db = f"{folder}/nofile-{count}.db"
        expect(f"{count} open files, capture", run(["capture", "audit", db] + logs, {"RLIMIT_NOFILE": count}), (0, 1), db)


def small_disks(folder, base):
    disk = folder + "/disk"
    os.mkdir(disk)

    def mounted(size, body):
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", disk], check=True)
        try:
            body(disk + "/f.db")
        finally:
            subprocess.run(["umount", disk], check=True)

    for size in (64, 512, 1_000):
        mounted(size, lambda db: expect(f"disk of {size} kB, capture", run(["capture", "audit", db] + logs), (1,), db))

    def read_only(db):
        with open(base, "rb") as source, open(db, "wb") as target:
            target.write(source.read())
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        expect("read-only, servers", run(["servers", db]), (0,), db)
        expect("read-only, replay", run(["replay", db]), (1,), db)
        expect("read-only, report into it", run(["report", base, "--html", disk + "/r.html"]), (1,), db)

    mounted(40_000, read_only)

    def page(db):
        expect("disk of 64 kB, report", run(["report", base, "--html", disk + "/r.html"]), (1,), db)
        if os.path.exists(disk + "/r.html"):
            sys.exit("half a report was left")

    mounted(64, page)


with tempfile.TemporaryDirectory() as folder:
    base = folder + "/base.db"
    for words in (["capture", "audit", base] + logs, ["replay", base, "--fail-on", "none"]):
        if run(words).returncode != 0:
            sys.exit("the undisturbed run failed")
    limits(folder, base)
    if os.geteuid() == 0:
        small_disks(folder, base)
    with open("/dev/full", "wb") as full:
        result = subprocess.run([tool, "servers", base], stdout=full, stderr=subprocess.PIPE)
    expect("standard output full", result, (1,))
sys.exit(1 if bad else 0)
