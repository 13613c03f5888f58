-- Clients that got wrong 404s, and how they went on
--
-- Why it matters: a client that gives up is broken until somebody restarts it; one that tries
-- again many times a minute loads the servers. Both believe that the API is gone.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   user_agent   what the client calls itself
--   version      its version, what stands after the slash up to the first space or slash
--   user         user of the requests
--   requests     wrong 404s
--   resources    different resources
--   servers      different servers
--   first_at     first of them
--   last_at      last of them
--   per_minute   wrong 404s per minute between the two; null for less than a second
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), judged AS MATERIALIZED (
    SELECT request_id, entry_server FROM v_verdict
    WHERE run = (SELECT run FROM chosen) AND outcome = 'wrong-404'
), refused AS (
    SELECT q.user_agent, q.user, count(*) AS requests,
        count(DISTINCT q.api_group || '/' || q.api_version || '/' || q.resource) AS resources,
        count(DISTINCT v.entry_server) AS servers, min(q.at) AS first_at, max(q.at) AS last_at,
        max(q.at_ns) - min(q.at_ns) AS span_ns,
        substr(q.user_agent, instr(q.user_agent || '/', '/') + 1) AS rest
    FROM judged AS v
    JOIN v_request AS q ON q.request_id = v.request_id
    GROUP BY q.user_agent, q.user
)
SELECT user_agent,
    substr(rest, 1, min(instr(rest || ' ', ' '), instr(rest || '/', '/')) - 1) AS version,
    user, requests, resources, servers, first_at, last_at,
    iif(span_ns >= 1000000000, round(requests * 60e9 / span_ns, 1), NULL) AS per_minute
FROM refused
ORDER BY requests DESC, user_agent, user
