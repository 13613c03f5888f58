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

    /// One pass of a request: what is left of its stages once they are merged.
    private struct Pass {
        var at: Int64
        var server: String
        var shape: NotFoundShape
    }

    @Test(
        "requests, shapes of 404 and deletes of the collector are those of the truth",
        arguments: folders)
    func truth(folder: String) throws {
        let path = CaptureTruthTests.root.path + "/" + folder
        let truth = try JSONDecoder().decode(
            Truth.self, from: Data(contentsOf: URL(fileURLWithPath: path + "/truth.json")))
        var passes: [String: [Pass]] = [:]
        var collected = 0
        for server in truth.requests.keys.sorted() {
            let log = try unpacked("\(path)/audit-\(server).log.gz")
            let reading = Reading(log, server: server, chunk: 1 << 20)
            #expect(reading.rejects == [])
            collected += read(reading, server, into: &passes)
        }
        var requests: [String: Int] = [:]
        var notFound: [String: Int] = [:]
        for pass in passes.values.joined() { requests[pass.server, default: 0] += 1 }
        for chain in passes.values {
            // A server that forwarded knows the code alone: the last on the path knows the shape.
            let last = chain.max { $0.at < $1.at }
            for pass in chain where pass.shape != .none {
                let shape = pass.shape == .page ? last?.shape ?? .page : pass.shape
                notFound["\(pass.server) \(shape)", default: 0] += 1
            }
        }
        #expect(requests == truth.requests)
        #expect(notFound == truth.not_found)
        #expect(collected == truth.gc_deletes)
    }

    /// Adds the passes of a log by audit id, and returns how many objects the collector deleted.
    private func read(
        _ reading: Reading, _ server: String, into passes: inout [String: [Pass]]
    ) -> Int {
        var collected = 0
        for request in reading.requests {
            let id = request.auditID.text(in: reading.names.strings)
            let known = passes[id, default: []]
            let pass = Pass(at: request.at, server: server, shape: request.notFound)
            if let same = known.firstIndex(where: { $0.server == server && $0.at == pass.at }) {
                if request.stage == .responseComplete { passes[id]?[same] = pass }
            } else {
                passes[id, default: []].append(pass)
            }
            let isCollector = reading.client(request)[0].hasSuffix("generic-garbage-collector")
            if isCollector, request.verb == .delete, request.status == 200,
                request.stage == .responseComplete
            {
                collected += 1
            }
        }
        return collected
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
