import Bytes
import KubeAPI

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
        var text = "\(names.servers[request.server]) \(names.strings[client.userAgent]) "
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

    /// Every text that reached the outside.
    var everything: String {
        var text = ""
        for id in 0..<names.strings.count { text += names.strings[UInt32(id)] + "\n" }
        for id in 0..<names.servers.count { text += names.servers[UInt32(id)] + "\n" }
        for reject in traffic.rejects { text += reject.reason + "\n" }
        for document in traffic.documents { text += String(decoding: document.json, as: UTF8.self) }
        return text
    }
}
