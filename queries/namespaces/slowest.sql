-- Namespaces that took longest from delete to gone
--
-- Why it matters: a namespace that hangs in Terminating holds up everything that waits for its
-- name. A 503 of an aggregated API, a 404 or a finalizer keeps it there.
--
-- Parameters:
--   :limit integer = 20    rows at most, -1 for all
--
-- Columns:
--   namespace     the namespace
--   deleted_at    when its deletion was asked for
--   gone_at       when its last finalizer went; null where it has not
--   seconds       from the one to the other, or to the end of the recording
--   finalizes     attempts to take the last finalizer away
--   errors        answers with 500 and above that the namespace controller got meanwhile
--   unknown       route-level 404s that it got meanwhile
--   deleted_by    user agent that asked for the deletion
WITH touched AS MATERIALIZED (
    SELECT iif(resource = 'namespaces', name, namespace) AS namespace, resource, subresource, verb,
        at, at_ns, status, not_found, user_agent,
        user_agent GLOB '*namespace-controller' AS is_controller
    FROM v_request
    WHERE resource <> '' AND NOT peer_proxied AND (user_agent GLOB '*namespace-controller'
        OR verb = 'delete' AND resource = 'namespaces' AND subresource = '')
), deleted AS MATERIALIZED (
    -- With min(), SQLite takes the other columns from the same row.
    SELECT t.namespace, min(t.at_ns) AS at_ns, t.at, t.user_agent, (
        SELECT max(before.at_ns) FROM touched AS before
        WHERE before.namespace = t.namespace AND before.subresource = 'finalize'
            AND before.status BETWEEN 200 AND 299 AND before.at_ns < t.at_ns) AS earlier_ns
    FROM touched AS t
    WHERE t.verb = 'delete' AND t.resource = 'namespaces' AND t.status BETWEEN 200 AND 299
    -- A namespace of the same name that is deleted later is another one.
    GROUP BY t.namespace, coalesce(earlier_ns, 0)
), span AS MATERIALIZED (
    SELECT d.*, lead(d.at_ns, 1, 9223372036854775807)
        OVER (PARTITION BY d.namespace ORDER BY d.at_ns) AS next_ns
    FROM deleted AS d
)
SELECT s.namespace, s.at AS deleted_at,
    max(t.at) FILTER (WHERE t.subresource = 'finalize' AND t.status BETWEEN 200 AND 299)
        AS gone_at,
    round((coalesce(max(t.at_ns) FILTER (
            WHERE t.subresource = 'finalize' AND t.status BETWEEN 200 AND 299),
        (SELECT max(last_ns) FROM v_server), max(t.at_ns)) - s.at_ns) / 1e9, 3) AS seconds,
    count(*) FILTER (WHERE t.subresource = 'finalize') AS finalizes,
    count(*) FILTER (WHERE t.is_controller AND t.status >= 500) AS errors,
    count(*) FILTER (WHERE t.is_controller AND t.not_found IN ('page', 'route')) AS unknown,
    s.user_agent AS deleted_by
FROM span AS s
JOIN touched AS t ON t.namespace = s.namespace AND t.at_ns >= s.at_ns AND t.at_ns < s.next_ns
GROUP BY s.namespace, s.at_ns
ORDER BY seconds DESC, s.namespace, s.at_ns
LIMIT :limit
