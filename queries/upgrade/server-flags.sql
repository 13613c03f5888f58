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
