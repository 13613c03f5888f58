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
]
