-- Clients that read discovery group by group
--
-- Why it matters: servers merge what their peers serve into the aggregated documents alone. A
-- client that asks for /apis/GROUP/VERSION sees only what the server that answers knows itself.
--
-- Parameters:
--   :since time = start    requests from this instant on
--   :until time = end      requests before this instant
--
-- Columns:
--   user_agent   what the client calls itself
--   user         user of the requests
--   groups       requests for /apis/GROUP
--   versions     requests for /apis/GROUP/VERSION or /api/v1
--   not_found    of these, answered with 404
--   servers      servers that answered, in order of name
--   last_at      the last of these requests
WITH asked AS (
    SELECT user_agent, user, server, status, at,
        path = '/api/v1' OR path GLOB '/apis/*/*' AS is_version
    FROM v_request
    WHERE verb = 'get' AND NOT peer_proxied AND at_ns >= :since AND at_ns < :until
        AND resource = ''
        AND (path = '/api/v1' OR path GLOB '/apis/?*') AND path NOT GLOB '/apis/*/*/*'
)
SELECT user_agent, user, sum(NOT is_version) AS groups, sum(is_version) AS versions,
    sum(status IS 404) AS not_found,
    (SELECT group_concat(server, ' ') FROM (
        SELECT DISTINCT server FROM asked AS other
        WHERE other.user_agent = asked.user_agent AND other.user = asked.user
        ORDER BY server)) AS servers,
    max(at) AS last_at
FROM asked
GROUP BY user_agent, user
ORDER BY groups + versions DESC, user_agent, user
