-- Requests that came back to a server, or were forwarded twice
--
-- Why it matters: the proxy forwards once. A longer path means that a server forwarded to an
-- address that is not the peer's own, such as a load balancer's, or that a header was lost.
--
-- Columns:
--   at           when the first server received the request
--   audit_id     ties the records together
--   path         path without its query
--   hops         times that it was forwarded
--   servers      servers in the order in which they received it
--   came_back    whether one of them received it twice
--   statuses     their answers, in the same order
--   user_agent   what the client calls itself
WITH pass AS MATERIALIZED (
    SELECT request_id, coalesce(origin, request_id) AS first_id, at_ns, at, server, status,
        audit_id, path, user_agent
    FROM v_request
    WHERE origin IS NOT NULL
        OR request_id IN (SELECT origin FROM v_request WHERE origin IS NOT NULL)
)
SELECT f.at, f.audit_id, f.path, count(*) - 1 AS hops,
    (SELECT group_concat(server, '>') FROM (
        SELECT server FROM pass AS p WHERE p.first_id = pass.first_id
        ORDER BY p.at_ns, p.request_id)) AS servers,
    count(*) > count(DISTINCT pass.server) AS came_back,
    (SELECT group_concat(coalesce(status, '-'), ' ') FROM (
        SELECT status FROM pass AS p WHERE p.first_id = pass.first_id
        ORDER BY p.at_ns, p.request_id)) AS statuses,
    f.user_agent
FROM pass
JOIN pass AS f ON f.request_id = pass.first_id
GROUP BY pass.first_id
HAVING hops > 1 OR came_back
ORDER BY f.at_ns, f.request_id
