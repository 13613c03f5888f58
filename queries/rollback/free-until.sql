-- Until when the older release could have been gone back to, and who ended that
--
-- Why it matters: after the first object of a new API, or the first new field, a rollback loses it or
-- leaves it where nobody sees it; clients that ask for new APIs get 404s again.
--
-- Parameters:
--   :run text = latest    name of a run; latest is the one replayed last
--   :what text = *        only this: request, object or field
--   :limit integer = 100   rows at most, -1 for all
--
-- Columns:
--   free_until_at   first moment at which something was stored that the older release loses
--   old_release     the older release
--   what            request (a client's first), object (the first of an API) or field
--   at              when
--   api             group, version and resource
--   object          namespace and name, as far as the request names them
--   field           path of the field
--   user_agent      what the client calls itself
--   user            user of the request
--   request_id      the request, for explain
WITH chosen AS MATERIALIZED (
    SELECT run FROM v_run WHERE run = :run OR :run = 'latest'
    ORDER BY run = :run DESC, started_ns DESC LIMIT 1
)
SELECT free_until_at, old_release, what, at,
    iif(api_group = '', '', api_group || '/') || api_version || '/' || resource AS api, object,
    field, user_agent, user, request_id
FROM v_rollback
WHERE run = (SELECT run FROM chosen) AND coalesce(what, '') GLOB :what
ORDER BY at_ns, what, field
LIMIT :limit
