import Testing

@Suite("servers")
struct ServersTests {
    @Test("each process of a server is a row, with what it is known by")
    func rows() throws {
        let folder = try incidentFolder()
        let table = try folder.run("servers", "r.db")
        #expect(table.status == 0 && table.errors.isEmpty, "\(table)")
        #expect(
            table.output == """
                SERVER   VERSION   FROM_AT   UNTIL_AT   KNOWN_BY
                cp-1     1.35.2                         loopback user agent
                cp-2     1.35.2                         loopback user agent
                cp-3     1.35.2                         loopback user agent

                """, "\(table)")
        let csv = try folder.run("servers", "r.db", "-o", "csv")
        #expect(
            csv.lines.first == "server,version,from_at,until_at,known_by,from_ns,until_ns")
        let missing = try folder.run("servers", "none.db")
        #expect(missing.status == 1, "\(missing)")
    }
}
