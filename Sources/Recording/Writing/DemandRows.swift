import Judgments
import KubeAPI
import SQLiteKit

/// The rows of what a what-if predicts that the new release's components will ask.
enum DemandRows {
    static func insert(
        _ requests: [PredictedRequest], run: Int64, on connection: borrowing Connection
    ) throws(SQLiteError) {
        guard !requests.isEmpty else { return }
        var insert = try connection.prepare(
            "INSERT INTO main.demand VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        for (place, request) in requests.enumerated() {
            insert.bind(1, run)
            insert.bind(2, Int64(place))
            insert.bind(3, request.component)
            insert.bind(4, request.resource.group)
            insert.bind(5, request.resource.version)
            insert.bind(6, request.resource.resource)
            insert.bind(7, request.verbs.joined(separator: ","))
            insert.bind(8, request.occasion)
            insert.bind(9, request.at)
            insert.bind(10, request.outcome.text)
            insert.bind(11, request.certainty.rawValue)
            insert.bind(12, request.refusing.joined(separator: ","))
            insert.bind(13, request.source)
            insert.bind(14, request.grade.rawValue)
            try insert.run()
        }
    }
}
