-- What a run flags, by API and client
--
-- Why it matters: the list to walk through with the owners of the clients before the upgrade: this
-- client, this API, this many wrong answers.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--   :limit integer = 50    rows at most, -1 for all
--
-- Columns:
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name
--   user_agent    what the client calls itself
--   user          user of the requests
--   outcome       wrong-404, unavailable-503, looped or unreachable
--   requests      requests with this outcome
--   certain       of these, without an alternative
--   first_at      first of them
--   last_at       last of them
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), judged AS MATERIALIZED (
    SELECT request_id, outcome, certainty
    FROM v_verdict
    WHERE run = (SELECT run FROM chosen)
        AND outcome IN ('wrong-404', 'unavailable-503', 'looped', 'unreachable')
)
SELECT q.api_group, q.api_version, q.resource, q.user_agent, q.user, v.outcome,
    count(*) AS requests, sum(v.certainty = 'certain') AS certain,
    min(q.at) AS first_at, max(q.at) AS last_at
FROM judged AS v
JOIN v_request AS q ON q.request_id = v.request_id
GROUP BY q.api_group, q.api_version, q.resource, q.user_agent, q.user, v.outcome
ORDER BY requests DESC, q.api_group, q.api_version, q.resource, q.user_agent, q.user, v.outcome
LIMIT :limit
