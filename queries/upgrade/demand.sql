-- What the new release's own components will ask that the old servers do not have
--
-- Why it matters: nobody asks for new APIs before the upgrade, so that no recorded request shows this.
-- It is predicted from what the components are known to ask, and counted by no headline and no finding.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--   :limit integer = 100   rows at most, -1 for all
--
-- Columns:
--   component   who asks
--   api         group, version and resource
--   verbs       how
--   occasion    when: at its start, once discovery lists it, or the occasion
--   at          when the first of the new components asks
--   outcome     the worst answer of the servers that it may speak to
--   certainty   certain or possible
--   refusing    the servers that would answer with a wrong 404
--   source      the recording or the fact that it is known from
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
)
SELECT component, iif(api_group = '', '', api_group || '/') || api_version || '/' || resource AS api,
    verbs, occasion, at, outcome, certainty, refusing, source
FROM v_demand
WHERE run = (SELECT run FROM chosen)
ORDER BY outcome = 'wrong-404' DESC, component, api, occasion
LIMIT :limit
