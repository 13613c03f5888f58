-- Requests that a run forwards, from which server to which
--
-- Why it matters: forwarded requests are work that the peer did not have before. A single server
-- that serves a new API gets all of it: see that it can carry it.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   from_server    the server that forwards
--   peer           the server that gets the request from it; where the draw is random, one of them
--   requests       hops between the two; a loop has several
--   open           of these, verdicts that are possible, not certain
--   share          percent of all hops of the run
--   own_requests   requests that the recording shows at the peer, forwarded ones included
--   added          hops in percent of these
WITH RECURSIVE chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), route AS MATERIALIZED (
    SELECT servers, count(*) AS requests, sum(certainty = 'possible') AS open
    FROM v_verdict
    WHERE run = (SELECT run FROM chosen) AND outcome IN ('proxied', 'looped', 'wrong-404')
        AND instr(servers, '>')
    GROUP BY servers
), hop(server, rest, requests, open, peer) AS (
    SELECT '', servers || '>', requests, open, '' FROM route
    UNION ALL
    SELECT peer, substr(rest, instr(rest, '>') + 1), requests, open,
        substr(rest, 1, instr(rest, '>') - 1)
    FROM hop WHERE rest <> ''
), pair AS MATERIALIZED (
    SELECT server, peer, sum(requests) AS requests, sum(open) AS open
    FROM hop WHERE server <> '' GROUP BY server, peer
), own AS MATERIALIZED (
    SELECT server, sum(requests) AS requests FROM v_coverage GROUP BY server
)
SELECT p.server AS from_server, p.peer, p.requests, p.open,
    round(100.0 * p.requests / sum(p.requests) OVER (), 2) AS share,
    o.requests AS own_requests, round(100.0 * p.requests / o.requests, 2) AS added
FROM pair AS p
LEFT JOIN own AS o ON o.server = p.peer
ORDER BY p.requests DESC, p.server, p.peer
