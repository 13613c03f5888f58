"""The result tables: what each holds, and the statement that reads it from a recording.

Instants are in microseconds, as audit logs have them: not every engine reads finer ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.ipc

TEXT = pa.string()
COUNT = pa.int64()
REAL = pa.float64()
INSTANT = pa.timestamp("us", tz="UTC")

# Of which cluster and days a row is: the first columns of every table.
OWNER = {"cluster": TEXT, "span": TEXT}


@dataclass(frozen=True)
class Table:
    """A result table; `sql` gives its columns in their order, behind those of `OWNER`."""

    name: str
    columns: Mapping[str, pa.DataType]
    sql: str = ""

    @property
    def schema(self) -> pa.Schema:
        return pa.schema(list({**OWNER, **self.columns}.items()))

    def owned(self, cluster: str, span: str, rows: pa.Table) -> pa.Table:
        """What a statement gave, as rows of this table."""
        owner = [pa.repeat(pa.scalar(value, TEXT), rows.num_rows) for value in (cluster, span)]
        kinds = list(self.columns.values())
        if rows.num_columns != len(kinds):
            raise ValueError(f"{self.name}: {rows.num_columns} columns, not {len(kinds)}")
        columns = [cast(column, kind) for column, kind in zip(rows.columns, kinds)]
        return pa.Table.from_arrays([*owner, *columns], schema=self.schema)

    def of(self, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
        """Rows of this table from values."""
        return pa.Table.from_pylist(list(rows), schema=self.schema)


def cast(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    """A column of the tool's as one of a table: instants may be text in RFC 3339."""
    if kind == INSTANT and pa.types.is_string(column.type):
        column = column.cast(pa.timestamp("ns", tz="UTC"))
    return column.cast(kind, safe=kind != INSTANT)


def from_stream(content: bytes) -> pa.Table:
    """What the tool printed with `-o arrow`."""
    return pa.ipc.open_stream(content).read_all()


# One row for each cluster, whatever became of it.
TASK = Table(
    "task",
    {
        "status": TEXT,
        "reason": TEXT,
        "warnings": TEXT,
        "logs": COUNT,
        "log_bytes": COUNT,
        "requests": COUNT,
        "findings": COUNT,
        "recording": TEXT,
        "recording_bytes": COUNT,
        "seconds": REAL,
        "processor_seconds": REAL,
        "host": TEXT,
        "tool_version": TEXT,
        "finished_at": INSTANT,
    },
)

# One row for each replay, and for each that could not be made.
RUN = Table(
    "run",
    {
        "run": TEXT,
        "mode": TEXT,
        "reason": TEXT,
        "evidence": TEXT,
        "headline": TEXT,
        "requests": COUNT,
        "flagged": COUNT,
        "errors": COUNT,
        "warnings": COUNT,
        "objects_lost": COUNT,
        "perhaps_objects_lost": COUNT,
        "namespaces_lost": COUNT,
        "perhaps_namespaces_lost": COUNT,
        "wrong_answers": COUNT,
        "perhaps_wrong_answers": COUNT,
        "scenario": TEXT,
        "first_at": INSTANT,
        "last_at": INSTANT,
    },
    """
    WITH loss AS (
        SELECT run,
            count(DISTINCT iif(grade <> 'possible', uid, NULL)) AS sure,
            count(DISTINCT iif(grade = 'possible', uid, NULL)) AS perhaps
        FROM v_wrong_gc GROUP BY run
    ), leak AS (
        SELECT run,
            count(DISTINCT iif(grade <> 'possible', namespace, NULL)) AS sure,
            count(DISTINCT iif(grade = 'possible', namespace, NULL)) AS perhaps
        FROM v_namespace_risk WHERE kind = 'namespace-leak' GROUP BY run
    ), answer AS (
        SELECT run, count(*) FILTER (WHERE certainty = 'certain') AS sure,
            count(*) FILTER (WHERE certainty <> 'certain') AS perhaps
        FROM v_verdict WHERE outcome IN ('wrong-404', 'unavailable-503', 'looped') GROUP BY run
    ), finding AS (
        SELECT run, count(*) FILTER (WHERE severity = 'error') AS errors,
            count(*) FILTER (WHERE severity = 'warning') AS warnings
        FROM v_finding GROUP BY run
    )
    SELECT r.run, r.mode, '' AS why, r.evidence, '' AS headline, r.requests, r.flagged,
        coalesce(f.errors, 0), coalesce(f.warnings, 0),
        coalesce(o.sure, 0), coalesce(o.perhaps, 0), coalesce(n.sure, 0), coalesce(n.perhaps, 0),
        coalesce(a.sure, 0), coalesce(a.perhaps, 0), r.scenario, r.first_ns, r.last_ns
    FROM v_run AS r LEFT JOIN finding AS f USING (run) LEFT JOIN loss AS o USING (run)
        LEFT JOIN leak AS n USING (run) LEFT JOIN answer AS a USING (run)
    ORDER BY r.run
    """,
)

FINDING = Table(
    "finding",
    {
        "run": TEXT,
        "finding_id": TEXT,
        "kind": TEXT,
        "severity": TEXT,
        "grade": TEXT,
        "subject": TEXT,
        "summary": TEXT,
        "requests": COUNT,
        "first_at": INSTANT,
        "last_at": INSTANT,
        "api_group": TEXT,
        "api_version": TEXT,
        "resource": TEXT,
        "namespace": TEXT,
        "user": TEXT,
        "user_agent": TEXT,
        "server": TEXT,
    },
    """
    SELECT run, finding_id, kind, severity, grade, subject, summary, requests, first_ns, last_ns,
        api_group, api_version, resource, namespace, user, user_agent, server
    FROM v_finding ORDER BY run, finding_id
    """,
)

# What is not plainly local: the rest would be as long as the logs.
VERDICT = Table(
    "verdict",
    {
        "run": TEXT,
        "request_id": COUNT,
        "at": INSTANT,
        "outcome": TEXT,
        "certainty": TEXT,
        "alternatives": TEXT,
        "servers": TEXT,
        "status": COUNT,
        "reason": TEXT,
        "verb": TEXT,
        "api_group": TEXT,
        "api_version": TEXT,
        "resource": TEXT,
        "namespace": TEXT,
        "name": TEXT,
        "user": TEXT,
        "user_agent": TEXT,
        "audit_id": TEXT,
    },
    """
    SELECT v.run, v.request_id, r.at_ns, v.outcome, v.certainty, v.alternatives, v.servers,
        v.status, v.reason, r.verb, r.api_group, r.api_version, r.resource, r.namespace, r.name,
        r.user, r.user_agent, r.audit_id
    FROM v_verdict AS v JOIN v_request AS r ON r.request_id = v.request_id
    WHERE v.outcome <> 'local' OR v.certainty <> 'certain' ORDER BY v.run, v.request_id
    """,
)

SERVER = Table(
    "server",
    {
        "server": TEXT,
        "version": TEXT,
        "from_at": INSTANT,
        "ready_at": INSTANT,
        "until_at": INSTANT,
        "known_by": TEXT,
        "start_seen": pa.bool_(),
    },
    """
    SELECT server, version, from_ns, ready_ns, until_ns, known_by, start_seen
    FROM v_server ORDER BY server, from_ns
    """,
)

EXPOSURE = Table(
    "exposure",
    {
        "run": TEXT,
        "api_group": TEXT,
        "api_version": TEXT,
        "resource": TEXT,
        "from_at": INSTANT,
        "until_at": INSTANT,
        "seconds": REAL,
        "refusing": TEXT,
        "serving": TEXT,
        "requests": COUNT,
        "clients": COUNT,
    },
    """
    SELECT e.run, e.api_group, e.api_version, e.resource, e.from_ns, e.until_ns,
        e.length_ns / 1e9 AS seconds, e.refusing, e.serving,
        coalesce(sum(c.requests), 0) AS asked, count(c.user) AS clients
    FROM v_exposure AS e LEFT JOIN v_exposed_client AS c
        USING (run, api_group, api_version, resource)
    GROUP BY e.run, e.api_group, e.api_version, e.resource
    ORDER BY e.run, e.api_group, e.api_version, e.resource
    """,
)

EVIDENCE = Table(
    "evidence",
    {
        "run": TEXT,
        "kind": TEXT,
        "weight": TEXT,
        "subject": TEXT,
        "summary": TEXT,
        "effect": TEXT,
        "remedy": TEXT,
    },
    """
    SELECT run, kind, weight, subject, summary, effect, remedy FROM v_evidence
    ORDER BY run, kind, subject, summary
    """,
)

AGREEMENT = Table(
    "agreement",
    {"run": TEXT, "recorded": TEXT, "predicted": TEXT, "requests": COUNT},
    "SELECT run, recorded, predicted, requests FROM v_agreement ORDER BY 1, 2, 3",
)

# The best way to upgrade, as `plan` ranks them.
PLAN = Table(
    "plan",
    {
        "asked": TEXT,
        "reason": TEXT,
        "rank": COUNT,
        "order": TEXT,
        "start": INSTANT,
        "proxy": TEXT,
        "surge": TEXT,
        "settle": TEXT,
        "takes": TEXT,
        "wrong": COUNT,
        "perhaps_wrong": COUNT,
        "lost": COUNT,
        "unavailable": COUNT,
        "unreachable": COUNT,
        "namespaces": COUNT,
        "perhaps_namespaces": COUNT,
        "objects": COUNT,
        "perhaps_objects": COUNT,
        "predicted_refusals": COUNT,
        "clients": TEXT,
        "blocked_by": TEXT,
        "free_to_go_back_until": INSTANT,
        "certainty": TEXT,
        "evidence": TEXT,
    },
)

# Those that a statement reads from a recording.
READ = (FINDING, VERDICT, SERVER, EXPOSURE, EVIDENCE, AGREEMENT)
ALL = (TASK, RUN, PLAN, *READ)
