-- The slowest requests
--
-- Why it matters: a forwarded request waits for a second server, and one that waits for a dead peer
-- waits longest.
--
-- Parameters:
--   :since time = start      requests from this instant on
--   :until time = end        requests before this instant
--   :limit integer = 20      rows at most, -1 for all
--
-- Columns:
--   request_id    number of the request in the recording
--   at            when the server received it
--   server        the server that received it
--   verb          verb of the request; watches are left out, as they last on purpose
--   path          path without its query
--   status        HTTP status
--   duration_ms   duration in milliseconds
--   user_agent    what the client calls itself
SELECT request_id, at, server, verb, path, status,
    round(duration_us / 1000.0, 3) AS duration_ms, user_agent
FROM v_request
WHERE duration_us IS NOT NULL AND verb NOT IN ('watch', 'connect') AND NOT peer_proxied
    AND at_ns >= :since AND at_ns < :until
ORDER BY duration_us DESC, request_id
LIMIT :limit
