import Foundation
import Testing

/// What people type in their first hour, and what the tool answers.
@Suite("A mistake")
struct MistakeTests {
    /// A folder with two logs and a capture of packets.
    private static func folder() throws -> CommandFolder {
        let folder = try CommandFolder()
        let incident = try RecordedIncident.named("loop-through-load-balancer").folder
        let wire = packageRoot + "/captures/wire-1"
        for (name, source) in [
            ("a.log.gz", "\(incident)/audit-cp-1.log.gz"),
            ("b.log.gz", "\(incident)/audit-cp-2.log.gz"),
            ("p.pcap.gz", "\(wire)/traffic.pcap.gz"),
        ] {
            try FileManager.default.copyItem(atPath: source, toPath: "\(folder.path)/\(name)")
        }
        return folder
    }

    /// The command fails with these words, and leaves no recording behind.
    private func expect(
        _ words: [String], in folder: borrowing CommandFolder, status: Int32,
        says answers: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let result = try folder.run(words: words)
        #expect(result.status == status, "\(result)", sourceLocation: sourceLocation)
        #expect(result.output.isEmpty, "\(result)", sourceLocation: sourceLocation)
        for answer in answers {
            #expect(result.errors.contains(answer), "\(result)", sourceLocation: sourceLocation)
        }
        #expect(
            !FileManager.default.fileExists(atPath: folder.path + "/new.db"),
            "\(result)", sourceLocation: sourceLocation)
    }

    @Test("of forgetting the recording is told, with the command that was meant")
    func forgottenRecording() throws {
        let folder = try Self.folder()
        try expect(
            ["capture", "audit", "a.log.gz", "b.log.gz"], in: folder, status: 2,
            says: "the recording comes first, and a.log.gz holds audit records",
            "capture audit incident.db a.log.gz b.log.gz")
        try expect(
            ["capture", "audit", "cp-1=a.log.gz", "cp-2=b.log.gz"], in: folder, status: 2,
            says: "the recording comes first, and a.log.gz holds audit records")
        try expect(
            ["capture", "pcap", "p.pcap.gz", "p.pcap.gz"], in: folder, status: 2,
            says: "the recording comes first, and p.pcap.gz holds packets")
        try expect(
            ["capture", "audit", "a.log.gz"], in: folder, status: 2,
            says: "the recording comes first, and a.log.gz holds audit records")
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/cp-1=a.log.gz"))
    }

    @Test("of taking packets for a log, or a log for packets, is told by the content")
    func wrongKind() throws {
        let folder = try Self.folder()
        try expect(
            ["capture", "pcap", "new.db", "a.log.gz"], in: folder, status: 1,
            says: "a.log.gz holds audit records, not packets",
            "capture audit incident.db a.log.gz")
        try expect(
            ["capture", "audit", "new.db", "cp-1=p.pcap.gz"], in: folder, status: 1,
            says: "p.pcap.gz holds packets, not audit records",
            "capture pcap incident.db p.pcap.gz")
        try folder.write("notes.txt", "not packets at all\n")
        try expect(
            ["capture", "pcap", "new.db", "notes.txt"], in: folder, status: 1,
            says: "begins neither as pcap nor as pcapng")
        try expect(
            ["analyze", "p.pcap.gz"], in: folder, status: 1, says: "p.pcap.gz holds packets")
    }

    @Test("of taking a recording for a log is told")
    func recordingAsLog() throws {
        let folder = try Self.folder()
        #expect(try folder.run("capture", "audit", "r.db", "a.log.gz").status == 0)
        try expect(
            ["capture", "audit", "new.db", "r.db"], in: folder, status: 1,
            says: "r.db is a recording or another SQLite file, not an audit log",
            "kubeskew servers r.db")
    }

    @Test("of an empty log is told, and nothing is made of it")
    func emptyLog() throws {
        let folder = try Self.folder()
        try folder.write("empty.log", "")
        try expect(
            ["capture", "audit", "new.db", "empty.log"], in: folder, status: 1,
            says: "empty.log is empty: there is no audit record to read", "--audit-policy-file")
        try folder.write("blank.log", "\n\n")
        try expect(
            ["capture", "audit", "new.db", "blank.log"], in: folder, status: 1,
            says: "there is no audit record in blank.log")
        let both = try folder.run("capture", "audit", "two.db", "empty.log", "a.log.gz")
        #expect(both.status == 0 && both.errors.contains("empty.log is empty"), "\(both)")
    }

    @Test("of a statement in a query's place is told where it goes")
    func statement() throws {
        let folder = try Self.folder()
        #expect(try folder.run("capture", "audit", "r.db", "a.log.gz").status == 0)
        try expect(
            ["query", "r.db", "select count(*) from v_request"], in: folder, status: 2,
            says: "a statement of your own goes behind -e",
            "kubeskew query r.db -e \"select count(*) from v_request\"")
    }

    @Test("of a colon between server and file is told")
    func colon() throws {
        let folder = try Self.folder()
        try expect(
            ["capture", "audit", "new.db", "cp-1:a.log.gz"], in: folder, status: 2,
            says: "there is no file cp-1:a.log.gz", "cp-1=a.log.gz")
    }

    @Test("of replaying a folder, a log or packets is told, with what makes a recording of it")
    func notARecording() throws {
        let folder = try Self.folder()
        try FileManager.default.createDirectory(
            atPath: folder.path + "/logs", withIntermediateDirectories: false)
        try expect(
            ["replay", "logs"], in: folder, status: 1, says: "logs is a folder, not a recording",
            "kubeskew capture audit incident.db logs")
        try expect(
            ["findings", "a.log.gz"], in: folder, status: 1, says: "a.log.gz holds audit records",
            "kubeskew analyze a.log.gz")
        try expect(
            ["servers", "p.pcap.gz"], in: folder, status: 1, says: "p.pcap.gz holds packets",
            "kubeskew capture pcap incident.db p.pcap.gz")
    }

    @Test(
        "of another tool's verb is told by the name that it has here",
        arguments: [
            ("import", "capture audit"), ("audit", "capture audit"), ("ingest", "capture audit"),
            ("diff", "compare"), ("whatif", "replay"),
        ])
    func otherVerb(typed: String, own: String) throws {
        let folder = try Self.folder()
        try expect(
            [typed, "a.log.gz"], in: folder, status: 2,
            says: "there is no verb '\(typed)': here it is '\(own)'", "kubeskew \(own) --help")
    }

    @Test("of a key log without a key is told before anything is read")
    func keyLog() throws {
        let folder = try Self.folder()
        try folder.write("keys.log", "# nothing\nhello\n")
        try expect(
            ["capture", "pcap", "new.db", "p.pcap.gz", "--keylog", "keys.log"], in: folder,
            status: 1,
            says: "keys.log holds no TLS secret", "CLIENT_RANDOM")
    }

    @Test("of uploading SARIF without a category no results are lost")
    func category() throws {
        let folder = try Self.folder()
        #expect(try folder.run("capture", "audit", "r.db", "a.log.gz").status == 0)
        _ = try folder.run("replay", "r.db", "-q")
        let findings = try folder.run("findings", "r.db", "-o", "sarif", "-q")
        #expect(findings.output.contains("\"id\": \"kubeskew/findings/as-recorded/\""))
        let check = try folder.shell("echo 'kube-apiserver --v=2' | kubeskew check - -o sarif")
        #expect(check.output.contains("\"id\": \"kubeskew/check/\""), "\(check)")
    }
}
