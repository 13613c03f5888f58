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
