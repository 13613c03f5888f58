-- The runs of a recording side by side
--
-- Why it matters: the same traffic through several plans. The plan with fewest errors, and with
-- fewest verdicts left open, is the one to take.
--
-- Columns:
--   run               name of the run
--   started_at        when it was replayed
--   requests          requests that it judged
--   wrong_404         404s for an API that another server serves
--   unavailable_503   requests whose peer could not be reached
--   looped            requests that were forwarded more than once
--   unreachable       requests to a server that was not running
--   proxied           requests that a peer answered
--   open              verdicts that are possible, not certain
--   errors            findings of severity error
--   warnings          findings of severity warning
WITH judged AS MATERIALIZED (
    SELECT run, outcome, certainty, count(*) AS requests
    FROM v_verdict GROUP BY run, outcome, certainty
), counted AS (
    SELECT run,
        sum(requests) FILTER (WHERE outcome = 'wrong-404') AS wrong_404,
        sum(requests) FILTER (WHERE outcome = 'unavailable-503') AS unavailable_503,
        sum(requests) FILTER (WHERE outcome = 'looped') AS looped,
        sum(requests) FILTER (WHERE outcome = 'unreachable') AS unreachable,
        sum(requests) FILTER (WHERE outcome = 'proxied') AS proxied,
        sum(requests) FILTER (WHERE certainty = 'possible') AS open
    FROM judged GROUP BY run
), found AS (
    SELECT run, count(*) FILTER (WHERE severity = 'error') AS errors,
        count(*) FILTER (WHERE severity = 'warning') AS warnings
    FROM v_finding GROUP BY run
)
SELECT r.run, r.started_at, r.requests,
    coalesce(c.wrong_404, 0) AS wrong_404, coalesce(c.unavailable_503, 0) AS unavailable_503,
    coalesce(c.looped, 0) AS looped, coalesce(c.unreachable, 0) AS unreachable,
    coalesce(c.proxied, 0) AS proxied, coalesce(c.open, 0) AS open,
    coalesce(f.errors, 0) AS errors, coalesce(f.warnings, 0) AS warnings
FROM v_run AS r
LEFT JOIN counted AS c ON c.run = r.run
LEFT JOIN found AS f ON f.run = r.run
ORDER BY r.started_ns, r.run
