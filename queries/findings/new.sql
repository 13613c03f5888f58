-- Findings of one run that another does not have
--
-- Why it matters: what a plan would break that is not broken today. A finding keeps its name from
-- run to run, so a gate can let the known ones pass and stop at these.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--   :other text = as-recorded    the run whose findings are known
--
-- Columns:
--   severity   error, warning or info
--   grade      observed, predicted or possible
--   kind       kind of finding
--   finding    its name, for explain
--   requests   requests that it counts
--   summary    what happened
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), known AS MATERIALIZED (
    SELECT finding_id FROM v_finding WHERE run = :other
)
SELECT severity, grade, kind, finding_id AS finding, requests, summary
FROM v_finding
WHERE run = (SELECT run FROM chosen) AND finding_id NOT IN (SELECT finding_id FROM known)
ORDER BY severity_rank, kind, requests DESC, finding_id
