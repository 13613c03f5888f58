-- Wrong answers in the first minute after a server started
--
-- Why it matters: peers learn of a new server from its leases, not at once. Wrong answers that end
-- soon after a start come from that; with the proxy on, those are the ones to expect.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--   :within integer = 60   seconds after a start that count
--
-- Columns:
--   started_at     when a server started, as the recording has it
--   started        the server that started
--   version        the version that it started with
--   server         the server that answered wrongly
--   outcome        wrong-404, unavailable-503, looped or unreachable
--   requests       requests with this outcome
--   first_after    seconds from the start to the first of them
--   last_after     seconds from the start to the last of them
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), judged AS MATERIALIZED (
    SELECT request_id, entry_server, outcome
    FROM v_verdict
    WHERE run = (SELECT run FROM chosen)
        AND outcome IN ('wrong-404', 'unavailable-503', 'looped', 'unreachable')
), wrong AS MATERIALIZED (
    SELECT v.entry_server, v.outcome, q.at_ns
    FROM judged AS v JOIN v_request AS q ON q.request_id = v.request_id
), start AS MATERIALIZED (
    SELECT server, version, from_at, from_ns,
        lead(from_ns, 1, 9223372036854775807) OVER (ORDER BY from_ns, server) AS next_ns
    FROM (
        SELECT *, row_number() OVER (PARTITION BY server ORDER BY from_ns) AS number FROM v_server)
    WHERE start_seen OR number > 1
)
SELECT s.from_at AS started_at, s.server AS started, s.version, w.entry_server AS server,
    w.outcome, count(*) AS requests,
    round((min(w.at_ns) - s.from_ns) / 1e9, 3) AS first_after,
    round((max(w.at_ns) - s.from_ns) / 1e9, 3) AS last_after
FROM start AS s
JOIN wrong AS w ON w.at_ns >= s.from_ns AND w.at_ns < s.next_ns
    AND w.at_ns < s.from_ns + :within * 1000000000
GROUP BY s.from_ns, s.server, w.entry_server, w.outcome
ORDER BY s.from_ns, s.server, w.entry_server, w.outcome
