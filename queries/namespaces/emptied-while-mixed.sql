-- Namespaces removed while servers ran different releases
--
-- Why it matters: whether such a namespace was emptied wholly depends on which servers the
-- controller came to. Look at each of them, or do not delete namespaces during an upgrade.
--
-- Columns:
--   namespace      the namespace
--   emptied_at     first request that deleted content of it
--   finalize_at    when the controller asked for the last finalizer to go
--   servers        servers that the controller came to
--   unknown        kinds of object that it got a route-level 404 for
--   in_window      seconds from the first moment with two releases to the finalize
WITH process AS MATERIALIZED (
    SELECT server, from_ns, coalesce(until_ns, last_ns) AS until_ns,
        substr(version, 1, instr(version || '.', '.')
            + instr(substr(version, instr(version || '.', '.') + 1) || '.', '.') - 1) AS release
    FROM v_server
), mixed AS MATERIALIZED (
    -- From the first moment that two releases ran side by side to the last.
    SELECT min(max(a.from_ns, b.from_ns)) AS from_ns, max(min(a.until_ns, b.until_ns)) AS until_ns
    FROM process AS a
    JOIN process AS b ON b.release > a.release
        AND a.from_ns < b.until_ns AND b.from_ns < a.until_ns
), emptied AS MATERIALIZED (
    SELECT iif(resource = 'namespaces', name, namespace) AS namespace, subresource, verb, status,
        at, at_ns, server, not_found, api_group || '/' || resource AS kind
    FROM v_request
    WHERE user_agent GLOB '*namespace-controller' AND resource <> '' AND NOT peer_proxied
)
SELECT e.namespace, min(e.at) FILTER (WHERE e.verb = 'deletecollection') AS emptied_at,
    max(e.at) FILTER (WHERE e.subresource = 'finalize' AND e.status BETWEEN 200 AND 299)
        AS finalize_at,
    count(DISTINCT e.server) AS servers,
    count(DISTINCT e.kind) FILTER (WHERE e.not_found IN ('page', 'route')) AS unknown,
    round((max(e.at_ns) FILTER (
        WHERE e.subresource = 'finalize' AND e.status BETWEEN 200 AND 299) - m.from_ns) / 1e9, 3)
        AS in_window
FROM mixed AS m
JOIN emptied AS e ON e.at_ns BETWEEN m.from_ns AND m.until_ns
WHERE e.namespace <> ''
GROUP BY e.namespace
HAVING finalize_at IS NOT NULL
ORDER BY finalize_at, e.namespace
