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
            bind(stored, run, to: &exposure)
            exposure.bind(5, stored.from)
            exposure.bind(6, stored.until)
            exposure.bind(7, stored.length)
            exposure.bind(8, stored.refusing.joined(separator: ","))
            exposure.bind(9, stored.serving.joined(separator: ","))
            try exposure.run()
            for asking in stored.clients {
                bind(stored, run, to: &client)
                client.bind(5, asking.user)
                client.bind(6, asking.userAgent)
                client.bind(7, Int64(asking.requests))
                client.bind(8, asking.firstAt)
                client.bind(9, asking.lastAt)
                try client.run()
            }
        }
    }

    private static func bind(
        _ exposure: Exposure, _ run: Int64, to statement: inout Statement
    ) {
        statement.bind(1, run)
        statement.bind(2, exposure.resource.group)
        statement.bind(3, exposure.resource.version)
        statement.bind(4, exposure.resource.resource)
    }
}
