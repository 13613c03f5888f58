-- All findings of a run, the worst first
--
-- Why it matters: the work list after an upgrade, or before one: what is lost, who broke, and how
-- sure that is.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--   :kind text = *         only this kind, such as wrong-gc; * stands for any text
--   :limit integer = 100   rows at most, -1 for all
--
-- Columns:
--   severity   error, warning or info
--   grade      observed in the recording, predicted from it, or possible
--   kind       kind of finding
--   finding    its name, for explain
--   requests   requests that it counts
--   first_at   first moment that it is about
--   last_at    last moment
--   summary    what happened
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
)
SELECT severity, grade, kind, finding_id AS finding, requests, first_at, last_at, summary
FROM v_finding
WHERE run = (SELECT run FROM chosen) AND kind GLOB :kind
ORDER BY severity_rank, grade_rank, kind, requests DESC, finding_id
LIMIT :limit
