-- Victims of the garbage collector: owner, wrong 404, delete
--
-- Why it matters: one row per object that was deleted, or would be, because a server that does not
-- know its owner's API said 404. The delay shows how little time there is to step in.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   grade          observed, predicted or possible
--   resource       what the collector deletes, with its group
--   namespace      its namespace
--   name           its name
--   owner          kind of the owner, with its namespace and name
--   refused_by     server that gave the 404 for the owner
--   refused_at     when, the last one before the delete
--   deleted_at     when the object was deleted; null where it was not
--   delay_ms       from the 404 to the delete, in milliseconds
--   finding        name of the finding, for explain
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), refusal AS MATERIALIZED (
    SELECT f.finding_id, q.at_ns, q.at, q.server
    FROM v_finding_request AS f
    JOIN v_request AS q ON q.request_id = f.request_id
    WHERE f.run = (SELECT run FROM chosen) AND f.role = 'condemned-by'
), victim AS MATERIALIZED (
    SELECT row_number() OVER () AS number, v.*
    FROM v_wrong_gc AS v WHERE run = (SELECT run FROM chosen)
), condemned AS (
    -- With max(), SQLite takes the other columns from the same row.
    SELECT v.*, max(r.at_ns) AS refused_ns, r.at AS refused_at, r.server AS refused_by
    FROM victim AS v
    LEFT JOIN refusal AS r ON r.finding_id = v.finding_id
        AND (v.deleted_ns IS NULL OR r.at_ns <= v.deleted_ns)
    GROUP BY v.number
)
SELECT grade, resource || iif("group" = '', '', '.' || "group") AS resource, namespace, name,
    trim(owner_kind || ' ' || ltrim(owner_namespace || '/' || owner_name, '/')) AS owner,
    refused_by, refused_at, deleted_at,
    round((deleted_ns - refused_ns) / 1e6, 3) AS delay_ms, finding_id AS finding
FROM condemned
ORDER BY coalesce(deleted_ns, refused_ns), resource, namespace, name, finding_id
