-- Clients that got two different answers for one API
--
-- Why it matters: needs no run and no model: for this client the API was there at one server and
-- not at another. What it does then, such as prune or fall back, is what to look into.
--
-- Columns:
--   user_agent    what the client calls itself
--   user          user of the requests
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name
--   served        answers of servers that know the API
--   refused       route-level 404s
--   served_by     servers that knew it
--   refused_by    servers that did not
--   first_at      first of the refusals
--   last_at       last of the refusals
WITH refused AS MATERIALIZED (
    SELECT user_agent, user, api_group, api_version, resource, server, count(*) AS requests,
        min(at) AS first_at, max(at) AS last_at
    FROM v_request
    WHERE status = 404 AND not_found IN ('page', 'route') AND resource <> '' AND NOT peer_proxied
    GROUP BY user_agent, user, api_group, api_version, resource, server
), asked AS MATERIALIZED (
    SELECT DISTINCT user_agent, user, api_group, api_version, resource FROM refused
), served AS MATERIALIZED (
    SELECT r.user_agent, r.user, r.api_group, r.api_version, r.resource, r.server,
        count(*) AS requests
    FROM v_request AS r
    -- Plus signs keep all but the resource for later: few requests get past it.
    JOIN asked AS a ON a.resource = r.resource AND +a.api_group = r.api_group
        AND +a.api_version = r.api_version AND +a.user_agent = r.user_agent AND +a.user = r.user
    WHERE (r.status BETWEEN 200 AND 299 OR r.not_found = 'object') AND NOT r.peer_proxied
    GROUP BY r.user_agent, r.user, r.api_group, r.api_version, r.resource, r.server
), no AS (
    SELECT user_agent, user, api_group, api_version, resource, sum(requests) AS requests,
        group_concat(server, ' ') AS servers, min(first_at) AS first_at, max(last_at) AS last_at
    FROM (SELECT * FROM refused ORDER BY server)
    GROUP BY user_agent, user, api_group, api_version, resource
), yes AS (
    SELECT user_agent, user, api_group, api_version, resource, sum(requests) AS requests,
        group_concat(server, ' ') AS servers
    FROM (SELECT * FROM served ORDER BY server)
    GROUP BY user_agent, user, api_group, api_version, resource
)
SELECT n.user_agent, n.user, n.api_group, n.api_version, n.resource, y.requests AS served,
    n.requests AS refused, y.servers AS served_by, n.servers AS refused_by, n.first_at, n.last_at
FROM no AS n
JOIN yes AS y ON y.user_agent = n.user_agent AND y.user = n.user AND y.api_group = n.api_group
    AND y.api_version = n.api_version AND y.resource = n.resource
ORDER BY n.requests DESC, n.user_agent, n.user, n.api_group, n.api_version, n.resource
