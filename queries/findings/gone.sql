-- Findings that a run no longer has
--
-- Why it matters: what a change of flags or order would have spared you: the other half of the
-- argument for it.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--   :other text = as-recorded    the run whose findings are looked for
--
-- Columns:
--   severity   error, warning or info
--   grade      observed, predicted or possible
--   kind       kind of finding
--   finding    its name, for explain
--   requests   requests that it counts in the other run
--   summary    what happened there
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), kept AS MATERIALIZED (
    SELECT finding_id FROM v_finding WHERE run = (SELECT run FROM chosen)
)
SELECT severity, grade, kind, finding_id AS finding, requests, summary
FROM v_finding
WHERE run = :other AND finding_id NOT IN (SELECT finding_id FROM kept)
ORDER BY severity_rank, kind, requests DESC, finding_id
