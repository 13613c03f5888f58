#!/usr/bin/env python3
"""The rules and the report over 10 million requests, 100,000 flagged, and 1 million objects.

The recording is the bundled incident made large in SQL: 10,000 owners in place of its three, each
condemned by two wrong 404s and mourned by six ConfigMaps; 80,000 wrong 404s of 1,000 clients; the
other objects are ReplicaSets and their Pods. `replay` judges every request first, so what it takes
is more than what the rules take.
"""
import glob
import os
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
from timing import Run, alternate, median, row

kubeskew, folder = sys.argv[1:3]
here = os.path.dirname(os.path.abspath(__file__))
incident = os.path.join(here, "../../captures/wrong-gc-without-proxy")
scenario = os.path.join(incident, "scenario.yaml")

REQUESTS, OWNERS, DEPENDENTS, CLIENTS, CLIENT_ERRORS, SETS, PODS = (
    10_000_000, 10_000, 6, 1_000, 80_000, 310_000, 620_000)
NUMBERS = "WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n + 1 < ?) "
MILLISECOND = 1_000_000


def fill(path):
    database = sqlite3.connect(path)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -200000"):
        database.execute(f"PRAGMA {pragma}")
    names = ", ".join(r[1] for r in database.execute("PRAGMA table_info(request)") if r[1] != "id")
    templates(database)
    database.execute(
        "CREATE TEMP TABLE plain AS SELECT * FROM request WHERE not_found NOT IN (1, 2) "
        "AND status < 500 AND origin IS NULL AND resource NOT IN (SELECT id FROM resource "
        "WHERE resource = 'mutatingadmissionpolicies') "
        "AND verb NOT IN (SELECT id FROM verb WHERE text = 'delete') ORDER BY at_ns LIMIT 9900")
    for table in ("deletion", "request", "owner", "finalizer", "object"):
        database.execute(f"DELETE FROM {table}")
    for _ in range(REQUESTS // 9_900):
        database.execute(f"INSERT INTO request ({names}) SELECT {names} FROM plain")
    text = Texts(database)
    collected(database, text, names)
    suffering(database, names)
    bystanders(database, text)
    database.commit()
    counts = [database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
              for table in ("request", "object", "owner")]
    database.close()
    return counts


def templates(database):
    """The incident's own requests that the large ones are made from."""
    like = ("SELECT r.* FROM request r JOIN client c ON c.id = r.client "
            "JOIN verb v ON v.id = r.verb JOIN resource g ON g.id = r.resource "
            "WHERE v.text = '%s' AND g.resource = '%s' "
            "AND c.user %s 'system:serviceaccount:kube-system:generic-garbage-collector' AND %s "
            "ORDER BY r.at_ns LIMIT 1")
    policies = "mutatingadmissionpolicies"
    for name, select in (
            ("verdict404", like % ("get", policies, "=", "r.not_found = 2")),
            ("alive", like % ("get", policies, "=", "r.status = 200")),
            ("collect", like % ("delete", "configmaps", "=", "r.status = 200")),
            ("suffer", like % ("list", policies, "<>", "r.not_found = 2"))):
        database.execute(f"CREATE TEMP TABLE {name} AS {select}")
        assert database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] == 1, name


class Texts:
    """Strings by their numbers: `each` stores count of them and returns the first one's."""

    def __init__(self, database):
        self.database = database

    def one(self, text):
        found = self.database.execute("SELECT id FROM string WHERE text = ?", (text,)).fetchone()
        return found[0] if found else self.each(1, text)

    def each(self, count, pattern):
        first = self.database.execute("SELECT max(id) + 1 FROM string").fetchone()[0]
        self.database.execute(
            NUMBERS + "INSERT INTO string SELECT ? + n, printf(?, n) FROM n",
            (count, first, pattern))
        return first


def request(database, names, template, count, **columns):
    """count copies of a template, with some columns as expressions of n."""
    values = ", ".join(f"({columns.get(name, name)})" for name in names.split(", "))
    first = database.execute("SELECT max(id) + 1 FROM request").fetchone()[0]
    database.execute(
        NUMBERS + f"INSERT INTO request ({names}) SELECT {values} FROM n, {template}", (count,))
    return first


def objects(database, text, count, uid, group, version, kind, resource, namespace, name, at,
            deleted="NULL"):
    first = database.execute("SELECT coalesce(max(id), 0) + 1 FROM object").fetchone()[0]
    fixed = [text.one(t) if t else 0 for t in (group, version, kind, resource)]
    database.execute(
        NUMBERS + "INSERT INTO object SELECT ? + n, printf(?, n), ?, ?, ?, ?, "
        f"{namespace}, {name}, {at}, coalesce({deleted}, {at}), {at}, {deleted}, NULL FROM n",
        (count, first, uid, *fixed))
    return first


def owners(database, text, count, dependent, uid, owner, group, version, kind, name, at):
    fixed = [text.one(t) if t else 0 for t in (group, version, kind)]
    database.execute(
        NUMBERS + f"INSERT INTO owner SELECT {dependent} + n, printf(?, {owner}), ?, ?, ?, "
        f"{name}, 1, 0, {at}, {at} FROM n", (count, uid, *fixed))


def collected(database, text, names):
    """Owners that exist, their wrong 404s, and the dependents that were deleted for it."""
    start = database.execute("SELECT at_ns FROM verdict404").fetchone()[0]
    policy = text.each(OWNERS, "policy-%d")
    dependent = text.each(OWNERS * DEPENDENTS, "defaults-%d")
    namespace = text.one("team-a")
    before = str(start - 20_000 * MILLISECOND)
    for half in (0, 0.5):
        request(database, names, "verdict404", OWNERS, name=f"{policy} + n", path="0",
                at_ns=f"{start + int(half * MILLISECOND)} + n * {MILLISECOND}",
                audit_id="hex(randomblob(16))")
    request(database, names, "alive", OWNERS, name=f"{policy} + n", path="0",
            at_ns=f"{start} + 700000 + n * {MILLISECOND}", audit_id="hex(randomblob(16))")
    deleted = f"{start} + 800000 + n / {DEPENDENTS} * {MILLISECOND}"
    deletes = request(
        database, names, "collect", OWNERS * DEPENDENTS, at_ns=deleted, path="0",
        name=f"{dependent} + n", namespace=str(namespace), audit_id="hex(randomblob(16))")
    database.execute(
        NUMBERS + "INSERT INTO deletion SELECT ? + n, printf('c0000000-0000-4000-8000-%012x', n), "
        "0, 2 FROM n", (OWNERS * DEPENDENTS, deletes))
    group = "admissionregistration.k8s.io"
    objects(database, text, OWNERS, "a0000000-0000-4000-8000-%012x", group, "v1",
            "MutatingAdmissionPolicy", "mutatingadmissionpolicies", "0", f"{policy} + n", before)
    first = objects(
        database, text, OWNERS * DEPENDENTS, "c0000000-0000-4000-8000-%012x", "", "v1", "ConfigMap",
        "configmaps", str(namespace), f"{dependent} + n", before, deleted)
    owners(database, text, OWNERS * DEPENDENTS, first, "a0000000-0000-4000-8000-%012x",
           f"n / {DEPENDENTS}", group, "v1", "MutatingAdmissionPolicy",
           f"{policy} + n / {DEPENDENTS}", before)


def suffering(database, names):
    """Clients that list what the server they reached does not serve."""
    client = database.execute("SELECT max(id) + 1 FROM client").fetchone()[0]
    database.execute(
        NUMBERS + "INSERT INTO client SELECT ? + n, printf('robot-%d', n), "
        "printf('operator/v1.%d', n), '', '' FROM n", (CLIENTS, client))
    start = database.execute("SELECT at_ns FROM verdict404").fetchone()[0]
    request(database, names, "suffer", CLIENT_ERRORS, client=f"{client} + n % {CLIENTS}",
            at_ns=f"{start} + n * {MILLISECOND} / 4", audit_id="hex(randomblob(16))")


def bystanders(database, text):
    """The many objects that nothing happened to."""
    at = str(database.execute("SELECT min(at_ns) FROM request").fetchone()[0])
    namespace = text.each(1_000, "apps-%d")
    replica_set = text.each(SETS, "web-%x")
    pod = text.each(PODS, "web-%x-pod")
    objects(database, text, SETS, "d0000000-0000-4000-8000-%012x", "apps", "v1", "ReplicaSet",
            "replicasets", f"{namespace} + n % 1000", f"{replica_set} + n", at)
    first = objects(
        database, text, PODS, "e0000000-0000-4000-8000-%012x", "", "v1", "Pod", "pods",
        f"{namespace} + n / 2 % 1000", f"{pod} + n", at)
    owners(database, text, PODS, first, "d0000000-0000-4000-8000-%012x", "n / 2", "apps", "v1",
           "ReplicaSet", f"{replica_set} + n / 2", at)


def figure(path, query):
    return subprocess.run(
        ["sqlite3", path, query], check=True, capture_output=True, text=True).stdout.strip()


path = f"{folder}/findings.db"
page = f"{folder}/findings.html"
for name in glob.glob(path + "*"):
    os.remove(name)
inputs = [f"cp-{n}={incident}/audit-cp-{n}.log.gz" for n in (1, 2, 3)]
subprocess.run(
    [kubeskew, "capture", "audit", "-q", path, *inputs], check=True, stdout=subprocess.DEVNULL)
counts = fill(path)
replay = [kubeskew, "replay", path, "--scenario", scenario, "-q", "--fail-on", "none"]
runs = alternate(3, replay=lambda: Run(replay))
flagged, findings, victims = (figure(path, query) for query in (
    "SELECT count(*) FROM v_verdict WHERE outcome = 'wrong-404'",
    "SELECT count(*) FROM v_finding", "SELECT count(*) FROM v_wrong_gc"))
reports = alternate(3, report=lambda: Run([kubeskew, "report", path, "--html", page]))
assert (int(flagged), int(victims)) == (2 * OWNERS + CLIENT_ERRORS, OWNERS * DEPENDENTS)
print(f"{counts[0]} requests, {flagged} wrong 404s, {counts[1]} objects with {counts[2]} owner "
      f"references: {findings} findings, {victims} victims")
row("what", "seconds", "peak MB", "page MB")
row("replay", "%.2f" % median(runs["replay"]), "%.0f" % median(runs["replay"], "memory"), "")
row("report", "%.2f" % median(reports["report"]), "%.0f" % median(reports["report"], "memory"),
    "%.1f" % (os.path.getsize(page) / 1e6))
for name in [*glob.glob(path + "*"), page]:
    os.remove(name)
