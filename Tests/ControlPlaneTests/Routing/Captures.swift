import Bytes
import Configuration
import ControlPlane
import Foundation
import KubeAPI
import Reference

/// The recordings that the model is held against: those of the project, and of KUBESKEW_CAPTURES.
enum Captures {
    static let folders: [URL] = {
        let own = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "captures")
        let given = ProcessInfo.processInfo.environment["KUBESKEW_CAPTURES"].map {
            URL(filePath: $0)
        }
        return [own, given].compactMap(\.self).flatMap { root in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
            return names.sorted().map { root.appending(path: $0) }.filter {
                FileManager.default.fileExists(atPath: $0.appending(path: "scenario.yaml").path)
            }
        }
    }()

    /// Those that say what became of each probe.
    static let withExpectations = folders.filter {
        FileManager.default.fileExists(atPath: $0.appending(path: "expect.json").path)
    }
}

/// One pass of a request at a server, as its audit log has it.
struct Pass {
    var at: Int64
    var server: String
    var auditID: String
    var method: String
    var resource: GroupVersionResource?
    var path: String
    var code: Int
    var shape: NotFoundShape
    var message: String
    var userAgent: String
}

extension Captures {
    static func scenario(of folder: URL) throws -> Scenario {
        let bytes = [UInt8](try Data(contentsOf: folder.appending(path: "scenario.yaml")))
        return try ScenarioFile.scenario(bytes, fileName: "scenario.yaml", origin: nil)
    }

    /// Every pass of a folder's logs, earliest first; stages are merged.
    static func passes(of folder: URL) throws -> [Pass] {
        struct Key: Hashable { var server, audit, at: String }
        var passes: [Key: Pass] = [:]
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        for name in names where name.hasPrefix("audit-") && name.hasSuffix(".log.gz") {
            let server = String(name.dropFirst("audit-".count).dropLast(".log.gz".count))
            for line in try unzipped(folder.appending(path: name)).split(separator: 10) {
                guard
                    let event = try? JSONSerialization.jsonObject(with: Data(line))
                        as? [String: Any],
                    let audit = event["auditID"] as? String,
                    let at = event["requestReceivedTimestamp"] as? String,
                    let pass = pass(event, server: server, audit: audit, at: at)
                else { continue }
                let key = Key(server: server, audit: audit, at: at)
                if event["stage"] as? String != "RequestReceived" || passes[key] == nil {
                    passes[key] = pass
                }
            }
        }
        return passes.values.sorted { ($0.at, $0.auditID) < ($1.at, $1.auditID) }
    }

    private static func unzipped(_ file: URL) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", file.path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return data
    }

    private static func pass(
        _ event: [String: Any], server: String, audit: String, at: String
    ) -> Pass? {
        guard let instant = RFC3339.nanoseconds(at), let uri = event["requestURI"] as? String
        else { return nil }
        let status = event["responseStatus"] as? [String: Any] ?? [:]
        let path = String(uri.prefix { $0 != "?" })
        let code = status["code"] as? Int ?? 0
        var shape = NotFoundShape.none
        if code == 404 {
            let details = status["details"] as? [String: Any]
            shape = details == nil ? .page : details?.isEmpty == true ? .route : .object
        }
        return Pass(
            at: instant, server: server, auditID: audit, method: event["verb"] as? String ?? "",
            resource: resource(path), path: path, code: code, shape: shape,
            message: status["message"] as? String ?? "",
            userAgent: event["userAgent"] as? String ?? "")
    }

    static func resource(_ path: String) -> GroupVersionResource? {
        var copy = path
        return copy.withUTF8 { bytes in
            let parsed = RequestPath(bytes)
            func text(_ range: Range<Int>) -> String {
                String(decoding: bytes[range], as: UTF8.self)
            }
            guard parsed.isResource, !parsed.isMalformed else { return nil }
            return GroupVersionResource(
                group: text(parsed.group), version: text(parsed.version),
                resource: text(parsed.resource))
        }
    }
}
