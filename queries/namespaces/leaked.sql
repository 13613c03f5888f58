-- Content that namespaces left behind
--
-- Why it matters: the namespace is gone, these objects are not: they use resources, nobody sees
-- them, and a new namespace of the same name gets them back.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   namespace        the namespace that was removed
--   api_group        empty for the core group
--   api_version      version of the group
--   resource         what was not emptied
--   objects          objects of it that the recording shows there, and no delete of them
--   reason           why the controller did not see them
--   grade            observed, predicted or possible
--   finding          name of the finding, for explain
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), leak AS MATERIALIZED (
    SELECT namespace, api_group, api_version, resource, reason, grade, finding_id
    FROM v_namespace_risk WHERE run = (SELECT run FROM chosen) AND kind = 'namespace-leak'
), content AS MATERIALIZED (
    SELECT namespace, api_group, resource, count(*) AS objects
    FROM v_object
    WHERE deleted_ns IS NULL AND namespace IN (SELECT namespace FROM leak)
    GROUP BY namespace, api_group, resource
)
SELECT l.namespace, l.api_group, l.api_version, l.resource, coalesce(c.objects, 0) AS objects,
    l.reason, l.grade, l.finding_id AS finding
FROM leak AS l
LEFT JOIN content AS c ON c.namespace = l.namespace AND c.api_group = l.api_group
    AND c.resource = l.resource
ORDER BY l.namespace, l.api_group, l.resource, l.finding_id
