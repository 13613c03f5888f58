-- What to restore, and what to clean up
--
-- Why it matters: the list to hand to whoever has the backups. Objects that were deleted wrongly
-- come back from there; objects left behind in a namespace that is gone come back by themselves
-- when one of the same name is made.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   action        restore what was deleted, guard what would be, clean-up what stayed behind
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name
--   namespace     its namespace
--   name          its name; empty where the recording does not show it
--   uid           its uid; empty where the recording does not show it
--   deleted_at    when it was deleted; null where it was not
--   grade         observed, predicted or possible
--   because       the owner that was taken for gone, or why the namespace lost sight of it
--   finding       name of the finding, for explain
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), deleted AS (
    SELECT iif(deleted_at IS NULL, 'guard', 'restore') AS action,
        "group" AS api_group, version AS api_version, resource, namespace, name, uid, deleted_at,
        grade, trim(owner_kind || ' ' || ltrim(owner_namespace || '/' || owner_name, '/'))
            || ' was taken for gone' AS because, finding_id
    FROM v_wrong_gc WHERE run = (SELECT run FROM chosen)
), left_behind AS MATERIALIZED (
    SELECT namespace, api_group, api_version, resource, reason, grade, finding_id
    FROM v_namespace_risk
    WHERE run = (SELECT run FROM chosen) AND kind = 'namespace-leak'
), content AS MATERIALIZED (
    SELECT api_group, resource, namespace, name, uid
    FROM v_object
    WHERE deleted_ns IS NULL AND namespace IN (SELECT namespace FROM left_behind)
)
SELECT action, api_group, api_version, resource, namespace, name, uid, deleted_at, grade, because,
    finding_id AS finding
FROM deleted
UNION ALL
SELECT 'clean-up', l.api_group, l.api_version, l.resource, l.namespace, coalesce(c.name, ''),
    coalesce(c.uid, ''), NULL, l.grade, l.reason, l.finding_id
FROM left_behind AS l
LEFT JOIN content AS c ON c.namespace = l.namespace AND c.api_group = l.api_group
    AND c.resource = l.resource
ORDER BY action DESC, api_group, resource, namespace, name, uid
