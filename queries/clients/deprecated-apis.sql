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
WITH used AS MATERIALIZED (
    SELECT api_group, api_version, resource, user_agent, user, verb,
        count(*) AS requests, max(at) AS last_request
    FROM v_request
    WHERE deprecated AND resource <> '' AND NOT peer_proxied
        AND at_ns >= :since AND at_ns < :until
    GROUP BY api_group, api_version, resource, user_agent, user, verb
)
SELECT api_group, api_version, resource, user_agent, user,
    (SELECT group_concat(verb, ' ') FROM (
        SELECT verb FROM used AS u
        WHERE u.api_group = used.api_group AND u.api_version = used.api_version
            AND u.resource = used.resource AND u.user_agent = used.user_agent
            AND u.user = used.user
        ORDER BY verb)) AS verbs,
    sum(requests) AS requests, max(last_request) AS last_request
FROM used
GROUP BY api_group, api_version, resource, user_agent, user
ORDER BY api_group, api_version, resource, 7 DESC, user_agent, user
