-- Verdicts left open, by reason
--
-- Why it matters: says what the recording does not show, and so which evidence to add before the
-- next upgrade. A request here is never counted as certainly wrong.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   reason         what the model cannot know
--   outcome        the likeliest outcome
--   alternatives   what else it could be
--   requests       requests with such a verdict
--   first_at       first of them
--   last_at        last of them
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), judged AS MATERIALIZED (
    SELECT request_id, reason, outcome, alternatives
    FROM v_verdict WHERE run = (SELECT run FROM chosen) AND certainty = 'possible'
)
SELECT v.reason, v.outcome, v.alternatives, count(*) AS requests,
    min(q.at) AS first_at, max(q.at) AS last_at
FROM judged AS v
JOIN v_request AS q ON q.request_id = v.request_id
GROUP BY v.reason, v.outcome, v.alternatives
ORDER BY requests DESC, v.reason, v.outcome, v.alternatives
