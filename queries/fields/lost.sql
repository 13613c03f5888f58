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
