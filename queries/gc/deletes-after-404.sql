-- Deletes by the garbage collector, and the 404 that came before
--
-- Why it matters: an object deleted right after a route-level 404 for its owner was deleted for the
-- wrong reason. The owner comes from the object's own references where the log holds them, else
-- from the order of the collector's requests.
--
-- Parameters:
--   :within integer = 60   seconds before the delete in which the 404 must lie
--
-- Columns:
--   at              when the delete was received
--   request_id      number of the delete in the recording
--   resource        what was deleted, with its group
--   namespace       its namespace
--   name            its name
--   status          how the delete was answered
--   owner           path that got the 404
--   owner_shape     shape of that 404
--   owner_server    server that gave it
--   owner_request   number of that request in the recording
--   known_by        owner-reference or order
WITH asked AS MATERIALIZED (
    SELECT request_id, at_ns, at, server, verb, path, api_group, api_version, resource, namespace,
        name, status, not_found
    FROM v_request
    WHERE user_agent GLOB '*generic-garbage-collector' AND verb IN ('get', 'delete')
        AND resource <> '' AND NOT peer_proxied
), condemned AS (
    SELECT d.*,
        (SELECT g.request_id
         FROM v_object AS o
         JOIN v_owner AS w ON w.object_id = o.object_id
         JOIN asked AS g
            ON g.verb = 'get' AND g.status = 404 AND g.name = w.name
            AND g.api_group = w.api_group AND g.api_version = w.api_version
            AND g.at_ns <= d.at_ns AND g.at_ns >= d.at_ns - :within * 1000000000
         WHERE o.api_group = d.api_group AND o.resource = d.resource
            AND o.namespace = d.namespace AND o.name = d.name
         ORDER BY g.at_ns DESC LIMIT 1) AS by_reference,
        (SELECT g.request_id FROM asked AS g
         WHERE g.verb = 'get' AND g.status = 404
            AND NOT (g.resource = d.resource AND g.name = d.name AND g.namespace = d.namespace)
            AND g.at_ns <= d.at_ns AND g.at_ns >= d.at_ns - :within * 1000000000
         ORDER BY g.at_ns DESC LIMIT 1) AS by_order
    FROM asked AS d
    WHERE d.verb = 'delete'
)
SELECT c.at, c.request_id,
    c.resource || iif(c.api_group = '', '', '.' || c.api_group) AS resource,
    c.namespace, c.name, c.status,
    g.path AS owner, g.not_found AS owner_shape, g.server AS owner_server,
    g.request_id AS owner_request,
    CASE WHEN c.by_reference IS NOT NULL THEN 'owner-reference'
        WHEN c.by_order IS NOT NULL THEN 'order' END AS known_by
FROM condemned AS c
LEFT JOIN asked AS g ON g.request_id = coalesce(c.by_reference, c.by_order)
ORDER BY c.at_ns, c.request_id
