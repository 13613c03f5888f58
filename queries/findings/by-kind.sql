-- Findings of a run by kind and grade
--
-- Why it matters: the size of the trouble in a few lines, to be compared with the upgrade before.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   severity   error, warning or info
--   kind       kind of finding
--   grade      observed, predicted or possible
--   findings   how many there are
--   requests   requests that they count; one request may count for several
--   servers    servers that they name
--   first_at   first moment that they are about
--   last_at    last moment
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
)
SELECT severity, kind, grade, count(*) AS findings, sum(requests) AS requests,
    count(DISTINCT nullif(server, '')) AS servers,
    min(first_at) AS first_at, max(last_at) AS last_at
FROM v_finding
WHERE run = (SELECT run FROM chosen)
GROUP BY severity, kind, grade
ORDER BY severity_rank, kind, grade
