-- What the namespace controller was told does not exist, by namespace
--
-- Why it matters: each row is a kind of object that nobody deleted in that namespace, because the
-- server that was asked does not know it. `served_by` names servers that do.
--
-- Columns:
--   namespace     the namespace
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name
--   refused_by    servers that answered with a route-level 404
--   served_by     servers that served this resource to anybody in the recording
--   answers       route-level 404 answers
--   last_at       the last of them
WITH served AS MATERIALIZED (
    SELECT DISTINCT api_group, api_version, resource, server
    FROM v_request
    WHERE resource <> '' AND (status BETWEEN 200 AND 299 OR not_found = 'object')
        AND request_id NOT IN (SELECT origin FROM v_request WHERE origin IS NOT NULL)
), refused AS MATERIALIZED (
    SELECT namespace, api_group, api_version, resource, server, at
    FROM v_request
    WHERE user_agent GLOB '*namespace-controller' AND not_found IN ('page', 'route')
        AND resource <> '' AND namespace <> ''
)
SELECT namespace, api_group, api_version, resource,
    (SELECT group_concat(server, ' ') FROM (
        SELECT DISTINCT server FROM refused AS r
        WHERE r.namespace = refused.namespace AND r.api_group = refused.api_group
            AND r.api_version = refused.api_version AND r.resource = refused.resource
        ORDER BY server)) AS refused_by,
    coalesce((SELECT group_concat(server, ' ') FROM (
        SELECT server FROM served AS s
        WHERE s.api_group = refused.api_group AND s.api_version = refused.api_version
            AND s.resource = refused.resource
        ORDER BY server)), '') AS served_by,
    count(*) AS answers, max(at) AS last_at
FROM refused
GROUP BY namespace, api_group, api_version, resource
ORDER BY namespace, api_group, api_version, resource
