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
