-- Writes that failed, by client and API
--
-- Why it matters: a read that fails is tried again, a write that fails may be lost. Conflicts
-- (409) and deletes of what is not there are left out, as clients expect them.
--
-- Parameters:
--   :since time = start    requests from this instant on
--   :until time = end      requests before this instant
--   :limit integer = 50    rows at most, -1 for all
--
-- Columns:
--   user_agent    what the client calls itself
--   user          user of the requests
--   verb          create, update, patch, delete or deletecollection
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name, with its subresource
--   status        HTTP status
--   shape         shape of a 404
--   requests      requests, each counted once
--   servers       different servers that answered so
--   first_at      first of them
--   last_at       last of them
SELECT user_agent, user, verb, api_group, api_version,
    resource || iif(subresource = '', '', '/' || subresource) AS resource, status,
    not_found AS shape, count(*) AS requests, count(DISTINCT server) AS servers,
    min(at) AS first_at, max(at) AS last_at
FROM v_request
WHERE verb IN ('create', 'update', 'patch', 'delete', 'deletecollection')
    AND status >= 400 AND status <> 409 AND NOT peer_proxied
    AND NOT (verb = 'delete' AND not_found IS 'object')
    AND at_ns >= :since AND at_ns < :until
GROUP BY user_agent, user, verb, api_group, api_version, v_request.resource, subresource, status,
    not_found
ORDER BY requests DESC, user_agent, user, verb, api_group, api_version, v_request.resource,
    subresource, status
LIMIT :limit
