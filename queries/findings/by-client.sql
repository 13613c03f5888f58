-- Findings by the client that they hit
--
-- Why it matters: one mail to each team: your client, this many findings, of these kinds.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   user_agent   what the client calls itself
--   user         user of the requests
--   errors       findings of severity error
--   warnings     findings of severity warning
--   infos        findings of severity info
--   kinds        kinds of finding, in order of name
--   requests     requests that they count; one request may count for several
--   first_at     first moment that they are about
--   last_at      last moment
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), found AS MATERIALIZED (
    SELECT user_agent, user, kind, severity, requests, first_at, last_at
    FROM v_finding
    WHERE run = (SELECT run FROM chosen) AND (user_agent <> '' OR user <> '')
), kind AS MATERIALIZED (
    SELECT user_agent, user, group_concat(kind, ' ') AS kinds
    FROM (SELECT DISTINCT user_agent, user, kind FROM found ORDER BY user_agent, user, kind)
    GROUP BY user_agent, user
)
SELECT f.user_agent, f.user,
    sum(f.severity = 'error') AS errors, sum(f.severity = 'warning') AS warnings,
    sum(f.severity = 'info') AS infos, k.kinds, sum(f.requests) AS requests,
    min(f.first_at) AS first_at, max(f.last_at) AS last_at
FROM found AS f
JOIN kind AS k ON k.user_agent = f.user_agent AND k.user = f.user
GROUP BY f.user_agent, f.user
ORDER BY errors DESC, warnings DESC, requests DESC, f.user_agent, f.user
