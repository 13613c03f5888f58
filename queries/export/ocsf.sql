-- Requests as API activity of OCSF
--
-- Why it matters: security data lakes take events of the Open Cybersecurity Schema Framework; this
-- is its class 6003, API Activity, flat: a point in a name stands for an object.
--
-- Parameters:
--   :since time = start   requests from this instant on
--   :until time = end     requests before this instant
--
-- Columns:
--   class_uid                 6003
--   category_uid              6, application activity
--   activity_id               1 create, 2 read, 3 update, 4 delete, 99 other
--   type_uid                  class and activity
--   severity_id               1, informational
--   time                      milliseconds since 1970
--   duration                  milliseconds; null where it is not known
--   status_id                 1 success, 2 failure, 0 unknown
--   status_code               of HTTP
--   metadata.uid              the audit id
--   metadata.product.name     kubeskew
--   metadata.version          of the framework
--   actor.user.name           who asked
--   src_endpoint.ip           where it came from
--   dst_endpoint.name         the API server
--   http_request.user_agent   as the client calls itself
--   http_request.url.path     without its query
--   api.operation             the verb of Kubernetes
--   api.group.name            empty for the core group
--   api.version               version of the group
--   resource.type             plural name
--   resource.namespace        its namespace
--   resource.name             its name
SELECT 6003 AS class_uid, 6 AS category_uid, activity AS activity_id,
    600300 + activity AS type_uid, 1 AS severity_id, at_ns / 1000000 AS time,
    duration_us / 1000 AS duration,
    CASE WHEN status IS NULL THEN 0 WHEN status < 400 THEN 1 ELSE 2 END AS status_id,
    status AS status_code, audit_id AS "metadata.uid", 'kubeskew' AS "metadata.product.name",
    '1.3.0' AS "metadata.version", user AS "actor.user.name", source_ip AS "src_endpoint.ip",
    server AS "dst_endpoint.name", user_agent AS "http_request.user_agent",
    path AS "http_request.url.path", verb AS "api.operation", api_group AS "api.group.name",
    api_version AS "api.version", resource AS "resource.type",
    namespace AS "resource.namespace", name AS "resource.name"
FROM (SELECT *, CASE verb WHEN 'create' THEN 1 WHEN 'get' THEN 2 WHEN 'list' THEN 2
    WHEN 'watch' THEN 2 WHEN 'update' THEN 3 WHEN 'patch' THEN 3 WHEN 'delete' THEN 4
    WHEN 'deletecollection' THEN 4 ELSE 99 END AS activity FROM v_request)
WHERE at_ns >= :since AND at_ns < :until AND peer_proxied = 0
ORDER BY at_ns, request_id
