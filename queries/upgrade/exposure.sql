-- How long each API was exposed to wrong answers
--
-- Why it matters: from the first moment that a server answered wrongly for an API to the last: how
-- long its clients could have been misled, and so how quickly the next upgrade must be over.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name
--   first_at      first request with a wrong answer, or that could have had one
--   last_at       last of them
--   seconds       from the first to the last
--   wrong         answered wrongly: wrong 404, 503 of the proxy, loop, no server
--   open          that could have been, where the verdict is only possible
--   clients       clients (user and user agent) of these requests
--   servers       servers that they came to
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), judged AS MATERIALIZED (
    SELECT request_id, entry_server,
        outcome IN ('wrong-404', 'unavailable-503', 'looped', 'unreachable') AS is_wrong
    FROM v_verdict
    WHERE run = (SELECT run FROM chosen) AND (
        outcome IN ('wrong-404', 'unavailable-503', 'looped', 'unreachable')
        OR alternatives GLOB '*wrong-404*' OR alternatives GLOB '*unavailable-503*'
        OR alternatives GLOB '*looped*' OR alternatives GLOB '*unreachable*')
)
SELECT q.api_group, q.api_version, q.resource, min(q.at) AS first_at, max(q.at) AS last_at,
    round((max(q.at_ns) - min(q.at_ns)) / 1e9, 3) AS seconds,
    sum(v.is_wrong) AS wrong, sum(NOT v.is_wrong) AS open,
    count(DISTINCT q.user || char(10) || q.user_agent) AS clients,
    count(DISTINCT v.entry_server) AS servers
FROM judged AS v
JOIN v_request AS q ON q.request_id = v.request_id
GROUP BY q.api_group, q.api_version, q.resource
ORDER BY seconds DESC, wrong DESC, q.api_group, q.api_version, q.resource
