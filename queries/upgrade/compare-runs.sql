-- Two runs compared by API and outcome
--
-- Why it matters: shows what a change of flags or order buys: the wrong 404s that go, and what
-- comes in their place. A wrong 404 that turns into a 503 is better than one that stays.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--   :other text = as-recorded    the run to compare it with
--
-- Columns:
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name
--   outcome       outcome; local is left out, as runs do not keep it
--   in_run        requests with this outcome in the run
--   in_other      requests with it in the other
--   change        the first less the second
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), judged AS MATERIALIZED (
    SELECT request_id, outcome, run = (SELECT run FROM chosen) AS is_run, run = :other AS is_other
    FROM v_verdict
    WHERE run IN ((SELECT run FROM chosen), :other) AND outcome <> 'local'
)
SELECT q.api_group, q.api_version, q.resource, v.outcome,
    sum(v.is_run) AS in_run, sum(v.is_other) AS in_other,
    sum(v.is_run) - sum(v.is_other) AS change
FROM judged AS v
JOIN v_request AS q ON q.request_id = v.request_id
GROUP BY q.api_group, q.api_version, q.resource, v.outcome
ORDER BY abs(change) DESC, q.api_group, q.api_version, q.resource, v.outcome
