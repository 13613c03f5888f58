// swift-format-ignore-file
// Written by `make generate` from queries/; edit those.

/// The queries that are compiled in, by name, in order.
let embeddedQueries: [(name: String, text: String)] = [
    ("clients/deprecated-apis", ##"""
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

"""##),
    ("clients/failed-writes", ##"""
-- Writes that failed, by client and API
--
-- Why it matters: a read that fails is tried again, a write that fails may be lost. Conflicts
-- (409) and deletes of what is not there are left out, as clients expect them.
--
-- Parameters:
--   :since time = start    requests from this instant on
--   :until time = end      requests before this instant
--   :limit integer = 50    rows at most, -1 for all
--
-- Columns:
--   user_agent    what the client calls itself
--   user          user of the requests
--   verb          create, update, patch, delete or deletecollection
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name, with its subresource
--   status        HTTP status
--   shape         shape of a 404
--   requests      requests, each counted once
--   servers       different servers that answered so
--   first_at      first of them
--   last_at       last of them
SELECT user_agent, user, verb, api_group, api_version,
    resource || iif(subresource = '', '', '/' || subresource) AS resource, status,
    not_found AS shape, count(*) AS requests, count(DISTINCT server) AS servers,
    min(at) AS first_at, max(at) AS last_at
FROM v_request
WHERE verb IN ('create', 'update', 'patch', 'delete', 'deletecollection')
    AND status >= 400 AND status <> 409 AND NOT peer_proxied
    AND NOT (verb = 'delete' AND not_found IS 'object')
    AND at_ns >= :since AND at_ns < :until
GROUP BY user_agent, user, verb, api_group, api_version, v_request.resource, subresource, status,
    not_found
ORDER BY requests DESC, user_agent, user, verb, api_group, api_version, v_request.resource,
    subresource, status
LIMIT :limit

"""##),
    ("clients/top", ##"""
-- The busiest clients
--
-- Why it matters: names, not counts: who would notice if a server answered wrongly.
--
-- Parameters:
--   :since time = start      requests from this instant on
--   :until time = end        requests before this instant
--   :limit integer = 20      rows at most, -1 for all
--
-- Columns:
--   user         user of the request
--   user_agent   what the client calls itself
--   requests     requests, each counted once
--   servers      servers that it came to
--   not_found    answered with 404, for whatever reason
--   errors_5xx   answered with 500 to 599
--   first_at     first request
--   last_at      last request
SELECT user, user_agent, count(*) AS requests, count(DISTINCT server) AS servers,
    count(*) FILTER (WHERE status = 404) AS not_found,
    count(*) FILTER (WHERE status >= 500) AS errors_5xx,
    min(at) AS first_at, max(at) AS last_at
FROM v_request
WHERE NOT peer_proxied AND at_ns >= :since AND at_ns < :until
GROUP BY user, user_agent
ORDER BY requests DESC, user, user_agent
LIMIT :limit

"""##),
    ("clients/two-answers", ##"""
-- Clients that got two different answers for one API
--
-- Why it matters: needs no run and no model: for this client the API was there at one server and
-- not at another. What it does then, such as prune or fall back, is what to look into.
--
-- Columns:
--   user_agent    what the client calls itself
--   user          user of the requests
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name
--   served        answers of servers that know the API
--   refused       route-level 404s
--   served_by     servers that knew it
--   refused_by    servers that did not
--   first_at      first of the refusals
--   last_at       last of the refusals
WITH refused AS MATERIALIZED (
    SELECT user_agent, user, api_group, api_version, resource, server, count(*) AS requests,
        min(at) AS first_at, max(at) AS last_at
    FROM v_request
    WHERE status = 404 AND not_found IN ('page', 'route') AND resource <> '' AND NOT peer_proxied
    GROUP BY user_agent, user, api_group, api_version, resource, server
), asked AS MATERIALIZED (
    SELECT DISTINCT user_agent, user, api_group, api_version, resource FROM refused
), served AS MATERIALIZED (
    SELECT r.user_agent, r.user, r.api_group, r.api_version, r.resource, r.server,
        count(*) AS requests
    FROM v_request AS r
    -- Plus signs keep all but the resource for later: few requests get past it.
    JOIN asked AS a ON a.resource = r.resource AND +a.api_group = r.api_group
        AND +a.api_version = r.api_version AND +a.user_agent = r.user_agent AND +a.user = r.user
    WHERE (r.status BETWEEN 200 AND 299 OR r.not_found = 'object') AND NOT r.peer_proxied
    GROUP BY r.user_agent, r.user, r.api_group, r.api_version, r.resource, r.server
), no AS (
    SELECT user_agent, user, api_group, api_version, resource, sum(requests) AS requests,
        group_concat(server, ' ') AS servers, min(first_at) AS first_at, max(last_at) AS last_at
    FROM (SELECT * FROM refused ORDER BY server)
    GROUP BY user_agent, user, api_group, api_version, resource
), yes AS (
    SELECT user_agent, user, api_group, api_version, resource, sum(requests) AS requests,
        group_concat(server, ' ') AS servers
    FROM (SELECT * FROM served ORDER BY server)
    GROUP BY user_agent, user, api_group, api_version, resource
)
SELECT n.user_agent, n.user, n.api_group, n.api_version, n.resource, y.requests AS served,
    n.requests AS refused, y.servers AS served_by, n.servers AS refused_by, n.first_at, n.last_at
FROM no AS n
JOIN yes AS y ON y.user_agent = n.user_agent AND y.user = n.user AND y.api_group = n.api_group
    AND y.api_version = n.api_version AND y.resource = n.resource
ORDER BY n.requests DESC, n.user_agent, n.user, n.api_group, n.api_version, n.resource

"""##),
    ("clients/unaggregated-discovery", ##"""
-- Clients that read discovery group by group
--
-- Why it matters: servers merge what their peers serve into the aggregated documents alone. A
-- client that asks for /apis/GROUP/VERSION sees only what the server that answers knows itself.
--
-- Parameters:
--   :since time = start    requests from this instant on
--   :until time = end      requests before this instant
--
-- Columns:
--   user_agent   what the client calls itself
--   user         user of the requests
--   groups       requests for /apis/GROUP
--   versions     requests for /apis/GROUP/VERSION or /api/v1
--   not_found    of these, answered with 404
--   servers      servers that answered, in order of name
--   last_at      the last of these requests
WITH asked AS (
    SELECT user_agent, user, server, status, at,
        path = '/api/v1' OR path GLOB '/apis/*/*' AS is_version
    FROM v_request
    WHERE verb = 'get' AND NOT peer_proxied AND at_ns >= :since AND at_ns < :until
        AND resource = ''
        AND (path = '/api/v1' OR path GLOB '/apis/?*') AND path NOT GLOB '/apis/*/*/*'
)
SELECT user_agent, user, sum(NOT is_version) AS groups, sum(is_version) AS versions,
    sum(status IS 404) AS not_found,
    (SELECT group_concat(server, ' ') FROM (
        SELECT DISTINCT server FROM asked AS other
        WHERE other.user_agent = asked.user_agent AND other.user = asked.user
        ORDER BY server)) AS servers,
    max(at) AS last_at
FROM asked
GROUP BY user_agent, user
ORDER BY groups + versions DESC, user_agent, user

"""##),
    ("clients/versions", ##"""
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

"""##),
    ("clients/who-suffers", ##"""
-- Clients that a run gives wrong answers
--
-- Why it matters: names, not counts: who to warn before the upgrade that this run plays through,
-- and whether they would fail to read or to write.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   user_agent    what the client calls itself
--   user          user of the requests
--   wrong         wrong answers: wrong 404, 503 of the proxy, loop, no server
--   open          requests that could get one, where the verdict is only possible
--   writes        of both, requests that would change something
--   namespaces    different namespaces of these requests
--   first_at      first of them
--   last_at       last of them
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), judged AS MATERIALIZED (
    SELECT request_id,
        outcome IN ('wrong-404', 'unavailable-503', 'looped', 'unreachable') AS is_wrong
    FROM v_verdict
    WHERE run = (SELECT run FROM chosen) AND (
        outcome IN ('wrong-404', 'unavailable-503', 'looped', 'unreachable')
        OR alternatives GLOB '*wrong-404*' OR alternatives GLOB '*unavailable-503*'
        OR alternatives GLOB '*looped*' OR alternatives GLOB '*unreachable*')
)
SELECT q.user_agent, q.user, sum(v.is_wrong) AS wrong, sum(NOT v.is_wrong) AS open,
    sum(q.verb IN ('create', 'update', 'patch', 'delete', 'deletecollection')) AS writes,
    count(DISTINCT nullif(q.namespace, '')) AS namespaces,
    min(q.at) AS first_at, max(q.at) AS last_at
FROM judged AS v
JOIN v_request AS q ON q.request_id = v.request_id
GROUP BY q.user_agent, q.user
ORDER BY wrong DESC, open DESC, q.user_agent, q.user

"""##),
    ("clients/wrong-404s", ##"""
-- Clients that got wrong 404s, and how they went on
--
-- Why it matters: a client that gives up is broken until somebody restarts it; one that tries
-- again many times a minute loads the servers. Both believe that the API is gone.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   user_agent   what the client calls itself
--   version      its version, what stands after the slash up to the first space or slash
--   user         user of the requests
--   requests     wrong 404s
--   resources    different resources
--   servers      different servers
--   first_at     first of them
--   last_at      last of them
--   per_minute   wrong 404s per minute between the two; null for less than a second
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), judged AS MATERIALIZED (
    SELECT request_id, entry_server FROM v_verdict
    WHERE run = (SELECT run FROM chosen) AND outcome = 'wrong-404'
), refused AS (
    SELECT q.user_agent, q.user, count(*) AS requests,
        count(DISTINCT q.api_group || '/' || q.api_version || '/' || q.resource) AS resources,
        count(DISTINCT v.entry_server) AS servers, min(q.at) AS first_at, max(q.at) AS last_at,
        max(q.at_ns) - min(q.at_ns) AS span_ns,
        substr(q.user_agent, instr(q.user_agent || '/', '/') + 1) AS rest
    FROM judged AS v
    JOIN v_request AS q ON q.request_id = v.request_id
    GROUP BY q.user_agent, q.user
)
SELECT user_agent,
    substr(rest, 1, min(instr(rest || ' ', ' '), instr(rest || '/', '/')) - 1) AS version,
    user, requests, resources, servers, first_at, last_at,
    iif(span_ns >= 1000000000, round(requests * 60e9 / span_ns, 1), NULL) AS per_minute
FROM refused
ORDER BY requests DESC, user_agent, user

"""##),
    ("export/ocsf", ##"""
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

"""##),
    ("export/ocsf-findings", ##"""
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

"""##),
    ("export/opentelemetry", ##"""
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

"""##),
    ("fields/exposed", ##"""
-- Objects written through a newer server and then through an older one
--
-- Why it matters: a field that only the newer release knows is lost by such a write. Where bodies were
-- not logged nobody can tell whether there was one: these are the writes that could have lost it.
--
-- Parameters:
--   :resource text = *     only this resource, in the plural
--   :limit integer = 100   rows at most, -1 for all
--
-- Columns:
--   api          group, version and resource
--   server       the older server
--   older        its minor release
--   newer        newest minor release that an object of these was written through before
--   user_agent   what the writing client calls itself
--   writes       writes that could have lost a field
--   objects      of how many objects
--   unwarned     of these writes those with fieldValidation=Ignore
--   first_at     the first of them
--   last_at      the last
WITH process AS MATERIALIZED (
    SELECT server, coalesce(from_ns, first_ns) AS from_ns,
        coalesce(until_ns, 9223372036854775807) AS until_ns,
        CAST(substr(number, instr(number, '.') + 1) AS INTEGER) AS minor
    FROM (SELECT *, ltrim(version, 'v') AS number FROM v_server WHERE version <> '')
), written AS MATERIALIZED (
    SELECT r.at_ns, r.at, r.server, p.minor, r.user_agent,
        iif(r.api_group = '', '', r.api_group || '/') || r.api_version || '/' || r.resource AS api,
        r.namespace || '/' || r.name AS object,
        r.query LIKE '%fieldValidation=Ignore%' AS is_unwarned, r.verb
    FROM v_request AS r
    JOIN process AS p ON p.server = r.server AND r.at_ns BETWEEN p.from_ns AND p.until_ns
    WHERE r.verb IN ('create', 'update', 'patch') AND r.status BETWEEN 200 AND 299
        AND r.name <> '' AND r.resource GLOB :resource
), known AS MATERIALIZED (
    SELECT api, object, minor, min(at_ns) AS since_ns FROM written GROUP BY api, object, minor
)
SELECT w.api, w.server, w.minor AS older, max(k.minor) AS newer, w.user_agent,
    count(DISTINCT w.at_ns || w.object) AS writes, count(DISTINCT w.object) AS objects,
    count(DISTINCT iif(w.is_unwarned, w.at_ns || w.object, NULL)) AS unwarned,
    min(w.at) AS first_at, max(w.at) AS last_at
FROM written AS w
JOIN known AS k ON k.api = w.api AND k.object = w.object AND k.minor > w.minor
    AND k.since_ns < w.at_ns
WHERE w.verb <> 'create'
GROUP BY w.api, w.server, w.minor, w.user_agent
ORDER BY objects DESC, w.api, w.server, w.user_agent
LIMIT :limit

"""##),
    ("fields/lost", ##"""
-- Fields that objects lost to somebody who does not know them
--
-- Why it matters: nothing failed, and nobody was told: the field is gone until somebody writes it
-- again.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--   :limit integer = 100   rows at most, -1 for all
--
-- Columns:
--   grade        observed in the recording, predicted from it, or possible
--   subject      the object, its version and the path of the field
--   server       server of the write that lost it
--   user_agent   what the writing client calls itself
--   lost_at      when
--   summary      how it was lost
--   finding      its name, for explain
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
)
SELECT grade, subject, server, user_agent, last_at AS lost_at, summary, finding_id AS finding
FROM v_finding
WHERE run = (SELECT run FROM chosen) AND kind = 'field-loss'
ORDER BY last_at, subject
LIMIT :limit

"""##),
    ("fields/seen", ##"""
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

"""##),
    ("findings/all", ##"""
-- All findings of a run, the worst first
--
-- Why it matters: the work list after an upgrade, or before one: what is lost, who broke, and how
-- sure that is.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--   :kind text = *         only this kind, such as wrong-gc; * stands for any text
--   :limit integer = 100   rows at most, -1 for all
--
-- Columns:
--   severity   error, warning or info
--   grade      observed in the recording, predicted from it, or possible
--   kind       kind of finding
--   finding    its name, for explain
--   requests   requests that it counts
--   first_at   first moment that it is about
--   last_at    last moment
--   summary    what happened
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
)
SELECT severity, grade, kind, finding_id AS finding, requests, first_at, last_at, summary
FROM v_finding
WHERE run = (SELECT run FROM chosen) AND kind GLOB :kind
ORDER BY severity_rank, grade_rank, kind, requests DESC, finding_id
LIMIT :limit

"""##),
    ("findings/by-client", ##"""
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

"""##),
    ("findings/by-kind", ##"""
-- Findings of a run by kind and grade
--
-- Why it matters: the size of the trouble in a few lines, to be compared with the upgrade before.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   severity   error, warning or info
--   kind       kind of finding
--   grade      observed, predicted or possible
--   findings   how many there are
--   requests   requests that they count; one request may count for several
--   servers    servers that they name
--   first_at   first moment that they are about
--   last_at    last moment
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
)
SELECT severity, kind, grade, count(*) AS findings, sum(requests) AS requests,
    count(DISTINCT nullif(server, '')) AS servers,
    min(first_at) AS first_at, max(last_at) AS last_at
FROM v_finding
WHERE run = (SELECT run FROM chosen)
GROUP BY severity, kind, grade
ORDER BY severity_rank, kind, grade

"""##),
    ("findings/evidence", ##"""
-- The evidence of a finding, in time order
--
-- Why it matters: a claim that objects were deleted wrongly needs its chain: the 404, the server
-- that gave it, the delete, and what shows that the owner was alive.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--   :finding text = *      name of a finding, or a pattern such as wrong-gc-*
--   :limit integer = 100   rows at most, -1 for all
--
-- Columns:
--   finding      name of the finding
--   at           when the server received the request
--   role         what the request shows
--   server       the server that received it
--   verb         verb of the request
--   path         path without its query
--   status       how it was answered in the recording
--   shape        shape of a 404
--   user_agent   what the client calls itself
--   request_id   number of the request in the recording
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), evidence AS MATERIALIZED (
    SELECT finding_id, request_id, role
    FROM v_finding_request
    WHERE run = (SELECT run FROM chosen) AND finding_id GLOB :finding
)
SELECT e.finding_id AS finding, q.at, e.role, q.server, q.verb, q.path, q.status,
    q.not_found AS shape, q.user_agent, e.request_id
FROM evidence AS e
JOIN v_request AS q ON q.request_id = e.request_id
ORDER BY e.finding_id, q.at_ns, e.request_id, e.role
LIMIT :limit

"""##),
    ("findings/gone", ##"""
-- Findings that a run no longer has
--
-- Why it matters: what a change of flags or order would have spared you: the other half of the
-- argument for it.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--   :other text = as-recorded    the run whose findings are looked for
--
-- Columns:
--   severity   error, warning or info
--   grade      observed, predicted or possible
--   kind       kind of finding
--   finding    its name, for explain
--   requests   requests that it counts in the other run
--   summary    what happened there
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), kept AS MATERIALIZED (
    SELECT finding_id FROM v_finding WHERE run = (SELECT run FROM chosen)
)
SELECT severity, grade, kind, finding_id AS finding, requests, summary
FROM v_finding
WHERE run = :other AND finding_id NOT IN (SELECT finding_id FROM kept)
ORDER BY severity_rank, kind, requests DESC, finding_id

"""##),
    ("findings/longest", ##"""
-- Findings that lasted longest
--
-- Why it matters: a client that tries again for an hour is an outage, one that fails once and goes
-- on is not.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--   :limit integer = 20    rows at most, -1 for all
--
-- Columns:
--   finding    name of the finding, for explain
--   kind       kind of finding
--   severity   error, warning or info
--   seconds    from its first moment to its last
--   first_at   first moment
--   last_at    last moment
--   requests   requests that it counts
--   subject    what it is about
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
)
SELECT finding_id AS finding, kind, severity, round((last_ns - first_ns) / 1e9, 3) AS seconds,
    first_at, last_at, requests, subject
FROM v_finding
WHERE run = (SELECT run FROM chosen) AND last_ns IS NOT NULL AND first_ns IS NOT NULL
ORDER BY seconds DESC, finding_id
LIMIT :limit

"""##),
    ("findings/new", ##"""
-- Findings of one run that another does not have
--
-- Why it matters: what a plan would break that is not broken today. A finding keeps its name from
-- run to run, so a gate can let the known ones pass and stop at these.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--   :other text = as-recorded    the run whose findings are known
--
-- Columns:
--   severity   error, warning or info
--   grade      observed, predicted or possible
--   kind       kind of finding
--   finding    its name, for explain
--   requests   requests that it counts
--   summary    what happened
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), known AS MATERIALIZED (
    SELECT finding_id FROM v_finding WHERE run = :other
)
SELECT severity, grade, kind, finding_id AS finding, requests, summary
FROM v_finding
WHERE run = (SELECT run FROM chosen) AND finding_id NOT IN (SELECT finding_id FROM known)
ORDER BY severity_rank, kind, requests DESC, finding_id

"""##),
    ("findings/restore", ##"""
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

"""##),
    ("gc/activity", ##"""
-- What the garbage collector asked, and what it was told
--
-- Why it matters: a 404 for an owner is its licence to delete. Where that 404 is `route` or `page`,
-- the server did not know the API, and the owner may well be alive.
--
-- Parameters:
--   :since time = start    requests from this instant on
--   :until time = end      requests before this instant
--
-- Columns:
--   server        the server that answered
--   verb          get looks an owner or a dependent up, delete acts
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name
--   status        HTTP status
--   shape         shape of a 404
--   requests      requests, each counted once
--   first_at      first of them
--   last_at       last of them
SELECT server, verb, api_group, api_version, resource, status, not_found AS shape,
    count(*) AS requests, min(at) AS first_at, max(at) AS last_at
FROM v_request
WHERE user_agent GLOB '*generic-garbage-collector' AND resource <> '' AND NOT peer_proxied
    AND at_ns >= :since AND at_ns < :until
GROUP BY server, verb, api_group, api_version, resource, status, not_found
ORDER BY first_at, server, verb, api_group, api_version, resource, status

"""##),
    ("gc/deletes-after-404", ##"""
-- Deletes by the garbage collector, and the 404 that came before
--
-- Why it matters: an object deleted right after a route-level 404 for its owner was deleted for the
-- wrong reason. The owner comes from the object's own references where the log holds them, else
-- from the order of the collector's requests.
--
-- Parameters:
--   :within integer = 60   seconds before the delete in which the 404 must lie
--
-- Columns:
--   at              when the delete was received
--   request_id      number of the delete in the recording
--   resource        what was deleted, with its group
--   namespace       its namespace
--   name            its name
--   status          how the delete was answered
--   owner           path that got the 404
--   owner_shape     shape of that 404
--   owner_server    server that gave it
--   owner_request   number of that request in the recording
--   known_by        owner-reference or order
WITH asked AS MATERIALIZED (
    SELECT request_id, at_ns, at, server, verb, path, api_group, api_version, resource, namespace,
        name, status, not_found
    FROM v_request
    WHERE user_agent GLOB '*generic-garbage-collector' AND verb IN ('get', 'delete')
        AND resource <> '' AND NOT peer_proxied
), condemned AS (
    SELECT d.*,
        (SELECT g.request_id
         FROM v_object AS o
         JOIN v_owner AS w ON w.object_id = o.object_id
         JOIN asked AS g
            ON g.verb = 'get' AND g.status = 404 AND g.name = w.name
            AND g.api_group = w.api_group AND g.api_version = w.api_version
            AND g.at_ns <= d.at_ns AND g.at_ns >= d.at_ns - :within * 1000000000
         WHERE o.api_group = d.api_group AND o.resource = d.resource
            AND o.namespace = d.namespace AND o.name = d.name
         ORDER BY g.at_ns DESC LIMIT 1) AS by_reference,
        (SELECT g.request_id FROM asked AS g
         WHERE g.verb = 'get' AND g.status = 404
            AND NOT (g.resource = d.resource AND g.name = d.name AND g.namespace = d.namespace)
            AND g.at_ns <= d.at_ns AND g.at_ns >= d.at_ns - :within * 1000000000
         ORDER BY g.at_ns DESC LIMIT 1) AS by_order
    FROM asked AS d
    WHERE d.verb = 'delete'
)
SELECT c.at, c.request_id,
    c.resource || iif(c.api_group = '', '', '.' || c.api_group) AS resource,
    c.namespace, c.name, c.status,
    g.path AS owner, g.not_found AS owner_shape, g.server AS owner_server,
    g.request_id AS owner_request,
    CASE WHEN c.by_reference IS NOT NULL THEN 'owner-reference'
        WHEN c.by_order IS NOT NULL THEN 'order' END AS known_by
FROM condemned AS c
LEFT JOIN asked AS g ON g.request_id = coalesce(c.by_reference, c.by_order)
ORDER BY c.at_ns, c.request_id

"""##),
    ("gc/dependents", ##"""
-- Dependents of an owner, direct and indirect
--
-- Why it matters: what goes with an owner that is deleted, or taken for gone: look before you
-- delete, and know afterwards what to look for.
--
-- Parameters:
--   :owner text = *        name or uid of the owner; * stands for any text
--   :limit integer = 100   rows at most, -1 for all
--
-- Columns:
--   owner        kind and name of the owner that was asked for
--   depth        1 for its dependents, 2 for theirs, and so on
--   resource     plural name of the dependent, with its group
--   namespace    its namespace
--   name         its name
--   uid          its uid
--   controller   whether the owner above it is its controller
--   deleted_at   when it was deleted; null where it was not seen to be
WITH RECURSIVE reference AS MATERIALIZED (
    SELECT object_id, kind || ' ' || name AS owner, name, uid, controller FROM v_owner
), below(owner, depth, object_id, controller) AS (
    SELECT owner, 1, object_id, controller
    FROM reference WHERE name GLOB :owner OR uid = :owner
    UNION
    -- Owners may go round in a circle; eight levels are more than anybody builds.
    SELECT b.owner, b.depth + 1, r.object_id, r.controller
    FROM below AS b
    JOIN v_object AS o ON o.object_id = b.object_id
    JOIN reference AS r ON r.uid = o.uid
    WHERE b.depth < 8
)
SELECT b.owner, b.depth, o.resource || iif(o.api_group = '', '', '.' || o.api_group) AS resource,
    o.namespace, o.name, o.uid, b.controller,
    strftime('%Y-%m-%dT%H:%M:%SZ', o.deleted_ns / 1000000000, 'unixepoch') AS deleted_at
FROM below AS b
JOIN v_object AS o ON o.object_id = b.object_id
ORDER BY b.owner, b.depth, o.api_group, o.resource, o.namespace, o.name, o.uid
LIMIT :limit

"""##),
    ("gc/owner-still-alive", ##"""
-- Deletes by the garbage collector whose owner was alive afterwards
--
-- Why it matters: needs no run and no model: the collector deleted an object, and its owner was
-- read or written later. Owner references must be in the log: writes at Request level or above.
--
-- Parameters:
--   :since time = start    deletes from this instant on
--   :until time = end      deletes before this instant
--
-- Columns:
--   at               when the delete was received
--   request_id       number of the delete in the recording
--   resource         what was deleted, with its group
--   namespace        its namespace
--   name             its name
--   owner            kind and name of the owner
--   owner_uid        uid of the owner
--   owner_seen_at    when the owner was last seen after the delete
--   known_by         object where a body had its uid, name where only its name was asked for
WITH collected AS MATERIALIZED (
    SELECT r.request_id, r.at, r.at_ns, r.api_group, r.resource, r.namespace, r.name, d.uid
    FROM v_request AS r
    LEFT JOIN v_deletion AS d ON d.request_id = r.request_id
    WHERE r.verb = 'delete' AND r.user_agent GLOB '*generic-garbage-collector'
        AND r.status BETWEEN 200 AND 299 AND NOT r.peer_proxied
        AND r.at_ns >= :since AND r.at_ns < :until
), owned AS MATERIALIZED (
    SELECT c.request_id, c.at, c.at_ns, c.resource || iif(c.api_group = '', '', '.' || c.api_group)
            AS resource, c.namespace, c.name,
        w.api_group AS owner_group, w.kind, w.name AS owner_name, w.uid AS owner_uid
    FROM v_object AS o
    -- Plus signs keep the rest for later: few objects have the name and namespace.
    JOIN collected AS c ON c.name = o.name AND c.namespace = o.namespace
        AND +c.resource = o.resource AND +c.api_group = o.api_group
        AND (coalesce(c.uid, '') = '' OR c.uid = o.uid)
    JOIN v_owner AS w ON w.object_id = o.object_id
    WHERE o.first_ns <= c.at_ns
), asked AS MATERIALIZED (
    -- What was done to the owners by name, in any namespace.
    SELECT w.owner_name, w.owner_group, r.namespace, r.verb, r.at_ns
    FROM (SELECT DISTINCT owner_name, owner_group FROM owned) AS w
    JOIN v_request AS r ON r.name = w.owner_name AND r.api_group = +w.owner_group
    WHERE r.status BETWEEN 200 AND 299 AND r.verb IN ('get', 'update', 'patch', 'delete')
        AND r.resource <> '' AND r.subresource IN ('', 'status')
), namesake AS MATERIALIZED (
    SELECT o.name, o.api_group, o.kind, o.uid
    FROM v_object AS o
    WHERE o.name IN (SELECT owner_name FROM owned)
), alive AS (
    SELECT w.*,
        iif(o.last_ns > w.at_ns AND o.kind = w.kind AND o.api_group = w.owner_group
            AND o.namespace IN ('', w.namespace)
            AND (o.deleted_ns IS NULL OR o.deleted_ns > w.at_ns)
            AND (o.deletion_requested_ns IS NULL OR o.deletion_requested_ns > w.at_ns),
            o.last_ns, NULL) AS object_ns,
        -- A name says nothing where an owner of another uid goes by it.
        iif(EXISTS (SELECT 1 FROM namesake AS n WHERE n.name = w.owner_name
                AND n.api_group = w.owner_group AND n.kind = w.kind AND n.uid <> w.owner_uid)
            OR o.deleted_ns <= w.at_ns OR o.deletion_requested_ns <= w.at_ns, NULL, (
            SELECT max(a.at_ns) FROM asked AS a
            WHERE a.owner_name = w.owner_name AND a.owner_group = w.owner_group
                AND a.namespace IN ('', w.namespace) AND a.verb <> 'delete'
                AND a.at_ns > w.at_ns AND (o.deleted_ns IS NULL OR a.at_ns < o.deleted_ns)))
            AS name_ns
    FROM owned AS w
    LEFT JOIN v_object AS o ON o.uid = w.owner_uid
    -- Dependents go first where their owner is deleted in the foreground.
    WHERE NOT EXISTS (SELECT 1 FROM asked AS a
        WHERE a.owner_name = w.owner_name AND a.owner_group = w.owner_group
            AND a.namespace IN ('', w.namespace) AND a.verb = 'delete' AND a.at_ns <= w.at_ns)
)
SELECT at, request_id, resource, namespace, name, kind || ' ' || owner_name AS owner, owner_uid,
    strftime('%Y-%m-%dT%H:%M:%S', seen_ns / 1000000000, 'unixepoch')
        || printf('.%06dZ', seen_ns / 1000 % 1000000) AS owner_seen_at,
    iif(object_ns IS NULL, 'name', 'object') AS known_by
FROM (SELECT *, max(coalesce(object_ns, 0), coalesce(name_ns, 0)) AS seen_ns FROM alive)
WHERE object_ns IS NOT NULL OR name_ns IS NOT NULL
ORDER BY at_ns, request_id, owner, owner_uid

"""##),
    ("gc/owners-at-risk", ##"""
-- Owners whose API only some servers serve
--
-- Why it matters: while such an owner has dependents, one look-up at the wrong server lets the
-- garbage collector delete them. Move these away, or turn the collector off, for the upgrade.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   api_group       group of the owner
--   api_version     version that the dependents name it by
--   kind            kind of the owner
--   name            its name
--   uid             its uid
--   dependents      objects that name it as their owner and were not deleted in the recording
--   deleted         the same, deleted in the recording
--   refused_by      servers that refused its API, or had to forward requests for it
--   last_seen_at    when a dependent was last seen to name it
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), judged AS MATERIALIZED (
    SELECT request_id, entry_server FROM v_verdict
    WHERE run = (SELECT run FROM chosen)
        AND outcome IN ('wrong-404', 'proxied', 'unavailable-503', 'looped')
), skewed AS MATERIALIZED (
    SELECT DISTINCT q.api_group, q.api_version, q.resource, v.entry_server
    FROM judged AS v JOIN v_request AS q ON q.request_id = v.request_id
), refused AS MATERIALIZED (
    SELECT api_group, api_version, resource, group_concat(entry_server, ' ') AS servers
    FROM (SELECT * FROM skewed ORDER BY api_group, api_version, resource, entry_server)
    GROUP BY api_group, api_version, resource
), named AS MATERIALIZED (
    SELECT w.api_group, w.api_version, w.kind, w.name, w.uid,
        sum(o.deleted_ns IS NULL) AS dependents, sum(o.deleted_ns IS NOT NULL) AS deleted,
        max(w.last_ns) AS last_ns,
        -- A kind's plural as Kubernetes itself guesses it.
        CASE WHEN lower(w.kind) GLOB '*s' THEN lower(w.kind) || 'es'
            WHEN lower(w.kind) GLOB '*y' THEN substr(lower(w.kind), 1, length(w.kind) - 1) || 'ies'
            ELSE lower(w.kind) || 's' END AS guess
    FROM v_owner AS w
    JOIN v_object AS o ON o.object_id = w.object_id
    GROUP BY w.api_group, w.api_version, w.kind, w.name, w.uid
)
SELECT n.api_group, n.api_version, n.kind, n.name, n.uid, n.dependents, n.deleted,
    r.servers AS refused_by,
    strftime('%Y-%m-%dT%H:%M:%SZ', n.last_ns / 1000000000, 'unixepoch') AS last_seen_at
FROM named AS n
LEFT JOIN v_object AS o ON o.uid = n.uid
JOIN refused AS r ON r.api_group = n.api_group AND r.api_version = n.api_version
    AND r.resource = coalesce(o.resource, n.guess)
ORDER BY n.dependents DESC, n.deleted DESC, n.api_group, n.kind, n.name, n.uid

"""##),
    ("gc/victims", ##"""
-- Victims of the garbage collector: owner, wrong 404, delete
--
-- Why it matters: one row per object that was deleted, or would be, because a server that does not
-- know its owner's API said 404. The delay shows how little time there is to step in.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   grade          observed, predicted or possible
--   resource       what the collector deletes, with its group
--   namespace      its namespace
--   name           its name
--   owner          kind of the owner, with its namespace and name
--   refused_by     server that gave the 404 for the owner
--   refused_at     when, the last one before the delete
--   deleted_at     when the object was deleted; null where it was not
--   delay_ms       from the 404 to the delete, in milliseconds
--   finding        name of the finding, for explain
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), refusal AS MATERIALIZED (
    SELECT f.finding_id, q.at_ns, q.at, q.server
    FROM v_finding_request AS f
    JOIN v_request AS q ON q.request_id = f.request_id
    WHERE f.run = (SELECT run FROM chosen) AND f.role = 'condemned-by'
), victim AS MATERIALIZED (
    SELECT row_number() OVER () AS number, v.*
    FROM v_wrong_gc AS v WHERE run = (SELECT run FROM chosen)
), condemned AS (
    -- With max(), SQLite takes the other columns from the same row.
    SELECT v.*, max(r.at_ns) AS refused_ns, r.at AS refused_at, r.server AS refused_by
    FROM victim AS v
    LEFT JOIN refusal AS r ON r.finding_id = v.finding_id
        AND (v.deleted_ns IS NULL OR r.at_ns <= v.deleted_ns)
    GROUP BY v.number
)
SELECT grade, resource || iif("group" = '', '', '.' || "group") AS resource, namespace, name,
    trim(owner_kind || ' ' || ltrim(owner_namespace || '/' || owner_name, '/')) AS owner,
    refused_by, refused_at, deleted_at,
    round((deleted_ns - refused_ns) / 1e6, 3) AS delay_ms, finding_id AS finding
FROM condemned
ORDER BY coalesce(deleted_ns, refused_ns), resource, namespace, name, finding_id

"""##),
    ("namespaces/activity", ##"""
-- Namespaces that the namespace controller emptied
--
-- Why it matters: a route-level 404 while a namespace is emptied means "nothing of this kind here"
-- to the controller. If another server serves the kind, its objects stay behind when the namespace
-- is finalized.
--
-- Parameters:
--   :since time = start    requests from this instant on
--   :until time = end      requests before this instant
--
-- Columns:
--   namespace     the namespace
--   began_at      first request of the controller about it
--   finalize_at   when it asked for the last finalizer to go; null where it has not
--   finalized     whether that was answered with success
--   collections   resources that it deleted or listed
--   unknown       of these, answered with a route-level 404 at least once
--   servers       servers that answered
WITH asked AS MATERIALIZED (
    SELECT iif(resource = 'namespaces', name, namespace) AS about, at, at_ns, server, verb,
        api_group || '/' || resource AS kind, resource, subresource, status, not_found
    FROM v_request
    WHERE user_agent GLOB '*namespace-controller' AND resource <> '' AND NOT peer_proxied
        AND at_ns >= :since AND at_ns < :until
)
SELECT about AS namespace, min(at) AS began_at,
    max(at) FILTER (WHERE subresource = 'finalize') AS finalize_at,
    coalesce(max(status BETWEEN 200 AND 299) FILTER (WHERE subresource = 'finalize'), 0)
        AS finalized,
    count(DISTINCT kind) FILTER (WHERE verb IN ('deletecollection', 'list')) AS collections,
    count(DISTINCT kind) FILTER (WHERE not_found IN ('page', 'route')) AS unknown,
    count(DISTINCT server) AS servers
FROM asked
WHERE about <> ''
GROUP BY about
ORDER BY began_at, namespace

"""##),
    ("namespaces/emptied-while-mixed", ##"""
-- Namespaces removed while servers ran different releases
--
-- Why it matters: whether such a namespace was emptied wholly depends on which servers the
-- controller came to. Look at each of them, or do not delete namespaces during an upgrade.
--
-- Columns:
--   namespace      the namespace
--   emptied_at     first request that deleted content of it
--   finalize_at    when the controller asked for the last finalizer to go
--   servers        servers that the controller came to
--   unknown        kinds of object that it got a route-level 404 for
--   in_window      seconds from the first moment with two releases to the finalize
WITH process AS MATERIALIZED (
    SELECT server, from_ns, coalesce(until_ns, last_ns) AS until_ns,
        substr(version, 1, instr(version || '.', '.')
            + instr(substr(version, instr(version || '.', '.') + 1) || '.', '.') - 1) AS release
    FROM v_server
), mixed AS MATERIALIZED (
    -- From the first moment that two releases ran side by side to the last.
    SELECT min(max(a.from_ns, b.from_ns)) AS from_ns, max(min(a.until_ns, b.until_ns)) AS until_ns
    FROM process AS a
    JOIN process AS b ON b.release > a.release
        AND a.from_ns < b.until_ns AND b.from_ns < a.until_ns
), emptied AS MATERIALIZED (
    SELECT iif(resource = 'namespaces', name, namespace) AS namespace, subresource, verb, status,
        at, at_ns, server, not_found, api_group || '/' || resource AS kind
    FROM v_request
    WHERE user_agent GLOB '*namespace-controller' AND resource <> '' AND NOT peer_proxied
)
SELECT e.namespace, min(e.at) FILTER (WHERE e.verb = 'deletecollection') AS emptied_at,
    max(e.at) FILTER (WHERE e.subresource = 'finalize' AND e.status BETWEEN 200 AND 299)
        AS finalize_at,
    count(DISTINCT e.server) AS servers,
    count(DISTINCT e.kind) FILTER (WHERE e.not_found IN ('page', 'route')) AS unknown,
    round((max(e.at_ns) FILTER (
        WHERE e.subresource = 'finalize' AND e.status BETWEEN 200 AND 299) - m.from_ns) / 1e9, 3)
        AS in_window
FROM mixed AS m
JOIN emptied AS e ON e.at_ns BETWEEN m.from_ns AND m.until_ns
WHERE e.namespace <> ''
GROUP BY e.namespace
HAVING finalize_at IS NOT NULL
ORDER BY finalize_at, e.namespace

"""##),
    ("namespaces/leaked", ##"""
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

"""##),
    ("namespaces/not-looked-at", ##"""
-- What the namespace controller did not empty, by namespace
--
-- Why it matters: each row is a kind of object that nobody deleted in that namespace: the server
-- that was asked does not know it, or discovery did not show it, so that nobody asked. What other
-- servers serve of it stays behind when the namespace is finalized. The controller may go through a
-- namespace several times; what counts is its last pass, since that lets the namespace go.
--
-- Columns:
--   namespace     a namespace that the controller asked to finalize
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name of a kind that it did empty in another namespace, or was refused
--   answers       route-level 404 answers in the last pass; 0 where it did not ask
--   refused_by    servers that gave them
--   served_by     other servers that had served this resource to anybody by then
--   finalize_at   when it asked for the last finalizer to go
WITH asked AS MATERIALIZED (
    SELECT iif(resource = 'namespaces', name, namespace) AS about, at_ns, at, server, verb,
        api_group, api_version, resource, subresource, status, not_found
    FROM v_request
    WHERE user_agent GLOB '*namespace-controller' AND resource <> '' AND NOT peer_proxied
), finalized AS MATERIALIZED (
    SELECT about, max(at_ns) AS at_ns, max(at) AS at
    FROM asked WHERE subresource = 'finalize' GROUP BY about
), pass AS MATERIALIZED (
    -- A pass begins where the controller reads the namespace and then deletes something in it.
    SELECT f.about, f.at_ns, f.at, coalesce((
        SELECT max(g.at_ns) FROM asked AS g
        WHERE g.about = f.about AND g.resource = 'namespaces' AND g.verb = 'get' AND g.at_ns <= (
            SELECT max(d.at_ns) FROM asked AS d
            WHERE d.about = f.about AND d.verb = 'deletecollection' AND d.at_ns <= f.at_ns)
        ), 0) AS begin_ns
    FROM finalized AS f
), kind AS MATERIALIZED (
    SELECT DISTINCT api_group, api_version, resource
    FROM asked WHERE verb IN ('deletecollection', 'list') AND resource <> 'namespaces'
), served AS MATERIALIZED (
    SELECT r.api_group, r.api_version, r.resource, r.server, min(r.at_ns) AS first_ns
    FROM v_request AS r
    JOIN kind AS k ON k.api_group = r.api_group AND k.api_version = r.api_version
        AND k.resource = r.resource
    WHERE (r.status BETWEEN 200 AND 299 OR r.not_found = 'object')
        AND r.request_id NOT IN (SELECT origin FROM v_request WHERE origin IS NOT NULL)
    GROUP BY r.api_group, r.api_version, r.resource, r.server
), told AS MATERIALIZED (
    -- What it asked about each kind in the last pass over each namespace.
    SELECT f.about, f.at_ns, f.at, k.api_group, k.api_version, k.resource,
        count(a.at_ns) AS requests,
        count(a.at_ns) FILTER (WHERE a.not_found IN ('page', 'route')) AS refusals,
        count(a.at_ns) FILTER (WHERE a.status BETWEEN 200 AND 299) AS successes
    FROM pass AS f
    CROSS JOIN kind AS k
    LEFT JOIN asked AS a ON a.about = f.about AND a.api_group = k.api_group
        AND a.api_version = k.api_version AND a.resource = k.resource
        AND a.at_ns BETWEEN f.begin_ns AND f.at_ns
    GROUP BY f.about, f.at_ns, f.at, k.api_group, k.api_version, k.resource
), refuser AS MATERIALIZED (
    SELECT DISTINCT about, api_group, api_version, resource, server
    FROM asked WHERE not_found IN ('page', 'route')
)
SELECT about AS namespace, api_group, api_version, resource, refusals AS answers,
    coalesce((SELECT group_concat(server, ' ') FROM (
        SELECT server FROM refuser AS r
        WHERE r.about = told.about AND r.api_group = told.api_group
            AND r.api_version = told.api_version AND r.resource = told.resource
        ORDER BY server)), '') AS refused_by,
    coalesce((SELECT group_concat(server, ' ') FROM (
        SELECT server FROM served AS s
        WHERE s.api_group = told.api_group AND s.api_version = told.api_version
            AND s.resource = told.resource AND s.first_ns <= told.at_ns
            AND NOT EXISTS (SELECT 1 FROM refuser AS r
                WHERE r.about = told.about AND r.api_group = told.api_group
                AND r.api_version = told.api_version AND r.resource = told.resource
                AND r.server = s.server)
        ORDER BY server)), '') AS served_by,
    at AS finalize_at
FROM told
WHERE requests = 0 OR (refusals > 0 AND successes = 0)
ORDER BY at_ns, about, api_group, api_version, resource

"""##),
    ("namespaces/remaining-objects", ##"""
-- Objects that outlived their namespace
--
-- Why it matters: needs no run and no model: the namespace was finalized, the object was made
-- before and never seen to be deleted. Bodies must be in the log for objects to be known.
--
-- Parameters:
--   :limit integer = 100   rows at most, -1 for all
--
-- Columns:
--   namespace        the namespace that was removed
--   finalized_at     when it was
--   api_group        empty for the core group
--   api_version      version of the group
--   resource         plural name
--   name             name of the object
--   uid              its uid
--   first_seen_at    when it was first seen
WITH finalized AS MATERIALIZED (
    -- With max(), SQLite takes the other columns from the same row.
    SELECT name AS namespace, max(at_ns) AS at_ns, at
    FROM v_request
    WHERE resource = 'namespaces' AND subresource = 'finalize' AND status BETWEEN 200 AND 299
    GROUP BY name
)
SELECT f.namespace, f.at AS finalized_at, o.api_group, o.api_version, o.resource, o.name, o.uid,
    strftime('%Y-%m-%dT%H:%M:%SZ', o.first_ns / 1000000000, 'unixepoch') AS first_seen_at
FROM v_object AS o
JOIN finalized AS f ON f.namespace = o.namespace
WHERE o.first_ns < f.at_ns AND o.deleted_ns IS NULL AND o.resource <> 'namespaces'
ORDER BY f.at_ns, f.namespace, o.api_group, o.resource, o.name, o.uid
LIMIT :limit

"""##),
    ("namespaces/slowest", ##"""
-- Namespaces that took longest from delete to gone
--
-- Why it matters: a namespace that hangs in Terminating holds up everything that waits for its
-- name. A 503 of an aggregated API, a 404 or a finalizer keeps it there.
--
-- Parameters:
--   :limit integer = 20    rows at most, -1 for all
--
-- Columns:
--   namespace     the namespace
--   deleted_at    when its deletion was asked for
--   gone_at       when its last finalizer went; null where it has not
--   seconds       from the one to the other, or to the end of the recording
--   finalizes     attempts to take the last finalizer away
--   errors        answers with 500 and above that the namespace controller got meanwhile
--   unknown       route-level 404s that it got meanwhile
--   deleted_by    user agent that asked for the deletion
WITH touched AS MATERIALIZED (
    SELECT iif(resource = 'namespaces', name, namespace) AS namespace, resource, subresource, verb,
        at, at_ns, status, not_found, user_agent,
        user_agent GLOB '*namespace-controller' AS is_controller
    FROM v_request
    WHERE resource <> '' AND NOT peer_proxied AND (user_agent GLOB '*namespace-controller'
        OR verb = 'delete' AND resource = 'namespaces' AND subresource = '')
), deleted AS MATERIALIZED (
    -- With min(), SQLite takes the other columns from the same row.
    SELECT t.namespace, min(t.at_ns) AS at_ns, t.at, t.user_agent, (
        SELECT max(before.at_ns) FROM touched AS before
        WHERE before.namespace = t.namespace AND before.subresource = 'finalize'
            AND before.status BETWEEN 200 AND 299 AND before.at_ns < t.at_ns) AS earlier_ns
    FROM touched AS t
    WHERE t.verb = 'delete' AND t.resource = 'namespaces' AND t.status BETWEEN 200 AND 299
    -- A namespace of the same name that is deleted later is another one.
    GROUP BY t.namespace, coalesce(earlier_ns, 0)
), span AS MATERIALIZED (
    SELECT d.*, lead(d.at_ns, 1, 9223372036854775807)
        OVER (PARTITION BY d.namespace ORDER BY d.at_ns) AS next_ns
    FROM deleted AS d
)
SELECT s.namespace, s.at AS deleted_at,
    max(t.at) FILTER (WHERE t.subresource = 'finalize' AND t.status BETWEEN 200 AND 299)
        AS gone_at,
    round((coalesce(max(t.at_ns) FILTER (
            WHERE t.subresource = 'finalize' AND t.status BETWEEN 200 AND 299),
        (SELECT max(last_ns) FROM v_server), max(t.at_ns)) - s.at_ns) / 1e9, 3) AS seconds,
    count(*) FILTER (WHERE t.subresource = 'finalize') AS finalizes,
    count(*) FILTER (WHERE t.is_controller AND t.status >= 500) AS errors,
    count(*) FILTER (WHERE t.is_controller AND t.not_found IN ('page', 'route')) AS unknown,
    s.user_agent AS deleted_by
FROM span AS s
JOIN touched AS t ON t.namespace = s.namespace AND t.at_ns >= s.at_ns AND t.at_ns < s.next_ns
GROUP BY s.namespace, s.at_ns
ORDER BY seconds DESC, s.namespace, s.at_ns
LIMIT :limit

"""##),
    ("notfound/answers-differ", ##"""
-- Resources that one server serves and another does not know
--
-- Why it matters: this is skew, seen in the traffic itself: within seconds one server answered
-- for the resource and another said that there is no such API.
--
-- Parameters:
--   :window integer = 60   seconds within which the two answers must lie, more or less
--
-- Columns:
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name
--   refused_by    server that answered with a route-level 404
--   served_by     server that served the resource at about the same time
--   refused       answers of the first kind
--   served        answers of the second kind
--   first_at      first of them
--   last_at       last of them
WITH refused_resource AS MATERIALIZED (
    SELECT DISTINCT api_group, api_version, resource
    FROM v_request
    WHERE status = 404 AND not_found IN ('page', 'route') AND resource <> ''
), answer AS MATERIALIZED (
    -- Answers in slices of the window; two answers match in the same slice or in neighbours.
    SELECT r.api_group, r.api_version, r.resource, r.server,
        r.at_ns / (:window * 1000000000) AS slice,
        count(*) FILTER (WHERE not_found IN ('page', 'route')) AS refused,
        count(*) FILTER (WHERE status BETWEEN 200 AND 299 OR not_found = 'object') AS served,
        min(r.at_ns) AS first_ns, max(r.at_ns) AS last_ns
    FROM v_request AS r
    JOIN refused_resource AS q
        ON q.api_group = r.api_group AND q.api_version = r.api_version AND q.resource = r.resource
    -- A peer's answer to a forwarded request is its own; the first server only passed it on.
    WHERE r.request_id NOT IN (SELECT origin FROM v_request WHERE origin IS NOT NULL)
    GROUP BY r.api_group, r.api_version, r.resource, r.server, slice
), pair AS (
    SELECT a.api_group, a.api_version, a.resource,
        a.server AS refused_by, b.server AS served_by,
        a.slice AS refused_slice, b.slice AS served_slice, a.refused, b.served,
        min(a.first_ns, b.first_ns) AS first_ns, max(a.last_ns, b.last_ns) AS last_ns
    FROM answer AS a
    JOIN answer AS b
        ON b.api_group = a.api_group AND b.api_version = a.api_version
        AND b.resource = a.resource AND b.server <> a.server
        AND b.slice BETWEEN a.slice - 1 AND a.slice + 1
    WHERE a.refused > 0 AND b.served > 0
)
SELECT api_group, api_version, resource, refused_by, served_by,
    (SELECT sum(refused) FROM (SELECT DISTINCT refused_slice, refused FROM pair AS p
        WHERE p.api_group = pair.api_group AND p.api_version = pair.api_version
        AND p.resource = pair.resource AND p.refused_by = pair.refused_by
        AND p.served_by = pair.served_by)) AS refused,
    (SELECT sum(served) FROM (SELECT DISTINCT served_slice, served FROM pair AS p
        WHERE p.api_group = pair.api_group AND p.api_version = pair.api_version
        AND p.resource = pair.resource AND p.refused_by = pair.refused_by
        AND p.served_by = pair.served_by)) AS served,
    strftime('%Y-%m-%dT%H:%M:%SZ', min(first_ns) / 1000000000, 'unixepoch') AS first_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', max(last_ns) / 1000000000, 'unixepoch') AS last_at
FROM pair
GROUP BY api_group, api_version, resource, refused_by, served_by
ORDER BY api_group, api_version, resource, refused_by, served_by

"""##),
    ("notfound/right-or-wrong", ##"""
-- Recorded 404s, right or wrong
--
-- Why it matters: a 404 is wrong only where another running server serves the API. This tells the
-- two apart, so that nobody hunts for a typing error, and nobody is blamed for an upgrade.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name
--   server        the server that answered
--   shape         page, route, or unknown where the record does not show it
--   outcome       what the run says of these requests
--   certain       of these, without an alternative
--   requests      requests, each counted once
--   clients       clients (user and user agent)
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), judged AS MATERIALIZED (
    SELECT request_id, outcome, certainty FROM v_verdict WHERE run = (SELECT run FROM chosen)
)
SELECT q.api_group, q.api_version, q.resource, q.server,
    coalesce(q.not_found, 'unknown') AS shape, v.outcome,
    sum(v.certainty = 'certain') AS certain, count(*) AS requests,
    count(DISTINCT q.user || char(10) || q.user_agent) AS clients
FROM judged AS v
JOIN v_request AS q ON q.request_id = v.request_id
WHERE q.status = 404 AND q.not_found IS NOT 'object'
GROUP BY q.api_group, q.api_version, q.resource, q.server, shape, v.outcome
ORDER BY v.outcome DESC, requests DESC, q.api_group, q.api_version, q.resource, q.server, shape

"""##),
    ("notfound/shapes", ##"""
-- 404 answers by shape, server and resource
--
-- Why it matters: `page` and `route` say that the server does not know the API, `object` that it
-- knows it and has no such object. Controllers cannot tell them apart, and act on all three.
--
-- Parameters:
--   :since time = start    requests from this instant on
--   :until time = end      requests before this instant
--   :shape text = *        only this shape: page, route, object or unknown
--
-- Columns:
--   server        the server that answered
--   shape         page, route, object, or unknown where the record does not show it
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name
--   answers       passes answered so
--   clients       different user agents
--   first_at      first of them
--   last_at       last of them
SELECT server, coalesce(not_found, 'unknown') AS shape, api_group, api_version, resource,
    count(*) AS answers, count(DISTINCT user_agent) AS clients,
    min(at) AS first_at, max(at) AS last_at
FROM v_request
WHERE status = 404 AND coalesce(not_found, 'unknown') GLOB :shape
    AND at_ns >= :since AND at_ns < :until
GROUP BY server, shape, api_group, api_version, resource
ORDER BY server, shape, answers DESC, api_group, api_version, resource

"""##),
    ("proxy/loops", ##"""
-- Requests that came back to a server, or were forwarded twice
--
-- Why it matters: the proxy forwards once. A longer path means that a server forwarded to an
-- address that is not the peer's own, such as a load balancer's, or that a header was lost.
--
-- Columns:
--   at           when the first server received the request
--   audit_id     ties the records together
--   path         path without its query
--   hops         times that it was forwarded
--   servers      servers in the order in which they received it
--   came_back    whether one of them received it twice
--   statuses     their answers, in the same order
--   user_agent   what the client calls itself
WITH pass AS MATERIALIZED (
    SELECT request_id, coalesce(origin, request_id) AS first_id, at_ns, at, server, status,
        audit_id, path, user_agent
    FROM v_request
    WHERE origin IS NOT NULL
        OR request_id IN (SELECT origin FROM v_request WHERE origin IS NOT NULL)
)
SELECT f.at, f.audit_id, f.path, count(*) - 1 AS hops,
    (SELECT group_concat(server, '>') FROM (
        SELECT server FROM pass AS p WHERE p.first_id = pass.first_id
        ORDER BY p.at_ns, p.request_id)) AS servers,
    count(*) > count(DISTINCT pass.server) AS came_back,
    (SELECT group_concat(coalesce(status, '-'), ' ') FROM (
        SELECT status FROM pass AS p WHERE p.first_id = pass.first_id
        ORDER BY p.at_ns, p.request_id)) AS statuses,
    f.user_agent
FROM pass
JOIN pass AS f ON f.request_id = pass.first_id
GROUP BY pass.first_id
HAVING hops > 1 OR came_back
ORDER BY f.at_ns, f.request_id

"""##),
    ("proxy/pairs", ##"""
-- Requests that one server forwarded to another
--
-- Why it matters: shows the Mixed Version Proxy at work: who forwards what to whom, and what the
-- detour costs.
--
-- Parameters:
--   :since time = start      requests from this instant on
--   :until time = end        requests before this instant
--   :limit integer = 100     rows at most, -1 for all
--
-- Columns:
--   at             when the first server received the request
--   audit_id       ties the two records together
--   entry_server   the server that the client came to
--   peer           the server that it was forwarded to
--   verb           verb of the request
--   path           path without its query
--   status         what the client got
--   peer_status    what the peer answered
--   duration_ms    at the first server, in milliseconds
--   peer_ms        of these, at the peer
--   user_agent     what the client calls itself
SELECT a.at, a.audit_id, a.server AS entry_server, b.server AS peer, a.verb, a.path, a.status,
    b.status AS peer_status, round(a.duration_us / 1000.0, 3) AS duration_ms,
    round(b.duration_us / 1000.0, 3) AS peer_ms, a.user_agent
FROM v_request AS b
JOIN v_request AS a ON a.request_id = b.origin
WHERE b.origin IS NOT NULL AND a.at_ns >= :since AND a.at_ns < :until
ORDER BY a.at_ns, a.request_id, b.at_ns, b.request_id
LIMIT :limit

"""##),
    ("rollback/free-until", ##"""
-- Until when the older release could have been gone back to, and who ended that
--
-- Why it matters: after the first object of a new API, or the first new field, a rollback loses it or
-- leaves it where nobody sees it; clients that ask for new APIs get 404s again.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--   :what text = *        only this: request, object or field
--   :limit integer = 100   rows at most, -1 for all
--
-- Columns:
--   free_until_at   first moment at which something was stored that the older release loses
--   old_release     the older release
--   what            request (a client's first), object (the first of an API) or field
--   at              when
--   api             group, version and resource
--   object          namespace and name, as far as the request names them
--   field           path of the field
--   user_agent      what the client calls itself
--   user            user of the request
--   request_id      the request, for explain
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
)
SELECT free_until_at, old_release, what, at,
    iif(api_group = '', '', api_group || '/') || api_version || '/' || resource AS api, object,
    field, user_agent, user, request_id
FROM v_rollback
WHERE run = (SELECT run FROM chosen) AND coalesce(what, '') GLOB :what
ORDER BY at_ns, what, field
LIMIT :limit

"""##),
    ("servers/loopback-sightings", ##"""
-- Versions that servers name in their own loopback requests
--
-- Why it matters: a server's requests to itself carry its version, so they date every restart even
-- where nobody wrote it down.
--
-- Columns:
--   server       the server that wrote the record
--   version      what its loopback user agent names
--   user_agent   the whole of it
--   requests     how often it was seen
--   first_at     first sighting
--   last_at      last sighting
SELECT server,
    substr(user_agent, 16, instr(substr(user_agent, 16) || ' ', ' ') - 1) AS version,
    user_agent, count(*) AS requests, min(at) AS first_at, max(at) AS last_at
FROM v_request
WHERE user_agent GLOB 'kube-apiserver/*' AND user = 'system:apiserver' AND NOT peer_proxied
GROUP BY server, user_agent
ORDER BY server, first_at

"""##),
    ("servers/versions", ##"""
-- Which server ran which version when
--
-- Why it matters: everything else is judged against this timeline; `known_by` says how far to
-- trust it.
--
-- Columns:
--   server     name of the server
--   version    version that ran
--   from_at    since when; null where it ran before the recording
--   until_at   until when; null where it ran on
--   known_by   what in the recording shows it
SELECT server, version, from_at, until_at, known_by
FROM v_server
ORDER BY server, from_ns

"""##),
    ("traffic/by-resource", ##"""
-- Requests by API resource
--
-- Why it matters: what is used decides what an upgrade can break; a resource that only some servers
-- know and that is asked for often is where to look first.
--
-- Parameters:
--   :since time = start      requests from this instant on
--   :until time = end        requests before this instant
--   :limit integer = 50      rows at most, -1 for all
--
-- Columns:
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name, with its subresource
--   requests      requests, each counted once
--   clients       different user agents
--   not_found     answered with 404, for whatever reason
--   first_at      first request
--   last_at       last request
SELECT api_group, api_version,
    resource || iif(subresource = '', '', '/' || subresource) AS resource,
    count(*) AS requests,
    count(DISTINCT user_agent) AS clients,
    count(*) FILTER (WHERE status = 404) AS not_found,
    min(at) AS first_at, max(at) AS last_at
FROM v_request
WHERE resource <> '' AND NOT peer_proxied AND at_ns >= :since AND at_ns < :until
GROUP BY api_group, api_version, v_request.resource, subresource
ORDER BY requests DESC, api_group, api_version, v_request.resource, subresource
LIMIT :limit

"""##),
    ("traffic/by-verb-and-status", ##"""
-- Requests by verb and status
--
-- Why it matters: a change of this table between two hours is the quickest sign that something
-- began to be refused.
--
-- Parameters:
--   :since time = start    requests from this instant on
--   :until time = end      requests before this instant
--   :server text = *       only this server; * stands for any text
--
-- Columns:
--   verb         verb of the request
--   status       HTTP status; null where no answer was recorded
--   requests     requests, each counted once
--   servers      servers that answered so
--   average_ms   mean duration in milliseconds
--   longest_ms   longest duration in milliseconds
SELECT verb, status, count(*) AS requests, count(DISTINCT server) AS servers,
    round(avg(duration_us) / 1000, 3) AS average_ms,
    round(max(duration_us) / 1000.0, 3) AS longest_ms
FROM v_request
WHERE NOT peer_proxied AND at_ns >= :since AND at_ns < :until AND server GLOB :server
GROUP BY verb, status
ORDER BY requests DESC, verb, status

"""##),
    ("traffic/requests-by-minute", ##"""
-- Requests by server and minute
--
-- Why it matters: a server whose line stops was not running, or the balancer thought so; a server
-- whose errors rise while the others stay calm answers differently from its peers.
--
-- Parameters:
--   :since time = start    requests from this instant on
--   :until time = end      requests before this instant
--
-- Columns:
--   minute       beginning of the minute, UTC
--   server       the server that received the requests
--   requests     requests, each counted at the server that it came to first
--   passes       the same with those that a peer forwarded to this server
--   errors_4xx   passes answered with 400 to 499
--   errors_5xx   passes answered with 500 to 599
SELECT strftime('%Y-%m-%dT%H:%M:00Z', at_ns / 60000000000 * 60, 'unixepoch') AS minute,
    server,
    count(*) FILTER (WHERE NOT peer_proxied) AS requests,
    count(*) AS passes,
    count(*) FILTER (WHERE status BETWEEN 400 AND 499) AS errors_4xx,
    count(*) FILTER (WHERE status BETWEEN 500 AND 599) AS errors_5xx
FROM v_request
WHERE at_ns >= :since AND at_ns < :until
GROUP BY at_ns / 60000000000, server
ORDER BY at_ns / 60000000000, server

"""##),
    ("traffic/slowest", ##"""
-- The slowest requests
--
-- Why it matters: a forwarded request waits for a second server, and one that waits for a dead peer
-- waits longest.
--
-- Parameters:
--   :since time = start      requests from this instant on
--   :until time = end        requests before this instant
--   :limit integer = 20      rows at most, -1 for all
--
-- Columns:
--   request_id    number of the request in the recording
--   at            when the server received it
--   server        the server that received it
--   verb          verb of the request; watches are left out, as they last on purpose
--   path          path without its query
--   status        HTTP status
--   duration_ms   duration in milliseconds
--   user_agent    what the client calls itself
SELECT request_id, at, server, verb, path, status,
    round(duration_us / 1000.0, 3) AS duration_ms, user_agent
FROM v_request
WHERE duration_us IS NOT NULL AND verb NOT IN ('watch', 'connect') AND NOT peer_proxied
    AND at_ns >= :since AND at_ns < :until
ORDER BY duration_us DESC, request_id
LIMIT :limit

"""##),
    ("upgrade/agreement", ##"""
-- How far the model agrees with the recording
--
-- Why it matters: before you trust a what-if, look at the run as recorded: rows where the two
-- differ are requests that the model does not explain. In a what-if the same rows are what would
-- change.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   recorded    outcome that the recording shows
--   predicted   outcome that the model gives
--   agrees      whether the two are the same
--   requests    requests with this pair
--   share       percent of all requests of the run
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
)
SELECT recorded, predicted, recorded = predicted AS agrees, requests,
    round(100.0 * requests / sum(requests) OVER (), 3) AS share
FROM v_agreement
WHERE run = (SELECT run FROM chosen)
ORDER BY agrees, requests DESC, recorded, predicted

"""##),
    ("upgrade/compare-runs", ##"""
-- Two runs compared by API and outcome
--
-- Why it matters: shows what a change of flags or order buys: the wrong 404s that go, and what
-- comes in their place. A wrong 404 that turns into a 503 is better than one that stays.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--   :other text = as-recorded    the run to compare it with
--
-- Columns:
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name
--   outcome       outcome; local is left out, as runs do not keep it
--   in_run        requests with this outcome in the run
--   in_other      requests with it in the other
--   change        the first less the second
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), judged AS MATERIALIZED (
    SELECT request_id, outcome, run = (SELECT run FROM chosen) AS is_run, run = :other AS is_other
    FROM v_verdict
    WHERE run IN ((SELECT run FROM chosen), :other) AND outcome <> 'local'
)
SELECT q.api_group, q.api_version, q.resource, v.outcome,
    sum(v.is_run) AS in_run, sum(v.is_other) AS in_other,
    sum(v.is_run) - sum(v.is_other) AS change
FROM judged AS v
JOIN v_request AS q ON q.request_id = v.request_id
GROUP BY q.api_group, q.api_version, q.resource, v.outcome
ORDER BY abs(change) DESC, q.api_group, q.api_version, q.resource, v.outcome

"""##),
    ("upgrade/demand", ##"""
-- What the new release's own components will ask that the old servers do not have
--
-- Why it matters: nobody asks for new APIs before the upgrade, so that no recorded request shows this.
-- It is predicted from what the components are known to ask, and counted by no headline and no finding.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--   :limit integer = 100   rows at most, -1 for all
--
-- Columns:
--   component   who asks
--   api         group, version and resource
--   verbs       how
--   occasion    when: at its start, once discovery lists it, or the occasion
--   at          when the first of the new components asks
--   outcome     the worst answer of the servers that it may speak to
--   certainty   certain or possible
--   refusing    the servers that would answer with a wrong 404
--   source      the recording or the fact that it is known from
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
)
SELECT component, iif(api_group = '', '', api_group || '/') || api_version || '/' || resource AS api,
    verbs, occasion, at, outcome, certainty, refusing, source
FROM v_demand
WHERE run = (SELECT run FROM chosen)
ORDER BY outcome = 'wrong-404' DESC, component, api, occasion
LIMIT :limit

"""##),
    ("upgrade/exposed-clients", ##"""
-- Who asked for an API while servers disagreed about it
--
-- Why it matters: these clients can get a wrong 404, whether or not one did: look at them before
-- the next upgrade. The window is that of the control plane, from the first moment that one server
-- served the API while another refused it to the last.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name
--   from_at       when servers began to disagree
--   until_at      when the last disagreement ended
--   seconds       how long they disagreed, pauses left out
--   refusing      servers that would have answered 404, with commas between them
--   user          who asked
--   user_agent    with what
--   requests      how often in that time, at whichever server
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
)
SELECT e.api_group, e.api_version, e.resource, e.from_at, e.until_at,
    round(e.length_ns / 1e9, 3) AS seconds, e.refusing, c.user, c.user_agent, c.requests
FROM v_exposure AS e
JOIN v_exposed_client AS c USING (run, api_group, api_version, resource)
WHERE e.run = (SELECT run FROM chosen)
ORDER BY seconds DESC, e.api_group, e.api_version, e.resource, c.requests DESC, c.user_agent, c.user

"""##),
    ("upgrade/exposure", ##"""
-- How long each API was exposed to wrong answers
--
-- Why it matters: from the first moment that a server answered wrongly for an API to the last: how
-- long its clients could have been misled, and so how quickly the next upgrade must be over.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name
--   first_at      first request with a wrong answer, or that could have had one
--   last_at       last of them
--   seconds       from the first to the last
--   wrong         answered wrongly: wrong 404, 503 of the proxy, loop, no server
--   open          that could have been, where the verdict is only possible
--   clients       clients (user and user agent) of these requests
--   servers       servers that they came to
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), judged AS MATERIALIZED (
    SELECT request_id, entry_server,
        outcome IN ('wrong-404', 'unavailable-503', 'looped', 'unreachable') AS is_wrong
    FROM v_verdict
    WHERE run = (SELECT run FROM chosen) AND (
        outcome IN ('wrong-404', 'unavailable-503', 'looped', 'unreachable')
        OR alternatives GLOB '*wrong-404*' OR alternatives GLOB '*unavailable-503*'
        OR alternatives GLOB '*looped*' OR alternatives GLOB '*unreachable*')
)
SELECT q.api_group, q.api_version, q.resource, min(q.at) AS first_at, max(q.at) AS last_at,
    round((max(q.at_ns) - min(q.at_ns)) / 1e9, 3) AS seconds,
    sum(v.is_wrong) AS wrong, sum(NOT v.is_wrong) AS open,
    count(DISTINCT q.user || char(10) || q.user_agent) AS clients,
    count(DISTINCT v.entry_server) AS servers
FROM judged AS v
JOIN v_request AS q ON q.request_id = v.request_id
GROUP BY q.api_group, q.api_version, q.resource
ORDER BY seconds DESC, wrong DESC, q.api_group, q.api_version, q.resource

"""##),
    ("upgrade/flagged", ##"""
-- What a run flags, by API and client
--
-- Why it matters: the list to walk through with the owners of the clients before the upgrade: this
-- client, this API, this many wrong answers.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--   :limit integer = 50    rows at most, -1 for all
--
-- Columns:
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name
--   user_agent    what the client calls itself
--   user          user of the requests
--   outcome       wrong-404, unavailable-503, looped or unreachable
--   requests      requests with this outcome
--   certain       of these, without an alternative
--   first_at      first of them
--   last_at       last of them
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), judged AS MATERIALIZED (
    SELECT request_id, outcome, certainty
    FROM v_verdict
    WHERE run = (SELECT run FROM chosen)
        AND outcome IN ('wrong-404', 'unavailable-503', 'looped', 'unreachable')
)
SELECT q.api_group, q.api_version, q.resource, q.user_agent, q.user, v.outcome,
    count(*) AS requests, sum(v.certainty = 'certain') AS certain,
    min(q.at) AS first_at, max(q.at) AS last_at
FROM judged AS v
JOIN v_request AS q ON q.request_id = v.request_id
GROUP BY q.api_group, q.api_version, q.resource, q.user_agent, q.user, v.outcome
ORDER BY requests DESC, q.api_group, q.api_version, q.resource, q.user_agent, q.user, v.outcome
LIMIT :limit

"""##),
    ("upgrade/forwarded", ##"""
-- Requests that a run forwards, from which server to which
--
-- Why it matters: forwarded requests are work that the peer did not have before. A single server
-- that serves a new API gets all of it: see that it can carry it.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   from_server    the server that forwards
--   peer           the server that gets the request from it; where the draw is random, one of them
--   requests       hops between the two; a loop has several
--   open           of these, verdicts that are possible, not certain
--   share          percent of all hops of the run
--   own_requests   requests that the recording shows at the peer, forwarded ones included
--   added          hops in percent of these
WITH RECURSIVE chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), route AS MATERIALIZED (
    SELECT servers, count(*) AS requests, sum(certainty = 'possible') AS open
    FROM v_verdict
    WHERE run = (SELECT run FROM chosen) AND outcome IN ('proxied', 'looped', 'wrong-404')
        AND instr(servers, '>')
    GROUP BY servers
), hop(server, rest, requests, open, peer) AS (
    SELECT '', servers || '>', requests, open, '' FROM route
    UNION ALL
    SELECT peer, substr(rest, instr(rest, '>') + 1), requests, open,
        substr(rest, 1, instr(rest, '>') - 1)
    FROM hop WHERE rest <> ''
), pair AS MATERIALIZED (
    SELECT server, peer, sum(requests) AS requests, sum(open) AS open
    FROM hop WHERE server <> '' GROUP BY server, peer
), own AS MATERIALIZED (
    SELECT server, sum(requests) AS requests FROM v_coverage GROUP BY server
)
SELECT p.server AS from_server, p.peer, p.requests, p.open,
    round(100.0 * p.requests / sum(p.requests) OVER (), 2) AS share,
    o.requests AS own_requests, round(100.0 * p.requests / o.requests, 2) AS added
FROM pair AS p
LEFT JOIN own AS o ON o.server = p.peer
ORDER BY p.requests DESC, p.server, p.peer

"""##),
    ("upgrade/forwarded-by-api", ##"""
-- APIs whose requests a run forwards
--
-- Why it matters: these answers depend on the proxy. Each of them is a wrong 404 as soon as the
-- proxy is off, and waits for a second server while it is on.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name
--   verb          verb of the requests
--   requests      requests that a peer answers
--   clients       clients (user and user agent) that they come from
--   first_at      first of them
--   last_at       last of them
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), judged AS MATERIALIZED (
    SELECT request_id FROM v_verdict
    WHERE run = (SELECT run FROM chosen) AND outcome = 'proxied'
)
SELECT q.api_group, q.api_version, q.resource, q.verb, count(*) AS requests,
    count(DISTINCT q.user || char(10) || q.user_agent) AS clients,
    min(q.at) AS first_at, max(q.at) AS last_at
FROM judged AS v
JOIN v_request AS q ON q.request_id = v.request_id
GROUP BY q.api_group, q.api_version, q.resource, q.verb
ORDER BY requests DESC, q.api_group, q.api_version, q.resource, q.verb

"""##),
    ("upgrade/open-verdicts", ##"""
-- Verdicts left open, by reason
--
-- Why it matters: says what the recording does not show, and so which evidence to add before the
-- next upgrade. A request here is never counted as certainly wrong.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   reason         what the model cannot know
--   outcome        the likeliest outcome
--   alternatives   what else it could be
--   requests       requests with such a verdict
--   first_at       first of them
--   last_at        last of them
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), judged AS MATERIALIZED (
    SELECT request_id, reason, outcome, alternatives
    FROM v_verdict WHERE run = (SELECT run FROM chosen) AND certainty = 'possible'
)
SELECT v.reason, v.outcome, v.alternatives, count(*) AS requests,
    min(q.at) AS first_at, max(q.at) AS last_at
FROM judged AS v
JOIN v_request AS q ON q.request_id = v.request_id
GROUP BY v.reason, v.outcome, v.alternatives
ORDER BY requests DESC, v.reason, v.outcome, v.alternatives

"""##),
    ("upgrade/outcomes-by-minute", ##"""
-- Outcomes by server and minute of a run
--
-- Why it matters: shows when the trouble began, at which server, and whether it stopped once the
-- last server was upgraded. Requests that a server simply served itself are not counted.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--   :since time = start    requests from this instant on
--   :until time = end      requests before this instant
--
-- Columns:
--   minute            beginning of the minute, UTC
--   server            the server that the requests came to
--   wrong_404         404s for an API that another server serves
--   unavailable_503   requests whose peer could not be reached
--   looped            requests that were forwarded more than once
--   unreachable       requests to a server that was not running
--   proxied           requests that a peer answered
--   right_404         404s for an API that no running server serves
--   open              of all these, verdicts that are possible, not certain
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), judged AS MATERIALIZED (
    SELECT request_id, entry_server, outcome, certainty
    FROM v_verdict WHERE run = (SELECT run FROM chosen)
)
SELECT strftime('%Y-%m-%dT%H:%M:00Z', q.at_ns / 60000000000 * 60, 'unixepoch') AS minute,
    entry_server AS server,
    count(*) FILTER (WHERE outcome = 'wrong-404') AS wrong_404,
    count(*) FILTER (WHERE outcome = 'unavailable-503') AS unavailable_503,
    count(*) FILTER (WHERE outcome = 'looped') AS looped,
    count(*) FILTER (WHERE outcome = 'unreachable') AS unreachable,
    count(*) FILTER (WHERE outcome = 'proxied') AS proxied,
    count(*) FILTER (WHERE outcome = 'right-404') AS right_404,
    count(*) FILTER (WHERE certainty = 'possible') AS open
FROM judged AS v
JOIN v_request AS q ON q.request_id = v.request_id
WHERE q.at_ns >= :since AND q.at_ns < :until
    AND NOT (outcome IN ('local', 'unjudged') AND certainty = 'certain')
GROUP BY q.at_ns / 60000000000, entry_server
ORDER BY q.at_ns / 60000000000, entry_server

"""##),
    ("upgrade/releases", ##"""
-- Which releases ran side by side, and how long
--
-- Why it matters: the rows with more than one release are the mixed window. The shorter it is, the
-- fewer requests can come to a server that does not know their API.
--
-- Columns:
--   from_at    since when
--   until_at   until when
--   seconds    how long
--   releases   minor releases that ran, the oldest first
--   servers    servers that ran
--   mixed      whether more than one release ran
WITH process AS MATERIALIZED (
    SELECT server, from_ns, coalesce(until_ns, last_ns) AS until_ns,
        CAST(substr(number, 1, instr(number, '.') - 1) AS INTEGER) AS major,
        CAST(substr(number, instr(number, '.') + 1) AS INTEGER) AS minor
    FROM (SELECT *, ltrim(version, 'v') AS number FROM v_server)
), edge AS (
    SELECT from_ns AS ns FROM process UNION SELECT until_ns FROM process
), slice AS MATERIALIZED (
    SELECT ns AS from_ns, lead(ns) OVER (ORDER BY ns) AS until_ns FROM edge
), running AS MATERIALIZED (
    SELECT DISTINCT s.from_ns, s.until_ns, p.major, p.minor, p.server
    FROM slice AS s
    JOIN process AS p ON p.from_ns < s.until_ns AND p.until_ns > s.from_ns
), named AS MATERIALIZED (
    SELECT from_ns, until_ns, count(DISTINCT server) AS servers,
        count(DISTINCT major || '.' || minor) AS kinds,
        (SELECT group_concat(release, ' ') FROM (
            SELECT DISTINCT r.major || '.' || r.minor AS release FROM running AS r
            WHERE r.from_ns = running.from_ns ORDER BY r.major, r.minor)) AS releases
    FROM running GROUP BY from_ns
), island AS (
    -- Neighbours in which the same releases ran on as many servers are one row.
    SELECT *, sum(is_new) OVER (ORDER BY from_ns) AS number
    FROM (SELECT *, lag(releases || servers, 1, '') OVER (ORDER BY from_ns)
            <> releases || servers AS is_new FROM named)
)
SELECT strftime('%Y-%m-%dT%H:%M:%SZ', min(from_ns) / 1000000000, 'unixepoch') AS from_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', max(until_ns) / 1000000000, 'unixepoch') AS until_at,
    round((max(until_ns) - min(from_ns)) / 1e9, 3) AS seconds,
    releases, servers, kinds > 1 AS mixed
FROM island
GROUP BY number
ORDER BY min(from_ns)

"""##),
    ("upgrade/runs", ##"""
-- The runs of a recording side by side
--
-- Why it matters: the same traffic through several plans. The plan with fewest errors, and with
-- fewest verdicts left open, is the one to take.
--
-- Columns:
--   run               name of the run
--   started_at        when it was replayed
--   requests          requests that it judged
--   wrong_404         404s for an API that another server serves
--   unavailable_503   requests whose peer could not be reached
--   looped            requests that were forwarded more than once
--   unreachable       requests to a server that was not running
--   proxied           requests that a peer answered
--   open              verdicts that are possible, not certain
--   errors            findings of severity error
--   warnings          findings of severity warning
WITH judged AS MATERIALIZED (
    SELECT run, outcome, certainty, count(*) AS requests
    FROM v_verdict GROUP BY run, outcome, certainty
), counted AS (
    SELECT run,
        sum(requests) FILTER (WHERE outcome = 'wrong-404') AS wrong_404,
        sum(requests) FILTER (WHERE outcome = 'unavailable-503') AS unavailable_503,
        sum(requests) FILTER (WHERE outcome = 'looped') AS looped,
        sum(requests) FILTER (WHERE outcome = 'unreachable') AS unreachable,
        sum(requests) FILTER (WHERE outcome = 'proxied') AS proxied,
        sum(requests) FILTER (WHERE certainty = 'possible') AS open
    FROM judged GROUP BY run
), found AS (
    SELECT run, count(*) FILTER (WHERE severity = 'error') AS errors,
        count(*) FILTER (WHERE severity = 'warning') AS warnings
    FROM v_finding GROUP BY run
)
SELECT r.run, r.started_at, r.requests,
    coalesce(c.wrong_404, 0) AS wrong_404, coalesce(c.unavailable_503, 0) AS unavailable_503,
    coalesce(c.looped, 0) AS looped, coalesce(c.unreachable, 0) AS unreachable,
    coalesce(c.proxied, 0) AS proxied, coalesce(c.open, 0) AS open,
    coalesce(f.errors, 0) AS errors, coalesce(f.warnings, 0) AS warnings
FROM v_run AS r
LEFT JOIN counted AS c ON c.run = r.run
LEFT JOIN found AS f ON f.run = r.run
ORDER BY r.started_ns, r.run

"""##),
    ("upgrade/server-flags", ##"""
-- How the scenario of a run starts and stops its servers
--
-- Why it matters: a run is worth what its scenario says. Without a peer CA the proxy is off
-- whatever the feature gate says; see here that the flags are those of your servers.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   server    name of the server
--   step      its place in that server's timeline, from 1
--   at        when, counted from the first request
--   does      start, stop or crash, with the release or the way of stopping
--   ready     how long a start takes until it is ready
--   flags     flags of kube-apiserver that it starts with
--   gate      on or off where the flags set the proxy's feature gate
--   peer_ca   whether a start has a peer CA
WITH RECURSIVE chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), line(number, text, rest) AS (
    SELECT 0, '', scenario || char(10) FROM v_run WHERE run = (SELECT run FROM chosen)
    UNION ALL
    SELECT number + 1, substr(rest, 1, instr(rest, char(10)) - 1),
        substr(rest, instr(rest, char(10)) + 1)
    FROM line WHERE rest <> ''
), marked AS (
    -- The section of a line, and the last server named before it: `  cp-1:` in `servers:`.
    SELECT number, text,
        max(iif(text GLOB '[a-zA-Z]*:*', number, 0)) OVER (ORDER BY number) AS section,
        max(iif(text GLOB '  [^ ]*:', number, 0)) OVER (ORDER BY number) AS owner
    FROM line
), step AS MATERIALIZED (
    SELECT m.number, m.owner, trim(trim(o.text), '":''') AS server,
        substr(trim(m.text), 4) AS fields
    FROM marked AS m
    JOIN line AS s ON s.number = m.section AND s.text = 'servers:'
    JOIN line AS o ON o.number = m.owner
    WHERE m.text GLOB '      - {at: *'
), field AS (
    SELECT number, owner, server, fields,
        substr(fields, 5, instr(fields, ', ') - 5) AS at,
        substr(fields, instr(fields, ', ') + 2) AS action,
        instr(fields, 'ready: ') AS ready_at, instr(fields, 'flags: [') AS flags_at
    FROM step
)
SELECT server, row_number() OVER (PARTITION BY owner ORDER BY number) AS step,
    trim(at, '"') AS at,
    replace(replace(substr(action, 1,
        min(instr(action || ',', ','), instr(action || '}', '}')) - 1), ':', ''), '"', '') AS does,
    iif(ready_at, substr(fields, ready_at + 7,
        min(instr(substr(fields, ready_at) || ',', ','), instr(substr(fields, ready_at), '}')) - 8),
        NULL) AS ready,
    iif(flags_at, replace(substr(fields, flags_at + 8, length(fields) - flags_at - 9), '"', ''),
        NULL) AS flags,
    CASE WHEN fields GLOB '*UnknownVersionInteroperabilityProxy=true*' THEN 'on'
        WHEN fields GLOB '*UnknownVersionInteroperabilityProxy=false*' THEN 'off' END AS gate,
    iif(flags_at, fields GLOB '*--peer-ca-file[= ]*', NULL) AS peer_ca
FROM field
ORDER BY server, number

"""##),
    ("upgrade/timeline", ##"""
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

"""##),
    ("upgrade/unprotected", ##"""
-- When the proxy was not active, by server
--
-- Why it matters: the proxy being on by default in a release does not mean that it works: it needs
-- a peer CA, and peers that publish their addresses. These are the gaps.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   server     the server without protection
--   first_at   since when
--   last_at    until when
--   seconds    how long
--   severity   how bad that is
--   summary    why it was not active
--   finding    name of the finding, for explain
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
)
SELECT server, first_at, last_at, round((last_ns - first_ns) / 1e9, 3) AS seconds, severity,
    summary, finding_id AS finding
FROM v_finding
WHERE run = (SELECT run FROM chosen) AND kind = 'unprotected'
ORDER BY first_ns, server, finding_id

"""##),
    ("upgrade/wrong-after-start", ##"""
-- Wrong answers in the first minute after a server started
--
-- Why it matters: peers learn of a new server from its leases, not at once. Wrong answers that end
-- soon after a start come from that; with the proxy on, those are the ones to expect.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--   :within integer = 60   seconds after a start that count
--
-- Columns:
--   started_at     when a server started, as the recording has it
--   started        the server that started
--   version        the version that it started with
--   server         the server that answered wrongly
--   outcome        wrong-404, unavailable-503, looped or unreachable
--   requests       requests with this outcome
--   first_after    seconds from the start to the first of them
--   last_after     seconds from the start to the last of them
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), judged AS MATERIALIZED (
    SELECT request_id, entry_server, outcome
    FROM v_verdict
    WHERE run = (SELECT run FROM chosen)
        AND outcome IN ('wrong-404', 'unavailable-503', 'looped', 'unreachable')
), wrong AS MATERIALIZED (
    SELECT v.entry_server, v.outcome, q.at_ns
    FROM judged AS v JOIN v_request AS q ON q.request_id = v.request_id
), start AS MATERIALIZED (
    SELECT server, version, from_at, from_ns,
        lead(from_ns, 1, 9223372036854775807) OVER (ORDER BY from_ns, server) AS next_ns
    FROM (
        SELECT *, row_number() OVER (PARTITION BY server ORDER BY from_ns) AS number FROM v_server)
    WHERE start_seen OR number > 1
)
SELECT s.from_at AS started_at, s.server AS started, s.version, w.entry_server AS server,
    w.outcome, count(*) AS requests,
    round((min(w.at_ns) - s.from_ns) / 1e9, 3) AS first_after,
    round((max(w.at_ns) - s.from_ns) / 1e9, 3) AS last_after
FROM start AS s
JOIN wrong AS w ON w.at_ns >= s.from_ns AND w.at_ns < s.next_ns
    AND w.at_ns < s.from_ns + :within * 1000000000
GROUP BY s.from_ns, s.server, w.entry_server, w.outcome
ORDER BY s.from_ns, s.server, w.entry_server, w.outcome

"""##),
]
