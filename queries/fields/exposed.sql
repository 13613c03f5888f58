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
