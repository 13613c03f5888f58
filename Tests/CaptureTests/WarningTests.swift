import Capture
import Glibc
import Testing
import Wire

/// What a capture could not do is said to the person who ran it.
struct WarningTests {
    @Test("requests that could not be told apart are counted and told")
    func unjoined() throws {
        try withTemporaryFolder { folder in
            for (count, isTold) in [(1_024, false), (1_025, true)] {
                let log = (0..<count).map { number in
                    let digits = String(1_000_000 + number).dropFirst()
                    return """
                        {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata",\
                        "auditID":"a-1","stage":"ResponseComplete","requestURI":"/livez",\
                        "verb":"get","user":{"username":"u"},"responseStatus":{"code":200},\
                        "requestReceivedTimestamp":"2026-11-20T22:09:43.\(digits)Z",\
                        "stageTimestamp":"2026-11-20T22:09:43.\(digits)Z"}
                        """
                }
                write(log.joined(separator: "\n"), to: folder + "/a.log")
                let summary = try captureAudit(
                    inputs: [CaptureInput(path: folder + "/a.log", server: "cp-1")],
                    into: "\(folder)/\(count).db")
                #expect(summary.added == count)
                let told = summary.warnings.filter { $0.contains("share their audit ids") }
                #expect(told.count == (isTold ? 1 : 0))
                #expect(told.allSatisfy { $0.hasPrefix("\(count) records") })
            }
        }
    }

    @Test("an upgrade that is rolled back and done again within seconds is one server's log")
    func upgradedTwice() throws {
        try withTemporaryFolder { folder in
            // An hour later it starts in the old version again, for 20 s, with other audit ids.
            let once = "zcat captures/wrong-gc-without-proxy/audit-cp-3.log.gz"
            let again = #"""
                \#(once) | sed -E 's/T22:/T23:/g; s/"auditID":"(.{4})(.{4})/"auditID":"\2\1/'
                """#
            let log = folder + "/audit.log"
            try #require(system("(\(once); \(again)) > '\(log)'") == 0)
            let summary = try captureAudit(
                inputs: [CaptureInput(path: log, server: "cp-3")], into: folder + "/r.db")
            #expect(summary.added > 16_000)
            #expect(summary.warnings.isEmpty)
        }
    }

    @Test("what was given up at a bound is counted and told")
    func givenUp() {
        var summary = PacketSummary()
        #expect(summary.warnings.isEmpty)
        summary.wire.http.endlessBodies = 2
        summary.wire.http.badCompression = 3
        summary.wire.http.unreadFields = 4
        summary.wire.lostFragments = 5
        summary.unreadKeys = 6
        #expect(summary.warnings.count == 5)
        #expect(summary.warnings[0].hasPrefix("3 bodies could not be unpacked"))
        #expect(summary.warnings[1].hasPrefix("2 bodies hold more than"))
        #expect(summary.warnings[2].hasPrefix("4 header fields"))
        #expect(summary.warnings[3].hasPrefix("5 fragmented packets"))
        #expect(summary.warnings[4].hasPrefix("6 keys were not read"))
    }
}
