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
