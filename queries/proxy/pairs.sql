-- Requests that one server forwarded to another
--
-- Why it matters: shows the Mixed Version Proxy at work: who forwards what to whom, and what the
-- detour costs.
--
-- Parameters:
--   :since time = start      requests from this instant on
--   :until time = end        requests before this instant
--   :limit integer = 100     rows at most, -1 for all
--
-- Columns:
--   at             when the first server received the request
--   audit_id       ties the two records together
--   entry_server   the server that the client came to
--   peer           the server that it was forwarded to
--   verb           verb of the request
--   path           path without its query
--   status         what the client got
--   peer_status    what the peer answered
--   duration_ms    at the first server, in milliseconds
--   peer_ms        of these, at the peer
--   user_agent     what the client calls itself
SELECT a.at, a.audit_id, a.server AS entry_server, b.server AS peer, a.verb, a.path, a.status,
    b.status AS peer_status, round(a.duration_us / 1000.0, 3) AS duration_ms,
    round(b.duration_us / 1000.0, 3) AS peer_ms, a.user_agent
FROM v_request AS b
JOIN v_request AS a ON a.request_id = b.origin
WHERE b.origin IS NOT NULL AND a.at_ns >= :since AND a.at_ns < :until
ORDER BY a.at_ns, a.request_id, b.at_ns, b.request_id
LIMIT :limit
