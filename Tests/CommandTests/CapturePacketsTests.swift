import Foundation
import Testing

@Suite("kubeskew capture pcap")
struct CapturePacketsTests {
    private static let capture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("WireTests/Fixtures/two-servers.pcapng")
        .path

    @Test("packets become requests, once, however often and however packed they are read")
    func reads() throws {
        let folder = try CommandFolder()
        #expect(try folder.shell("gzip -c \(Self.capture) > t.pcapng.gz").status == 0)
        for file in [Self.capture, "t.pcapng.gz", Self.capture] {
            let result = try folder.run(
                "capture", "pcap", "r.db", file, "--server", "cp-1=127.0.0.1:6443", "--server",
                "cp-3=127.0.0.1:6445")
            #expect(result.status == 0, "\(result)")
            let rows = try folder.shell(
                "sqlite3 r.db 'SELECT server, count(*) FROM v_request GROUP BY 1 ORDER BY 1'")
            #expect(rows.lines == ["127.0.0.1:8001|13", "cp-1|12", "cp-3|2"])
        }
        let wire = try folder.shell(
            """
            sqlite3 r.db "SELECT count(*), sum(accept <> ''), sum(encrypted),
                sum(server_address IN ('127.0.0.1:6443', '127.0.0.1:6445', '127.0.0.1:8001'))
                FROM v_wire JOIN v_request USING (request_id)"
            """)
        #expect(wire.lines == ["27|27|14|27"], "\(wire)")
        #expect(try folder.shell("grep -c canary r.db").lines == ["0"])
        let rejects = try folder.shell("sqlite3 r.db 'SELECT count(*) FROM v_reject'")
        #expect(rejects.lines.first.flatMap { Int($0) } ?? 0 > 0)
    }

    @Test("a server needs a name and an address, a file must be a capture")
    func wrongUsage() throws {
        let folder = try CommandFolder()
        let usage = try folder.run("capture", "pcap", "r.db", Self.capture, "--server", "cp-1")
        #expect(usage.status == 2, "\(usage)")
        try folder.write("no.pcap", "this is no capture at all, only text")
        #expect(try folder.run("capture", "pcap", "r.db", "no.pcap").status == 1)
        #expect(try folder.run("capture", "pcap", "r.db", "absent.pcap").status == 1)
    }
}
