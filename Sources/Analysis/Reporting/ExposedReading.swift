import Recording
import Report
import SQLiteKit

/// Reads what servers disagreed about in a run, and who asked for it: the most asked for first.
struct ExposedReading {
    let run: Int64

    func apis(in recording: borrowing Recording) throws -> [ReportPage.ExposedAPI] {
        var apis = try recording.rows(
            """
            SELECT e.api_group, e.api_version, e.resource, from_ns, until_ns, length_ns, refusing,
                count(c.run), total(c.requests)
            FROM exposure AS e LEFT JOIN exposed_client AS c
                USING (run, api_group, api_version, resource)
            WHERE run = ? GROUP BY e.api_group, e.api_version, e.resource
            ORDER BY 9 DESC, length_ns DESC, 1, 2, 3 LIMIT \(ReportPage.mostExposed)
            """, bind: { $0.bind(1, run) }
        ) { row in
            var api = ReportPage.ExposedAPI()
            api.group = row.text(0)
            api.version = row.text(1)
            api.resource = row.text(2)
            api.from = row.integer(3)
            api.until = row.integer(4)
            api.length = row.integer(5)
            api.refusing = row.text(6).split(separator: ",").map(String.init)
            api.clientCount = Int(row.integer(7))
            api.requests = Int(row.integer(8))
            return api
        }
        for index in apis.indices { apis[index].clients = try clients(of: apis[index], recording) }
        return apis
    }

    private func clients(
        of api: ReportPage.ExposedAPI, _ recording: borrowing Recording
    ) throws -> [ReportPage.ExposedAPI.Client] {
        try recording.rows(
            """
            SELECT user, user_agent, requests FROM exposed_client
            WHERE run = ?1 AND api_group = ?2 AND api_version = ?3 AND resource = ?4
            ORDER BY requests DESC, user_agent, user LIMIT \(ReportPage.ExposedAPI.mostClients)
            """,
            bind: { statement in
                statement.bind(1, run)
                statement.bind(2, api.group)
                statement.bind(3, api.version)
                statement.bind(4, api.resource)
            }
        ) { row in
            var client = ReportPage.ExposedAPI.Client()
            client.user = row.text(0)
            client.userAgent = row.text(1)
            client.requests = Int(row.integer(2))
            return client
        }
    }
}
