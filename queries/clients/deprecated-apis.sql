-- Deprecated APIs by the client that still uses them
--
-- Why it matters: these clients break when the API is removed. The servers mark the requests
-- themselves, so nothing is guessed from versions.
--
-- Parameters:
--   :since time = start    requests from this instant on
--   :until time = end      requests before this instant
--
-- Columns:
--   api_group      empty for the core group
--   api_version    the deprecated version
--   resource       plural name
--   user_agent     what the client calls itself
--   user           user of the requests
--   verbs          what it does there
--   requests       requests, each counted once
--   last_request   its last such request
SELECT api_group, api_version, resource, user_agent, user,
    group_concat(DISTINCT verb) AS verbs, count(*) AS requests, max(at) AS last_request
FROM v_request
WHERE deprecated AND resource <> '' AND NOT peer_proxied
    AND at_ns >= :since AND at_ns < :until
GROUP BY api_group, api_version, resource, user_agent, user
ORDER BY api_group, api_version, resource, requests DESC, user_agent, user
