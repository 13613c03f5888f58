import Testing

@Suite("servers")
struct ServersTests {
    @Test("each process of a server is a row, with its version and what it is known by")
    func rows() throws {
        let folder = try incidentFolder()
        let table = try folder.run("servers", "r.db")
        #expect(table.status == 0 && table.errors.isEmpty, "\(table)")
        #expect(
            table.lines[0].split(separator: " ", omittingEmptySubsequences: true)
                == ["SERVER", "VERSION", "FROM_AT", "UNTIL_AT", "KNOWN_BY", "CLOCK"], "\(table)")
        let csv = try folder.run("servers", "r.db", "-o", "csv", "--columns", "server,version")
        #expect(
            csv.lines == [
                "server,version", "cp-1,v1.35.2", "cp-2,v1.35.2", "cp-3,v1.35.2", "cp-3,v1.36.0",
            ],
            "\(csv)")
        let missing = try folder.run("servers", "none.db")
        #expect(missing.status == 1, "\(missing)")
    }
}
