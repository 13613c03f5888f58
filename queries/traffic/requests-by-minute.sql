-- Requests by server and minute
--
-- Why it matters: a server whose line stops was not running, or the balancer thought so; a server
-- whose errors rise while the others stay calm answers differently from its peers.
--
-- Parameters:
--   :since time = start    requests from this instant on
--   :until time = end      requests before this instant
--
-- Columns:
--   minute       beginning of the minute, UTC
--   server       the server that received the requests
--   requests     requests, each counted at the server that it came to first
--   passes       the same with those that a peer forwarded to this server
--   errors_4xx   passes answered with 400 to 499
--   errors_5xx   passes answered with 500 to 599
SELECT strftime('%Y-%m-%dT%H:%M:00Z', at_ns / 60000000000 * 60, 'unixepoch') AS minute,
    server,
    count(*) FILTER (WHERE NOT peer_proxied) AS requests,
    count(*) AS passes,
    count(*) FILTER (WHERE status BETWEEN 400 AND 499) AS errors_4xx,
    count(*) FILTER (WHERE status BETWEEN 500 AND 599) AS errors_5xx
FROM v_request
WHERE at_ns >= :since AND at_ns < :until
GROUP BY at_ns / 60000000000, server
ORDER BY at_ns / 60000000000, server
