import AuditLog
import Bytes
import Foundation
import KubeAPI
import Testing

/// Recorded logs against what was counted from them and from the run itself.
@Suite("Recorded logs") struct CaptureTruthTests {
    struct Truth: Decodable {
        var requests: [String: Int]
        var not_found: [String: Int]
        var gc_deletes: Int
    }

    /// The project's own captures, or those of the folder that the environment names.
    static let root = URL(
        fileURLWithPath: ProcessInfo.processInfo.environment["KUBESKEW_CAPTURES"]
            ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path + "/captures")

    static var folders: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
        return names.sorted().filter {
            FileManager.default.fileExists(atPath: "\(root.path)/\($0)/truth.json")
        }
    }

    @Test(
        "requests, shapes of 404 and deletes of the collector are those of the truth",
        arguments: folders)
    func truth(folder: String) throws {
        let path = CaptureTruthTests.root.path + "/" + folder
        let truth = try JSONDecoder().decode(
            Truth.self, from: Data(contentsOf: URL(fileURLWithPath: path + "/truth.json")))
        var requests: [String: Int] = [:]
        var notFound: [String: Int] = [:]
        var collected = 0
        for server in truth.requests.keys.sorted() {
            let reading = Reading(
                try unpacked("\(path)/audit-\(server).log.gz"), server: server, chunk: 1 << 20)
            #expect(reading.rejects == [])
            var passes = Set<String>()
            for request in reading.requests where request.stage == .responseComplete {
                passes.insert("\(request.auditID.text(in: reading.names.strings)) \(request.at)")
                if request.notFound != .none {
                    notFound["\(server) \(request.notFound)", default: 0] += 1
                }
                let isCollector = reading.client(request)[0].hasSuffix(
                    "generic-garbage-collector")
                if isCollector, request.verb == .delete, request.status == 200 { collected += 1 }
            }
            for request in reading.requests where request.stage != .responseComplete {
                passes.insert("\(request.auditID.text(in: reading.names.strings)) \(request.at)")
            }
            requests[server] = passes.count
        }
        #expect(requests == truth.requests)
        #expect(notFound == truth.not_found)
        #expect(collected == truth.gc_deletes)
    }

    private func unpacked(_ file: String) throws -> [UInt8] {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/gzip")
        process.arguments = ["-dc", file]
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Array(data)
    }
}
