-- The evidence of a finding, in time order
--
-- Why it matters: a claim that objects were deleted wrongly needs its chain: the 404, the server
-- that gave it, the delete, and what shows that the owner was alive.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--   :finding text = *      name of a finding, or a pattern such as wrong-gc-*
--   :limit integer = 100   rows at most, -1 for all
--
-- Columns:
--   finding      name of the finding
--   at           when the server received the request
--   role         what the request shows
--   server       the server that received it
--   verb         verb of the request
--   path         path without its query
--   status       how it was answered in the recording
--   shape        shape of a 404
--   user_agent   what the client calls itself
--   request_id   number of the request in the recording
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
), evidence AS MATERIALIZED (
    SELECT finding_id, request_id, role
    FROM v_finding_request
    WHERE run = (SELECT run FROM chosen) AND finding_id GLOB :finding
)
SELECT e.finding_id AS finding, q.at, e.role, q.server, q.verb, q.path, q.status,
    q.not_found AS shape, q.user_agent, e.request_id
FROM evidence AS e
JOIN v_request AS q ON q.request_id = e.request_id
ORDER BY e.finding_id, q.at_ns, e.request_id, e.role
LIMIT :limit
