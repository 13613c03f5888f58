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
