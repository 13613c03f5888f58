import Bytes
import Foundation
import KubeAPI
import Testing

@testable import Wire

/// Reads a whole capture in memory, keys first, as the shell does with a file.
struct Reading {
    var names = Names()
    var traffic = Traffic()
    var statistics = WireStatistics()
    var undecryptable: [UndecryptableConnection] = []

    init(
        _ file: [UInt8], keyLog: [UInt8] = [], servers: [String: String] = [:], step: Int = 1 << 20
    ) {
        var keys = KeyLog()
        keyLog.withUnsafeBytes { keys.read($0) }
        Reading.each(file, step: step) {
            if case .secrets(CaptureEvent.tlsKeyLog, let bytes) = $0 { keys.read(bytes) }
        }
        var map = ServerMap()
        for (address, name) in servers {
            if let endpoint = Endpoint(address) { map.add(name, at: endpoint) }
        }
        var reader = WireReader(servers: map, keys: keys)
        var capture = CaptureFile(source: names.sources.intern("test"))
        Reading.feed(file, step: step) { chunk, isLast in
            reader.read(chunk, of: &capture, isLast: isLast, names: &names, into: &traffic)
        }
        reader.finish(names: &names, into: &traffic)
        statistics = reader.statistics
        undecryptable = reader.undecryptable
    }

    static func each(_ file: [UInt8], step: Int = 1 << 20, _ body: (CaptureEvent) -> Void) {
        var capture = CaptureFile()
        feed(file, step: step) { capture.read($0, isLast: $1, body) }
    }

    /// Feeds pieces that grow by `step` until one is consumed, as the shell's buffer does.
    static func feed(_ file: [UInt8], step: Int, _ read: (UnsafeRawBufferPointer, Bool) -> Int) {
        file.withUnsafeBytes { bytes in
            var start = 0
            var end = 0
            repeat {
                end = min(end + step, bytes.count)
                let chunk = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
                start += read(chunk, end == bytes.count)
            } while end < bytes.count
        }
    }

    /// `server agent verb path?query status`, as a person would write the request down.
    var lines: [String] {
        traffic.requests.sorted { ($0.at, $0.position) < ($1.at, $1.position) }.map(line)
    }

    func line(_ request: Request) -> String {
        let client = names.clients[request.client]
        var text = "\(names.servers[request.server]) \(names.strings[client[1]]) "
        text += "\(request.verb.text) \(path(request))"
        if request.query != 0 { text += "?\(names.strings[request.query])" }
        return text + " \(request.status)"
    }

    func path(_ request: Request) -> String {
        if request.path != 0 { return names.strings[request.path] }
        let gvr = names.groupVersionResource(request.resource)
        var path = gvr.group.isEmpty ? "/api/\(gvr.version)" : "/apis/\(gvr.group)/\(gvr.version)"
        let isItself = gvr.resource == "namespaces" && request.namespace == request.name
        if request.namespace != 0, !isItself {
            path += "/namespaces/\(names.strings[request.namespace])"
        }
        path += "/\(gvr.resource)"
        if request.name != 0 { path += "/\(names.strings[request.name])" }
        let subresource = names.subresource(request.resource)
        return subresource.isEmpty ? path : "\(path)/\(subresource)"
    }
}

/// The captures that are too large to carry, where the person has them.
enum Captures {
    static let folder = ProcessInfo.processInfo.environment["KUBESKEW_CAPTURES"]

    static func file(_ name: String) throws -> [UInt8] {
        let path = "\(folder ?? "")/wire-1/\(name)"
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        guard name.hasSuffix(".gz") else { return Array(data) }
        var plain: [UInt8] = []
        let gunzip = Gunzip()
        Array(data).withUnsafeBytes { gunzip.read($0) { plain += $0 } }
        return plain
    }

    static let servers = [
        "127.0.0.1:6443": "cp-1", "127.0.0.1:6445": "cp-3", "127.0.0.1:8001": "cp-1",
    ]
}

@Suite(.enabled(if: Captures.folder != nil))
struct CaptureOracleTests {
    @Test("every request of a client with keys is there once, with its facts")
    func oracle() throws {
        let reading = Reading(
            try Captures.file("traffic.pcap.gz"), keyLog: try Captures.file("keys.log"),
            servers: Captures.servers)
        let log = try JSONSerialization.jsonObject(
            with: Data(try Captures.file("client-log.json")))
        let methods = ["GET": ["get", "list", "watch"], "POST": ["create"], "DELETE": ["delete"]]
        var wanted: [String: Int] = [:]
        for entry in log as? [[Any]] ?? [] {
            let text = "\(entry[1]) \(entry[2]) \(entry[3]) \(entry[4]) \(entry[5])"
            wanted[text, default: 0] += 1
        }
        #expect(wanted.values.reduce(0, +) == 51)
        var seen: [String: Int] = [:]
        for request in reading.traffic.requests {
            let agent = reading.names.strings[reading.names.clients[request.client][1]]
            guard agent.hasSuffix("-client/1.0") else { continue }
            let query = request.query == 0 ? "" : "?\(reading.names.strings[request.query])"
            let method = methods.first { $0.value.contains(request.verb.text) }?.key ?? "?"
            let text =
                "\(reading.names.servers[request.server]) \(agent) \(method) "
                + "\(reading.path(request))\(query) \(request.status)"
            seen[text, default: 0] += 1
        }
        #expect(seen == wanted)
    }
}
