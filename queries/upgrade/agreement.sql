-- How far the model agrees with the recording
--
-- Why it matters: before you trust a what-if, look at the run as recorded: rows where the two
-- differ are requests that the model does not explain. In a what-if the same rows are what would
-- change.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   recorded    outcome that the recording shows
--   predicted   outcome that the model gives
--   agrees      whether the two are the same
--   requests    requests with this pair
--   share       percent of all requests of the run
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
)
SELECT recorded, predicted, recorded = predicted AS agrees, requests,
    round(100.0 * requests / sum(requests) OVER (), 3) AS share
FROM v_agreement
WHERE run = (SELECT run FROM chosen)
ORDER BY agrees, requests DESC, recorded, predicted
