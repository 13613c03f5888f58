-- APIs whose requests a run forwards
--
-- Why it matters: these answers depend on the proxy. Each of them is a wrong 404 as soon as the
-- proxy is off, and waits for a second server while it is on.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name
--   verb          verb of the requests
--   requests      requests that a peer answers
--   clients       clients (user and user agent) that they come from
--   first_at      first of them
--   last_at       last of them
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), judged AS MATERIALIZED (
    SELECT request_id FROM v_verdict
    WHERE run = (SELECT run FROM chosen) AND outcome = 'proxied'
)
SELECT q.api_group, q.api_version, q.resource, q.verb, count(*) AS requests,
    count(DISTINCT q.user || char(10) || q.user_agent) AS clients,
    min(q.at) AS first_at, max(q.at) AS last_at
FROM judged AS v
JOIN v_request AS q ON q.request_id = v.request_id
GROUP BY q.api_group, q.api_version, q.resource, q.verb
ORDER BY requests DESC, q.api_group, q.api_version, q.resource, q.verb
