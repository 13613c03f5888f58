-- What the namespace controller did not empty, by namespace
--
-- Why it matters: each row is a kind of object that nobody deleted in that namespace: the server
-- that was asked does not know it, or discovery did not show it, so that nobody asked. What other
-- servers serve of it stays behind when the namespace is finalized. The controller may go through a
-- namespace several times; what counts is its last pass, since that lets the namespace go.
--
-- Columns:
--   namespace     a namespace that the controller asked to finalize
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name of a kind that it did empty in another namespace, or was refused
--   answers       route-level 404 answers in the last pass; 0 where it did not ask
--   refused_by    servers that gave them
--   served_by     other servers that had served this resource to anybody by then
--   finalize_at   when it asked for the last finalizer to go
WITH asked AS MATERIALIZED (
    SELECT iif(resource = 'namespaces', name, namespace) AS about, at_ns, at, server, verb,
        api_group, api_version, resource, subresource, status, not_found
    FROM v_request
    WHERE user_agent GLOB '*namespace-controller' AND resource <> '' AND NOT peer_proxied
), finalized AS MATERIALIZED (
    SELECT about, max(at_ns) AS at_ns, max(at) AS at
    FROM asked WHERE subresource = 'finalize' GROUP BY about
), pass AS MATERIALIZED (
    -- A pass begins where the controller reads the namespace and then deletes something in it.
    SELECT f.about, f.at_ns, f.at, coalesce((
        SELECT max(g.at_ns) FROM asked AS g
        WHERE g.about = f.about AND g.resource = 'namespaces' AND g.verb = 'get' AND g.at_ns <= (
            SELECT max(d.at_ns) FROM asked AS d
            WHERE d.about = f.about AND d.verb = 'deletecollection' AND d.at_ns <= f.at_ns)
        ), 0) AS begin_ns
    FROM finalized AS f
), kind AS MATERIALIZED (
    SELECT DISTINCT api_group, api_version, resource
    FROM asked WHERE verb IN ('deletecollection', 'list') AND resource <> 'namespaces'
), served AS MATERIALIZED (
    SELECT r.api_group, r.api_version, r.resource, r.server, min(r.at_ns) AS first_ns
    FROM v_request AS r
    JOIN kind AS k ON k.api_group = r.api_group AND k.api_version = r.api_version
        AND k.resource = r.resource
    WHERE (r.status BETWEEN 200 AND 299 OR r.not_found = 'object')
        AND r.request_id NOT IN (SELECT origin FROM v_request WHERE origin IS NOT NULL)
    GROUP BY r.api_group, r.api_version, r.resource, r.server
), told AS MATERIALIZED (
    -- What it asked about each kind in the last pass over each namespace.
    SELECT f.about, f.at_ns, f.at, k.api_group, k.api_version, k.resource,
        count(a.at_ns) AS requests,
        count(a.at_ns) FILTER (WHERE a.not_found IN ('page', 'route')) AS refusals,
        count(a.at_ns) FILTER (WHERE a.status BETWEEN 200 AND 299) AS successes
    FROM pass AS f
    CROSS JOIN kind AS k
    LEFT JOIN asked AS a ON a.about = f.about AND a.api_group = k.api_group
        AND a.api_version = k.api_version AND a.resource = k.resource
        AND a.at_ns BETWEEN f.begin_ns AND f.at_ns
    GROUP BY f.about, f.at_ns, f.at, k.api_group, k.api_version, k.resource
), refuser AS MATERIALIZED (
    SELECT DISTINCT about, api_group, api_version, resource, server
    FROM asked WHERE not_found IN ('page', 'route')
)
SELECT about AS namespace, api_group, api_version, resource, refusals AS answers,
    coalesce((SELECT group_concat(server, ' ') FROM (
        SELECT server FROM refuser AS r
        WHERE r.about = told.about AND r.api_group = told.api_group
            AND r.api_version = told.api_version AND r.resource = told.resource
        ORDER BY server)), '') AS refused_by,
    coalesce((SELECT group_concat(server, ' ') FROM (
        SELECT server FROM served AS s
        WHERE s.api_group = told.api_group AND s.api_version = told.api_version
            AND s.resource = told.resource AND s.first_ns <= told.at_ns
            AND NOT EXISTS (SELECT 1 FROM refuser AS r
                WHERE r.about = told.about AND r.api_group = told.api_group
                AND r.api_version = told.api_version AND r.resource = told.resource
                AND r.server = s.server)
        ORDER BY server)), '') AS served_by,
    at AS finalize_at
FROM told
WHERE requests = 0 OR (refusals > 0 AND successes = 0)
ORDER BY at_ns, about, api_group, api_version, resource
