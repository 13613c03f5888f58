-- Outcomes by server and minute of a run
--
-- Why it matters: shows when the trouble began, at which server, and whether it stopped once the
-- last server was upgraded. Requests that a server simply served itself are not counted.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--   :since time = start    requests from this instant on
--   :until time = end      requests before this instant
--
-- Columns:
--   minute            beginning of the minute, UTC
--   server            the server that the requests came to
--   wrong_404         404s for an API that another server serves
--   unavailable_503   requests whose peer could not be reached
--   looped            requests that were forwarded more than once
--   unreachable       requests to a server that was not running
--   proxied           requests that a peer answered
--   right_404         404s for an API that no running server serves
--   open              of all these, verdicts that are possible, not certain
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), judged AS MATERIALIZED (
    SELECT request_id, entry_server, outcome, certainty
    FROM v_verdict WHERE run = (SELECT run FROM chosen)
)
SELECT strftime('%Y-%m-%dT%H:%M:00Z', q.at_ns / 60000000000 * 60, 'unixepoch') AS minute,
    entry_server AS server,
    count(*) FILTER (WHERE outcome = 'wrong-404') AS wrong_404,
    count(*) FILTER (WHERE outcome = 'unavailable-503') AS unavailable_503,
    count(*) FILTER (WHERE outcome = 'looped') AS looped,
    count(*) FILTER (WHERE outcome = 'unreachable') AS unreachable,
    count(*) FILTER (WHERE outcome = 'proxied') AS proxied,
    count(*) FILTER (WHERE outcome = 'right-404') AS right_404,
    count(*) FILTER (WHERE certainty = 'possible') AS open
FROM judged AS v
JOIN v_request AS q ON q.request_id = v.request_id
WHERE q.at_ns >= :since AND q.at_ns < :until
    AND NOT (outcome IN ('local', 'unjudged') AND certainty = 'certain')
GROUP BY q.at_ns / 60000000000, entry_server
ORDER BY q.at_ns / 60000000000, entry_server
