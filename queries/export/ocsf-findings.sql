-- Findings as detections of OCSF
--
-- Why it matters: what a run found beside other detections; class 2004 of the Open Cybersecurity
-- Schema Framework, Detection Finding, flat: a point in a name stands for an object.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   class_uid               2004
--   category_uid            2, findings
--   activity_id             1, created
--   type_uid                class and activity
--   severity_id             1 informational, 3 medium, 4 high
--   confidence_id           3 observed, 2 predicted, 1 possible
--   time                    milliseconds since 1970, of the first request
--   finding_info.uid        the id, the same from run to run
--   finding_info.title      the kind
--   finding_info.desc       the sentence
--   metadata.product.name   kubeskew
--   metadata.version        of the framework
--   actor.user.name         the client's user
--   resource.type           plural name
--   resource.namespace      its namespace
--   dst_endpoint.name       the API server
SELECT 2004 AS class_uid, 2 AS category_uid, 1 AS activity_id, 200401 AS type_uid,
    CASE severity WHEN 'error' THEN 4 WHEN 'warning' THEN 3 ELSE 1 END AS severity_id,
    CASE grade WHEN 'observed' THEN 3 WHEN 'predicted' THEN 2 ELSE 1 END AS confidence_id,
    first_ns / 1000000 AS time, finding_id AS "finding_info.uid", kind AS "finding_info.title",
    summary AS "finding_info.desc", 'kubeskew' AS "metadata.product.name",
    '1.3.0' AS "metadata.version", user AS "actor.user.name", resource AS "resource.type",
    namespace AS "resource.namespace", server AS "dst_endpoint.name"
FROM v_finding
WHERE run = (SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1)
ORDER BY severity_id DESC, time, finding_id
