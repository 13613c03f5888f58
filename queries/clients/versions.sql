-- Clients by component and version
--
-- Why it matters: a client older than the servers' skew policy allows, or newer than the oldest
-- server, is the first to meet an API that is not there.
--
-- Parameters:
--   :component text = *    only this component; * stands for any text
--
-- Columns:
--   component   what stands before the slash of the user agent
--   version     what stands after it, up to the first space or slash
--   users       different users
--   requests    requests, each counted once
--   first_at    first request
--   last_at     last request
WITH client AS (
    SELECT user, at, user_agent,
        substr(user_agent, 1, instr(user_agent || '/', '/') - 1) AS component,
        substr(user_agent, instr(user_agent || '/', '/') + 1) AS rest
    FROM v_request
    WHERE NOT peer_proxied AND user_agent <> ''
)
SELECT component,
    substr(rest, 1, min(instr(rest || ' ', ' '), instr(rest || '/', '/')) - 1) AS version,
    count(DISTINCT user) AS users, count(*) AS requests,
    min(at) AS first_at, max(at) AS last_at
FROM client
WHERE component GLOB :component
GROUP BY component, version
ORDER BY component, version
