-- Clients that a run gives wrong answers
--
-- Why it matters: names, not counts: who to warn before the upgrade that this run plays through,
-- and whether they would fail to read or to write.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   user_agent    what the client calls itself
--   user          user of the requests
--   wrong         wrong answers: wrong 404, 503 of the proxy, loop, no server
--   open          requests that could get one, where the verdict is only possible
--   writes        of both, requests that would change something
--   namespaces    different namespaces of these requests
--   first_at      first of them
--   last_at       last of them
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), judged AS MATERIALIZED (
    SELECT request_id,
        outcome IN ('wrong-404', 'unavailable-503', 'looped', 'unreachable') AS is_wrong
    FROM v_verdict
    WHERE run = (SELECT run FROM chosen) AND (
        outcome IN ('wrong-404', 'unavailable-503', 'looped', 'unreachable')
        OR alternatives GLOB '*wrong-404*' OR alternatives GLOB '*unavailable-503*'
        OR alternatives GLOB '*looped*' OR alternatives GLOB '*unreachable*')
)
SELECT q.user_agent, q.user, sum(v.is_wrong) AS wrong, sum(NOT v.is_wrong) AS open,
    sum(q.verb IN ('create', 'update', 'patch', 'delete', 'deletecollection')) AS writes,
    count(DISTINCT nullif(q.namespace, '')) AS namespaces,
    min(q.at) AS first_at, max(q.at) AS last_at
FROM judged AS v
JOIN v_request AS q ON q.request_id = v.request_id
GROUP BY q.user_agent, q.user
ORDER BY wrong DESC, open DESC, q.user_agent, q.user
