import Testing

/// What somebody sees who replays; what verdicts say is the matter of `FidelityTests`.
@Suite("replay") struct ReplayTests {
    @Test("replays of one recording at once are stored one after the other")
    func atOnce() throws {
        let work = try CommandFolder()
        try RecordedIncident.named("wrong-gc-without-proxy").capture(in: work)
        let result = try work.shell(
            """
            for run in a b c d; do
                kubeskew replay r.db --run $run --fail-on none -q > /dev/null & all="$all $!"
            done
            for one in $all; do wait $one || echo "status $?"; done
            sqlite3 r.db 'SELECT group_concat(run), min(flagged) = max(flagged) FROM (
                SELECT run, flagged FROM v_run ORDER BY run)'
            sqlite3 r.db 'PRAGMA integrity_check'
            kubeskew replay r.db --run a --fail-on none -q > /dev/null && echo again
            """)
        #expect(result.output == "a,b,c,d|1\nok\nagain\n", "\(result)")
    }

    @Test("the summary says how long servers disagreed, to the nearest second")
    func exposure() throws {
        let work = try CommandFolder()
        try RecordedIncident.named("wrong-gc-without-proxy").capture(in: work)
        let result = try work.run("replay", "r.db", "-q", "--fail-on", "none")
        let seconds = try work.shell(
            "sqlite3 r.db 'SELECT round(max(length_ns) / 1e9) FROM v_exposure'")
        #expect(seconds.output == "102.0\n")
        #expect(
            result.output.contains("\n  1 min 42 s  admissionregistration.k8s.io/v1/mutating"),
            "\(result)")
    }

    @Test("a log in which servers are mixed is told so, and a log of each server is not")
    func mixed() throws {
        let work = try CommandFolder()
        let incident = try RecordedIncident.named("wrong-gc-without-proxy")
        try incident.capture(in: work)
        let result = try work.shell(
            """
            cat '\(incident.folder)'/audit-cp-*.log.gz > all.log.gz
            kubeskew capture audit mixed.db all.log.gz -q > /dev/null
            kubeskew scenario mixed.db | grep -c 'several servers are mixed in it'
            kubeskew replay mixed.db -q --fail-on none | grep -c '^Assumed: .* several servers'
            kubeskew scenario r.db | grep -c 'several servers'
            """)
        #expect(result.output == "1\n1\n0\n", "\(result)")
    }

    @Test("servers that started thousands of times are no trouble")
    func manyStarts() throws {
        let work = try CommandFolder()
        try RecordedIncident.named("wrong-gc-without-proxy").capture(in: work)
        let result = try work.shell(
            """
            sqlite3 r.db "WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n LIMIT 1200)
                INSERT INTO process (server, version, from_ns, until_ns, end, first_ns, last_ns, known_by)
                SELECT 1, 'v1.34.2', n * 1000000000, n * 1000000000 + 500000000, 'crash',
                    n * 1000000000, n * 1000000000 + 500000000, '' FROM n"
            kubeskew scenario r.db | grep -c start:
            """)
        #expect(result.output == "1206\n", "\(result.errors.prefix(300))")
    }
}
