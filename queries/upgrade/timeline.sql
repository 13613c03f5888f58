-- What happened, in the order of time
--
-- Why it matters: servers that start and end beside the APIs they disagreed about and what came of
-- it: the course of an upgrade on one page.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   at        when it began
--   until_at  when it ended, where that is known
--   what      server, exposure, or the kind of a finding
--   subject   the server, the API, or the finding's id
--   summary   what happened
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
)
SELECT from_at AS at, until_at, 'server' AS what, server AS subject,
    'runs ' || coalesce(version, 'an unknown version') AS summary
FROM v_server WHERE from_at IS NOT NULL
UNION ALL
SELECT from_at, until_at, 'exposure',
    iif(api_group = '', '', api_group || '/') || api_version || '/' || resource,
    'refused by ' || refusing || ', served by ' || serving
FROM v_exposure WHERE run = (SELECT run FROM chosen)
UNION ALL
SELECT first_at, last_at, kind, finding_id, summary
FROM v_finding WHERE run = (SELECT run FROM chosen) AND first_at IS NOT NULL
ORDER BY at, what, subject
