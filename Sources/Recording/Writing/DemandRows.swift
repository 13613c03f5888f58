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
            let resource = request.resource
            insert.bind([
                .integer(run), .integer(Int64(place)), .text(request.component),
                .text(resource.group), .text(resource.version), .text(resource.resource),
                .text(request.verbs.joined(separator: ",")), .text(request.occasion),
                .integer(request.at), .text(request.outcome.text),
                .text(request.certainty.rawValue), .text(request.refusing.joined(separator: ",")),
                .text(request.source), .text(request.grade.rawValue),
            ])
            try insert.run()
        }
    }
}
