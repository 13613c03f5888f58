-- Requests by verb and status
--
-- Why it matters: a change of this table between two hours is the quickest sign that something
-- began to be refused.
--
-- Parameters:
--   :since time = start    requests from this instant on
--   :until time = end      requests before this instant
--   :server text = *       only this server; * stands for any text
--
-- Columns:
--   verb         verb of the request
--   status       HTTP status; null where no answer was recorded
--   requests     requests, each counted once
--   servers      servers that answered so
--   average_ms   mean duration in milliseconds
--   longest_ms   longest duration in milliseconds
SELECT verb, status, count(*) AS requests, count(DISTINCT server) AS servers,
    round(avg(duration_us) / 1000, 3) AS average_ms,
    round(max(duration_us) / 1000.0, 3) AS longest_ms
FROM v_request
WHERE NOT peer_proxied AND at_ns >= :since AND at_ns < :until AND server GLOB :server
GROUP BY verb, status
ORDER BY requests DESC, verb, status
