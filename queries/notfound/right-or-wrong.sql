-- Recorded 404s, right or wrong
--
-- Why it matters: a 404 is wrong only where another running server serves the API. This tells the
-- two apart, so that nobody hunts for a typing error, and nobody is blamed for an upgrade.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name
--   server        the server that answered
--   shape         page, route, or unknown where the record does not show it
--   outcome       what the run says of these requests
--   certain       of these, without an alternative
--   requests      requests, each counted once
--   clients       clients (user and user agent)
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), judged AS MATERIALIZED (
    SELECT request_id, outcome, certainty FROM v_verdict WHERE run = (SELECT run FROM chosen)
)
SELECT q.api_group, q.api_version, q.resource, q.server,
    coalesce(q.not_found, 'unknown') AS shape, v.outcome,
    sum(v.certainty = 'certain') AS certain, count(*) AS requests,
    count(DISTINCT q.user || char(10) || q.user_agent) AS clients
FROM judged AS v
JOIN v_request AS q ON q.request_id = v.request_id
WHERE q.status = 404 AND q.not_found IS NOT 'object'
GROUP BY q.api_group, q.api_version, q.resource, q.server, shape, v.outcome
ORDER BY v.outcome DESC, requests DESC, q.api_group, q.api_version, q.resource, q.server, shape
