import Judgments
import KubeAPI
import SQLiteKit

/// The rows of exposures: one per resource, and one per client that asked for it.
enum ExposureRows {
    static func insert(
        _ exposures: [Exposure], run: Int64, on connection: borrowing Connection
    ) throws(SQLiteError) {
        var exposure = try connection.prepare(
            "INSERT INTO main.exposure VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        var client = try connection.prepare(
            "INSERT INTO main.exposed_client VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        for stored in exposures {
            let id = stored.resource
            let key: [SQLValue] = [
                .integer(run), .text(id.group), .text(id.version), .text(id.resource),
            ]
            exposure.bind(
                key + [
                    .integer(stored.from), .integer(stored.until), .integer(stored.length),
                    .text(stored.refusing.joined(separator: ",")),
                    .text(stored.serving.joined(separator: ",")),
                ])
            try exposure.run()
            for asking in stored.clients {
                client.bind(
                    key + [
                        .text(asking.user), .text(asking.userAgent),
                        .integer(Int64(asking.requests)), .integer(asking.firstAt),
                        .integer(asking.lastAt),
                    ])
                try client.run()
            }
        }
    }
}
