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
