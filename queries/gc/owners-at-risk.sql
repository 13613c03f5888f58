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
