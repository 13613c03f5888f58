#!/usr/bin/env python3
"""What kubeskew is measured against: DuckDB creating a table of the same columns from the same logs."""
import sys

import duckdb

*sources, target = sys.argv[1:]
connection = duckdb.connect(target)
connection.execute("SET enable_progress_bar = false")
connection.execute(
    """
    CREATE TABLE request AS SELECT
        auditID, stage, level, verb, requestURI, "user".username AS user, userAgent,
        sourceIPs[-1] AS source_ip, objectRef.resource AS resource,
        objectRef.namespace AS namespace, objectRef.name AS name, objectRef.apiGroup AS api_group,
        objectRef.apiVersion AS api_version, objectRef.subresource AS subresource,
        responseStatus.code AS status, responseStatus.reason AS reason,
        requestReceivedTimestamp AS at, stageTimestamp AS stage_at
    FROM read_json(?, format = 'newline_delimited', columns = {
        auditID: 'UUID', stage: 'VARCHAR', level: 'VARCHAR', verb: 'VARCHAR',
        requestURI: 'VARCHAR', "user": 'STRUCT(username VARCHAR)', userAgent: 'VARCHAR',
        sourceIPs: 'VARCHAR[]',
        objectRef: 'STRUCT(resource VARCHAR, namespace VARCHAR, name VARCHAR, apiGroup VARCHAR, apiVersion VARCHAR, subresource VARCHAR)',
        responseStatus: 'STRUCT(code INTEGER, reason VARCHAR)',
        requestReceivedTimestamp: 'TIMESTAMP', stageTimestamp: 'TIMESTAMP'})
    """,
    [sources],
)
connection.execute("CHECKPOINT")
print(connection.execute("SELECT count(*) FROM request").fetchone()[0])
