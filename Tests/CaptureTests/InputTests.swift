import Capture
import Glibc
import Recording
import SQLiteKit
import Testing

/// The same incident in other wrappings: files cut, mixed, packed and packed again.
@Suite struct InputTests {
    private static let incident = "captures/loop-through-load-balancer"

    /// Makes inputs with a line of bash in a folder that holds the three logs as plain files.
    private func withInputs(
        _ script: String, _ body: (_ folder: String, _ recording: String) throws -> Void
    ) throws {
        try withTemporaryFolder { folder in
            let line = """
                cd '\(folder)' && for n in 1 2 3; do zcat "$OLDPWD/\(Self.incident)/audit-cp-$n.log.gz" \
                > audit-cp-$n.log; done && \(script)
                """
            try #require(system("bash -c \(quoted(line))") == 0)
            try body(folder, folder + "/r.db")
            _ = system("rm -rf \(quoted(folder))/*")
        }
    }

    private func quoted(_ text: String) -> String {
        "'" + text.replacing("'", with: "'\\''") + "'"
    }

    @Test(
        "cut, mixed and packed, the logs yield the same numbers",
        arguments: [
            "true",
            "for n in 1 2 3; do mkdir cp-$n && split -l 100 audit-cp-$n.log cp-$n/audit.log. "
                + "&& rm audit-cp-$n.log; done",
            "for n in 1 2 3; do mkdir cp-$n && shuf audit-cp-$n.log > cp-$n/audit.log; done; rm *.log",
            "gzip audit-cp-1.log && zstd -q --rm audit-cp-2.log && xz audit-cp-3.log",
            "mkdir cp-1 cp-2 && split -n l/5 audit-cp-1.log part. && gzip part.* "
                + "&& cat part.*.gz > cp-1/audit.log && rm part.*.gz audit-cp-1.log "
                + "&& mv audit-cp-2.log cp-2/audit.log",
            "for n in 1 2 3; do mkdir cp-$n && mv audit-cp-$n.log cp-$n/audit.log; done "
                + "&& tar -czf INC4711.tgz cp-* && rm -r cp-*",
            "for n in 1 2 3; do mv audit-cp-$n.log audit.log && tar -czf cp-$n.tgz audit.log; done "
                + "&& rm audit.log",
            "tar -czf bundle.tgz audit-*.log && rm audit-*.log",
            "gzip audit-*.log && tar -cf bundle.tar --format=pax audit-*.log.gz && rm audit-*.gz "
                + "&& zstd -q --rm bundle.tar",
            "mv audit-cp-1.log audit-cp-1.log.gz && gzip audit-cp-2.log "
                + "&& mv audit-cp-2.log.gz audit-cp-2.json",
            "cp audit-cp-1.log audit-cp-1-2026-11-20T21-14-37.123.log",
            "python3 -m zipfile -c bundle.zip audit-*.log && rm audit-*.log",
            "bzip2 audit-cp-1.log && gzip audit-cp-2.log "
                + "&& tar -cf a.tar audit-cp-3.log audit-cp-2.log.gz && bzip2 a.tar && rm audit-cp-3.log "
                + "audit-cp-2.log.gz",
        ])
    func wrappings(script: String) throws {
        let truth = try Truth(path: Self.incident + "/truth.json")
        try withInputs(script) { folder, recording in
            let summary = try captureAudit(inputs: [CaptureInput(path: folder)], into: recording)
            #expect(summary.rejects == 0)
            #expect(summary.warnings == [])
            try expect(truth, in: recording)
            try expectSound(recording)
        }
    }

    @Test("what is stored does not depend on how the logs were cut and ordered")
    func sameRows() throws {
        let columns = """
            at_ns, server, verb, path, query, user, user_agent, source_ip, status, not_found,
            audit_id, duration_us, peer_proxied, level, stage, impersonated, deprecated, truncated
            """
        let digest = """
            SELECT 'rows', count(*) FROM (SELECT \(columns) FROM v_request EXCEPT
            SELECT \(columns) FROM other.v_request)
            """
        let objects = """
            SELECT 'rows', count(*) FROM (SELECT uid, kind, name, first_ns, last_ns, deleted_ns,
            deletion_requested_ns FROM v_object EXCEPT SELECT uid, kind, name, first_ns, last_ns,
            deleted_ns, deletion_requested_ns FROM other.v_object)
            """
        try withInputs("shuf audit-cp-1.log | split -l 70 - part-") { folder, recording in
            let logs = (1...3).map { "audit-cp-\($0).log" }
            _ = try captureAudit(
                inputs: logs.map { CaptureInput(path: "\(folder)/\($0)") }, into: recording)
            let parts = try files(in: folder).filter { $0.hasPrefix("part-") }.reversed()
            let other = folder + "/other.db"
            for part in parts {
                _ = try captureAudit(
                    inputs: [CaptureInput(path: "\(folder)/\(part)", server: "cp-1")], into: other)
            }
            _ = try captureAudit(
                inputs: logs.dropFirst().reversed().map { CaptureInput(path: "\(folder)/\($0)") },
                into: other)
            for (one, two) in [(recording, other), (other, recording)] {
                let connection = try Connection(path: one, mode: .readOnly)
                try connection.execute("ATTACH '\(two)' AS other")
                for sql in [digest, objects] {
                    let differing = try counts(connection, sql)
                    #expect(differing == ["rows": 0])
                }
            }
        }
    }

    @Test("what is packed is unpacked four times", arguments: [4, 5])
    func packedInPacked(times: Int) throws {
        let again = String(repeating: " | gzip", count: times)
        try withInputs("cat audit-cp-1.log\(again) > p && rm *.log && mv p audit-cp-1.log") {
            folder, recording in
            let summary = try captureAudit(inputs: [CaptureInput(path: folder)], into: recording)
            #expect((summary.added > 0) == (times == 4))
            #expect((summary.rejects > 0) == (times == 5))
        }
    }

    @Test("damaged packing is a reject with a reason; what came before it is kept")
    func damage() throws {
        try withInputs(
            "rm audit-cp-2.log audit-cp-3.log && gzip audit-cp-1.log && truncate -s -2000 *.gz"
        ) { folder, recording in
            let summary = try captureAudit(inputs: [CaptureInput(path: folder)], into: recording)
            // The last line is cut too.
            #expect(summary.rejects == 2)
            #expect(summary.added > 500)
            let reasons = try counts(recording, "SELECT reason, 1 FROM v_reject")
            #expect(reasons["the gzip data end too early"] == 1)
        }
    }

    @Test("of a hostile archive the plain files are read, and a size that lies is a reject")
    func hostileArchive() throws {
        let script = """
            rm audit-cp-2.log audit-cp-3.log && cat > make.py <<'END'
            import tarfile, io
            log = open('audit-cp-1.log', 'rb').read()
            with tarfile.open('bundle.tar', 'w') as tar:
                def add(name, kind, link='', data=b'', pax=None):
                    entry = tarfile.TarInfo(name)
                    entry.type, entry.linkname, entry.size = kind, link, len(data)
                    entry.pax_headers = pax or {}
                    tar.addfile(entry, io.BytesIO(data))
                add('dev/disk.log', tarfile.BLKTYPE)
                add('../../passwd.log', tarfile.SYMTYPE, '/etc/passwd')
                add('hard.log', tarfile.LNKTYPE, '/etc/passwd')
                add('../../../tmp/cp-1/audit.log', tarfile.REGTYPE, data=log)
            block = bytearray(tarfile.TarInfo('cp-1/huge.log').tobuf())
            block[124:136] = b'\\x80' + b'\\xff' * 11
            block[148:156] = b'        '
            block[148:156] = b'%06o\\0 ' % sum(block)
            end = open('bundle.tar', 'rb').read().rstrip(b'\\0')
            end += b'\\0' * (-len(end) % 512)
            open('bundle.tar', 'wb').write(end + bytes(block) + b'x' * 4096)
            END
            python3 make.py && rm audit-cp-1.log make.py
            """
        try withInputs(script) { folder, recording in
            let summary = try captureAudit(inputs: [CaptureInput(path: folder)], into: recording)
            #expect(summary.added > 500)
            let sources = try counts(
                recording, "SELECT source, count(*) FROM v_request GROUP BY source")
            #expect(sources.count == 1)
            let reasons = try counts(recording, "SELECT reason, 1 FROM v_reject")
            #expect(reasons.keys.contains { $0.contains("the tar data are damaged") })
            try expectSound(recording)
        }
    }

    @Test("logs that name no server and overlap are pointed out")
    func unnamed() throws {
        try withInputs("mkdir x && mv audit-cp-1.log x/a.log && mv audit-cp-2.log x/b.log") {
            folder, recording in
            let summary = try captureAudit(
                inputs: [CaptureInput(path: folder + "/x")], into: recording)
            #expect(summary.warnings.count == 1)
            #expect(summary.warnings.first?.contains("cannot be told apart") == true)
        }
    }

    @Test(
        "a folder or file named after an incident or a day names nobody",
        arguments: ["INC4711", "incident-2026-11-20", "case-17"])
    func caseFolder(name: String) throws {
        try withInputs("mkdir \(name) && mv audit-cp-1.log \(name)/audit.log && rm *.log") {
            folder, recording in
            let summary = try captureAudit(
                inputs: [CaptureInput(path: "\(folder)/\(name)")], into: recording)
            #expect(summary.servers.map(\.name) == [""])
        }
    }

    @Test("an envelope names the server before the file does, and the user before both")
    func order() throws {
        let wrap = #"sed 's/.*/{"host":"cp-9","log":&}/' audit-cp-1.log > audit-cp-7.json"#
        try withInputs("\(wrap) && rm *.log") { folder, recording in
            let path = "\(folder)/audit-cp-7.json"
            let told = try captureAudit(inputs: [CaptureInput(path: path)], into: recording)
            #expect(told.servers.map(\.name) == ["cp-9"])
            let named = try captureAudit(
                inputs: [CaptureInput(path: path, server: "cp-1")], into: folder + "/other.db")
            #expect(named.servers.map(\.name) == ["cp-1"])
        }
    }

    @Test("the logs of two versions under one name are pointed out")
    func mixed() throws {
        try withInputs("mkdir x && sort -R audit-*.log > x/all.log") { folder, recording in
            let summary = try captureAudit(
                inputs: [CaptureInput(path: folder + "/x/all.log", server: "all")],
                into: recording)
            #expect(summary.warnings.count == 1)
            #expect(summary.warnings.first?.contains("two versions at once") == true)
        }
    }

    @Test(
        "an input is a path, or a server and a path",
        arguments: [
            ("cp-1=audit.log", "cp-1", "audit.log"), ("audit.log", nil, "audit.log"),
            ("/var/log/a=b.log", nil, "/var/log/a=b.log"), ("cp-1=-", "cp-1", "-"), ("-", nil, "-"),
            ("cp-1=/var/a=b", "cp-1", "/var/a=b"), ("=x", nil, "=x"),
        ])
    func words(word: String, server: String?, path: String) {
        #expect(CaptureInput(word) == CaptureInput(path: path, server: server))
    }
}
