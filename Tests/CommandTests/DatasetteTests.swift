import Foundation
import SQLiteKit
import Testing

@Suite("kubeskew query --datasette")
struct DatasetteTests {
    private func queries(_ result: CommandResult) throws -> [String: [String: Any]] {
        let document =
            try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        let databases = document?["databases"] as? [String: [String: Any]]
        return try #require(
            databases?["incident"]?["queries"] as? [String: [String: Any]], "\(result)")
    }

    @Test("names every query of the library, with its title and what it is for")
    func metadata() throws {
        let folder = try CommandFolder()
        let result = try folder.run("query", "some/incident.db", "--datasette")
        #expect(result.status == 0, "\(result)")
        let queries = try queries(result)
        let list = try folder.run("query", "--list", "-o", "csv", "--no-headers")
        #expect(queries.count == list.lines.count)
        #expect(queries.keys.allSatisfy { !$0.contains("/") })
        let top = try #require(queries["clients-top"])
        #expect((top["title"] as? String)?.isEmpty == false)
        #expect((top["description"] as? String)?.contains("Columns:") == true)
    }

    @Test("its SQL runs as Datasette runs it: every parameter a text, empty where nothing is typed")
    func statements() throws {
        let folder = try CommandFolder()
        let path = "\(folder.path)/incident.db"
        try IncidentRecording.make(at: path)
        let queries = try queries(try folder.run("query", "incident.db", "--datasette"))
        let connection = try Connection(path: path, mode: .readOnly)
        for (name, query) in queries.sorted(by: { $0.key < $1.key }) {
            let sql = try #require(query["sql"] as? String)
            #expect(!sql.hasPrefix("--"), "\(name)")
            for typed in ["", "7"] {
                var statement = try connection.prepare(sql)
                for index in 0..<statement.parameterCount { statement.bind(index + 1, typed) }
                var rows = 0
                while try statement.step() { rows += 1 }
                let answers = ["traffic-by-resource", "clients-top", "servers-versions"]
                if typed.isEmpty, answers.contains(name) { #expect(rows > 0, "\(name)") }
            }
        }
    }

    @Test("has the query that the report names for the clients it leaves out")
    func namedByReport() throws {
        let folder = try CommandFolder()
        #expect(try folder.run("query", "--show", "clients/who-suffers").status == 0)
    }

    @Test("an instant that is typed counts as one")
    func instants() throws {
        let folder = try CommandFolder()
        let path = "\(folder.path)/incident.db"
        try IncidentRecording.make(at: path)
        let queries = try queries(try folder.run("query", "incident.db", "--datasette"))
        let sql = try #require(queries["traffic-requests-by-minute"]?["sql"] as? String)
        let connection = try Connection(path: path, mode: .readOnly)
        func rows(since: String) throws -> Int {
            var statement = try connection.prepare(sql)
            for index in 0..<statement.parameterCount {
                statement.bind(
                    index + 1, statement.parameterName(index + 1) == ":since" ? since : "")
            }
            var rows = 0
            while try statement.step() { rows += 1 }
            return rows
        }
        #expect(try rows(since: "") > 0)
        #expect(try rows(since: "2001-01-01T00:00:00Z") > 0)
        #expect(try rows(since: "2200-01-01T00:00:00Z") == 0)
    }
}
