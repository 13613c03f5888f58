-- 404 answers by shape, server and resource
--
-- Why it matters: `page` and `route` say that the server does not know the API, `object` that it
-- knows it and has no such object. Controllers cannot tell them apart, and act on all three.
--
-- Parameters:
--   :since time = start    requests from this instant on
--   :until time = end      requests before this instant
--   :shape text = *        only this shape: page, route, object or unknown
--
-- Columns:
--   server        the server that answered
--   shape         page, route, object, or unknown where the record does not show it
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name
--   answers       passes answered so
--   clients       different user agents
--   first_at      first of them
--   last_at       last of them
SELECT server, coalesce(not_found, 'unknown') AS shape, api_group, api_version, resource,
    count(*) AS answers, count(DISTINCT user_agent) AS clients,
    min(at) AS first_at, max(at) AS last_at
FROM v_request
WHERE status = 404 AND coalesce(not_found, 'unknown') GLOB :shape
    AND at_ns >= :since AND at_ns < :until
GROUP BY server, shape, api_group, api_version, resource
ORDER BY server, shape, answers DESC, api_group, api_version, resource
