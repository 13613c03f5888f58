-- Fields that releases added, by who writes and who shows them
--
-- Why it matters: what is in use of a new release's fields is what a rollback, an older server or an
-- older client would lose.
--
-- Parameters:
--   :limit integer = 100   rows at most, -1 for all
--
-- Columns:
--   api          group, version and resource
--   fields       paths of the fields that bodies had, in one text
--   server       server that answered
--   user_agent   what the client calls itself
--   sent         requests whose body had them
--   shown        answers that had them
--   objects      how many objects
--   first_at     first seen
SELECT iif(api_group = '', '', api_group || '/') || api_version || '/' || resource AS api,
    replace(fields, char(10), ' ') AS fields, server, user_agent,
    sum(is_sent) AS sent, sum(NOT is_sent) AS shown,
    count(DISTINCT namespace || '/' || name) AS objects, min(at) AS first_at
FROM (
    SELECT *, sent AS fields, 1 AS is_sent FROM v_field WHERE sent <> ''
    UNION ALL SELECT *, shown, 0 FROM v_field WHERE shown <> ''
)
GROUP BY api, fields, server, user_agent
ORDER BY first_at, api, fields
LIMIT :limit
