-- Which server ran which version when
--
-- Why it matters: everything else is judged against this timeline; `known_by` says how far to
-- trust it.
--
-- Columns:
--   server     name of the server
--   version    version that ran
--   from_at    since when; null where it ran before the recording
--   until_at   until when; null where it ran on
--   known_by   what in the recording shows it
SELECT server, version, from_at, until_at, known_by
FROM v_server
ORDER BY server, from_ns
