-- Resources that one server serves and another does not know
--
-- Why it matters: this is skew, seen in the traffic itself: within seconds one server answered
-- for the resource and another said that there is no such API.
--
-- Parameters:
--   :window integer = 60   seconds within which the two answers must lie, more or less
--
-- Columns:
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name
--   refused_by    server that answered with a route-level 404
--   served_by     server that served the resource at about the same time
--   refused       answers of the first kind
--   served        answers of the second kind
--   first_at      first of them
--   last_at       last of them
WITH refused_resource AS MATERIALIZED (
    SELECT DISTINCT api_group, api_version, resource
    FROM v_request
    WHERE status = 404 AND not_found IN ('page', 'route') AND resource <> ''
), answer AS MATERIALIZED (
    -- Answers in slices of the window; two answers match in the same slice or in neighbours.
    SELECT r.api_group, r.api_version, r.resource, r.server,
        r.at_ns / (:window * 1000000000) AS slice,
        count(*) FILTER (WHERE not_found IN ('page', 'route')) AS refused,
        count(*) FILTER (WHERE status BETWEEN 200 AND 299 OR not_found = 'object') AS served,
        min(r.at_ns) AS first_ns, max(r.at_ns) AS last_ns
    FROM v_request AS r
    JOIN refused_resource AS q
        ON q.api_group = r.api_group AND q.api_version = r.api_version AND q.resource = r.resource
    -- A peer's answer to a forwarded request is its own; the first server only passed it on.
    WHERE r.request_id NOT IN (SELECT origin FROM v_request WHERE origin IS NOT NULL)
    GROUP BY r.api_group, r.api_version, r.resource, r.server, slice
), pair AS (
    SELECT a.api_group, a.api_version, a.resource,
        a.server AS refused_by, b.server AS served_by,
        a.slice AS refused_slice, b.slice AS served_slice, a.refused, b.served,
        min(a.first_ns, b.first_ns) AS first_ns, max(a.last_ns, b.last_ns) AS last_ns
    FROM answer AS a
    JOIN answer AS b
        ON b.api_group = a.api_group AND b.api_version = a.api_version
        AND b.resource = a.resource AND b.server <> a.server
        AND b.slice BETWEEN a.slice - 1 AND a.slice + 1
    WHERE a.refused > 0 AND b.served > 0
)
SELECT api_group, api_version, resource, refused_by, served_by,
    (SELECT sum(refused) FROM (SELECT DISTINCT refused_slice, refused FROM pair AS p
        WHERE p.api_group = pair.api_group AND p.api_version = pair.api_version
        AND p.resource = pair.resource AND p.refused_by = pair.refused_by
        AND p.served_by = pair.served_by)) AS refused,
    (SELECT sum(served) FROM (SELECT DISTINCT served_slice, served FROM pair AS p
        WHERE p.api_group = pair.api_group AND p.api_version = pair.api_version
        AND p.resource = pair.resource AND p.refused_by = pair.refused_by
        AND p.served_by = pair.served_by)) AS served,
    strftime('%Y-%m-%dT%H:%M:%SZ', min(first_ns) / 1000000000, 'unixepoch') AS first_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', max(last_ns) / 1000000000, 'unixepoch') AS last_at
FROM pair
GROUP BY api_group, api_version, resource, refused_by, served_by
ORDER BY api_group, api_version, resource, refused_by, served_by
