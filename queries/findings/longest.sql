-- Findings that lasted longest
--
-- Why it matters: a client that tries again for an hour is an outage, one that fails once and goes
-- on is not.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--   :limit integer = 20    rows at most, -1 for all
--
-- Columns:
--   finding    name of the finding, for explain
--   kind       kind of finding
--   severity   error, warning or info
--   seconds    from its first moment to its last
--   first_at   first moment
--   last_at    last moment
--   requests   requests that it counts
--   subject    what it is about
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
)
SELECT finding_id AS finding, kind, severity, round((last_ns - first_ns) / 1e9, 3) AS seconds,
    first_at, last_at, requests, subject
FROM v_finding
WHERE run = (SELECT run FROM chosen) AND last_ns IS NOT NULL AND first_ns IS NOT NULL
ORDER BY seconds DESC, finding_id
LIMIT :limit
