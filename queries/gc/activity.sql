-- What the garbage collector asked, and what it was told
--
-- Why it matters: a 404 for an owner is its licence to delete. Where that 404 is `route` or `page`,
-- the server did not know the API, and the owner may well be alive.
--
-- Parameters:
--   :since time = start    requests from this instant on
--   :until time = end      requests before this instant
--
-- Columns:
--   server        the server that answered
--   verb          get looks an owner or a dependent up, delete acts
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name
--   status        HTTP status
--   shape         shape of a 404
--   requests      requests, each counted once
--   first_at      first of them
--   last_at       last of them
SELECT server, verb, api_group, api_version, resource, status, not_found AS shape,
    count(*) AS requests, min(at) AS first_at, max(at) AS last_at
FROM v_request
WHERE user_agent GLOB '*generic-garbage-collector' AND resource <> '' AND NOT peer_proxied
    AND at_ns >= :since AND at_ns < :until
GROUP BY server, verb, api_group, api_version, resource, status, not_found
ORDER BY first_at, server, verb, api_group, api_version, resource, status
