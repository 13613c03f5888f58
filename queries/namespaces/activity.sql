-- Namespaces that the namespace controller emptied
--
-- Why it matters: a route-level 404 while a namespace is emptied means "nothing of this kind here"
-- to the controller. If another server serves the kind, its objects stay behind when the namespace
-- is finalized.
--
-- Parameters:
--   :since time = start    requests from this instant on
--   :until time = end      requests before this instant
--
-- Columns:
--   namespace     the namespace
--   began_at      first request of the controller about it
--   finalize_at   when it asked for the last finalizer to go; null where it has not
--   finalized     whether that was answered with success
--   collections   resources that it deleted or listed
--   unknown       of these, answered with a route-level 404 at least once
--   servers       servers that answered
WITH asked AS MATERIALIZED (
    SELECT iif(resource = 'namespaces', name, namespace) AS about, at, at_ns, server, verb,
        api_group || '/' || resource AS kind, resource, subresource, status, not_found
    FROM v_request
    WHERE user_agent GLOB '*namespace-controller' AND resource <> '' AND NOT peer_proxied
        AND at_ns >= :since AND at_ns < :until
)
SELECT about AS namespace, min(at) AS began_at,
    max(at) FILTER (WHERE subresource = 'finalize') AS finalize_at,
    coalesce(max(status BETWEEN 200 AND 299) FILTER (WHERE subresource = 'finalize'), 0)
        AS finalized,
    count(DISTINCT kind) FILTER (WHERE verb IN ('deletecollection', 'list')) AS collections,
    count(DISTINCT kind) FILTER (WHERE not_found IN ('page', 'route')) AS unknown,
    count(DISTINCT server) AS servers
FROM asked
WHERE about <> ''
GROUP BY about
ORDER BY began_at, namespace
