-- The busiest clients
--
-- Why it matters: names, not counts: who would notice if a server answered wrongly.
--
-- Parameters:
--   :since time = start      requests from this instant on
--   :until time = end        requests before this instant
--   :limit integer = 20      rows at most, -1 for all
--
-- Columns:
--   user         user of the request
--   user_agent   what the client calls itself
--   requests     requests, each counted once
--   servers      servers that it came to
--   not_found    answered with 404, for whatever reason
--   errors_5xx   answered with 500 to 599
--   first_at     first request
--   last_at      last request
SELECT user, user_agent, count(*) AS requests, count(DISTINCT server) AS servers,
    count(*) FILTER (WHERE status = 404) AS not_found,
    count(*) FILTER (WHERE status >= 500) AS errors_5xx,
    min(at) AS first_at, max(at) AS last_at
FROM v_request
WHERE NOT peer_proxied AND at_ns >= :since AND at_ns < :until
GROUP BY user, user_agent
ORDER BY requests DESC, user, user_agent
LIMIT :limit
