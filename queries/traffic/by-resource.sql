-- Requests by API resource
--
-- Why it matters: what is used decides what an upgrade can break; a resource that only some servers
-- know and that is asked for often is where to look first.
--
-- Parameters:
--   :since time = start      requests from this instant on
--   :until time = end        requests before this instant
--   :limit integer = 50      rows at most, -1 for all
--
-- Columns:
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name, with its subresource
--   requests      requests, each counted once
--   clients       different user agents
--   not_found     answered with 404, for whatever reason
--   first_at      first request
--   last_at       last request
SELECT api_group, api_version,
    resource || iif(subresource = '', '', '/' || subresource) AS resource,
    count(*) AS requests,
    count(DISTINCT user_agent) AS clients,
    count(*) FILTER (WHERE status = 404) AS not_found,
    min(at) AS first_at, max(at) AS last_at
FROM v_request
WHERE resource <> '' AND NOT peer_proxied AND at_ns >= :since AND at_ns < :until
GROUP BY api_group, api_version, v_request.resource, subresource
ORDER BY requests DESC, api_group, api_version, v_request.resource, subresource
LIMIT :limit
