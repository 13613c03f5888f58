-- Who asked for an API while servers disagreed about it
--
-- Why it matters: these clients can get a wrong 404, whether or not one did: look at them before
-- the next upgrade. The window is that of the control plane, from the first moment that one server
-- served the API while another refused it to the last.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--
-- Columns:
--   api_group     empty for the core group
--   api_version   version of the group
--   resource      plural name
--   from_at       when servers began to disagree
--   until_at      when the last disagreement ended
--   seconds       how long they disagreed, pauses left out
--   refusing      servers that would have answered 404, with commas between them
--   user          who asked
--   user_agent    with what
--   requests      how often in that time, at whichever server
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
)
SELECT e.api_group, e.api_version, e.resource, e.from_at, e.until_at,
    round(e.length_ns / 1e9, 3) AS seconds, e.refusing, c.user, c.user_agent, c.requests
FROM v_exposure AS e
JOIN v_exposed_client AS c USING (run, api_group, api_version, resource)
WHERE e.run = (SELECT run FROM chosen)
ORDER BY seconds DESC, e.api_group, e.api_version, e.resource, c.requests DESC, c.user_agent, c.user
