-- Requests as spans of OpenTelemetry
--
-- Why it matters: a trace backend shows what clients asked beside what else they did. The names are
-- those of the semantic conventions for HTTP servers; a forwarded request is a child span at the
-- server that it was forwarded to.
--
-- Parameters:
--   :since time = start   requests from this instant on
--   :until time = end     requests before this instant
--
-- Columns:
--   trace_id                    the audit id, without dashes
--   span_id                     the pass
--   parent_span_id              the first pass of a forwarded request; empty for that itself
--   name                        method and path
--   kind                        2, a server
--   start_time_unix_nano        when it was received
--   end_time_unix_nano          when it was answered; null where that is not known
--   status_code                 2, an error, from 500 on
--   service.name                kube-apiserver
--   service.instance.id         the API server
--   http.request.method         by the verb
--   url.path                    without its query
--   url.query                   what is kept of it
--   http.response.status_code   null where it was not recorded
--   user_agent.original         as the client calls itself
--   client.address              where it came from
--   user.name                   who asked
--   k8s.namespace.name          the namespace that was asked about
SELECT replace(audit_id, '-', '') AS trace_id, printf('%016x', request_id) AS span_id,
    iif(origin IS NULL, '', printf('%016x', origin)) AS parent_span_id,
    method || ' ' || path AS name, 2 AS kind, at_ns AS start_time_unix_nano,
    at_ns + duration_us * 1000 AS end_time_unix_nano, iif(status >= 500, 2, 0) AS status_code,
    'kube-apiserver' AS "service.name", server AS "service.instance.id",
    method AS "http.request.method", path AS "url.path", query AS "url.query",
    status AS "http.response.status_code", user_agent AS "user_agent.original",
    source_ip AS "client.address", user AS "user.name", namespace AS "k8s.namespace.name"
FROM (SELECT *, CASE verb WHEN 'create' THEN 'POST' WHEN 'update' THEN 'PUT'
    WHEN 'patch' THEN 'PATCH' WHEN 'delete' THEN 'DELETE' WHEN 'deletecollection' THEN 'DELETE'
    ELSE 'GET' END AS method FROM v_request)
WHERE at_ns >= :since AND at_ns < :until
ORDER BY at_ns, request_id
