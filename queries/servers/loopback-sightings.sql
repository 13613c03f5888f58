-- Versions that servers name in their own loopback requests
--
-- Why it matters: a server's requests to itself carry its version, so they date every restart even
-- where nobody wrote it down.
--
-- Columns:
--   server       the server that wrote the record
--   version      what its loopback user agent names
--   user_agent   the whole of it
--   requests     how often it was seen
--   first_at     first sighting
--   last_at      last sighting
SELECT server,
    substr(user_agent, 16, instr(substr(user_agent, 16) || ' ', ' ') - 1) AS version,
    user_agent, count(*) AS requests, min(at) AS first_at, max(at) AS last_at
FROM v_request
WHERE user_agent GLOB 'kube-apiserver/*' AND user = 'system:apiserver' AND NOT peer_proxied
GROUP BY server, user_agent
ORDER BY server, first_at
