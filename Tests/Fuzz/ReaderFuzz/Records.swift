import AuditLog
import Bytes
import KubeAPI

// Audit records: lines, envelopes, bodies. The first byte says how the log is cut into chunks.

/// What one way of cutting a log gave.
private struct Outcome: Equatable {
    var requests = 0
    var objects = 0
    var deletions = 0
    var rejects: [Reject] = []
    var digest = 0
}

private func read(_ bytes: UnsafeRawBufferPointer, chunk: Int) -> Outcome {
    var reader = AuditReader(source: 1, server: 0, bodies: .all(longest: 1 << 20))
    var names = Names()
    var traffic = Traffic()
    var start = 0
    var end = min(chunk, bytes.count)
    while true {
        // A copy of its own, so that reading behind the padding is seen.
        let piece = UnsafeMutableRawBufferPointer.allocate(
            byteCount: end - start + AuditReader.padding, alignment: 1)
        defer { piece.deallocate() }
        piece.initializeMemory(as: UInt8.self, repeating: UInt8(ascii: "\""))
        piece.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        let isLast = end == bytes.count
        let consumed = reader.read(
            UnsafeRawBufferPointer(rebasing: piece[0..<end - start]), isLast: isLast,
            names: &names, into: &traffic)
        precondition(consumed >= 0 && consumed <= end - start, "more consumed than given")
        precondition(!isLast || consumed == end - start, "the end was not consumed")
        start += consumed
        if isLast { break }
        end = min(end + chunk, bytes.count)
    }
    var outcome = Outcome(
        requests: traffic.requests.count, objects: traffic.objects.count,
        deletions: traffic.deletions.count, rejects: traffic.rejects)
    for request in traffic.requests {
        precondition(Int(request.resource) < names.resources.count)
        precondition(Int(request.client) < names.clients.count)
        let texts = [request.path, request.query, request.namespace, request.name]
        for text in texts { precondition(Int(text) < names.strings.count) }
        outcome.digest = outcome.digest &* 31 &+ Int(request.at) &+ Int(request.position)
        outcome.digest = outcome.digest &* 31 &+ Int(request.status) &+ Int(request.path)
    }
    for body in traffic.bodies {
        precondition(body.request < traffic.requests.count)
        outcome.digest = outcome.digest &* 31 &+ body.json.count
    }
    for object in traffic.objects { precondition(object.request < traffic.requests.count) }
    return outcome
}

/// However a log is cut, it says the same.
func records(_ input: [UInt8]) {
    guard let first = input.first else { return }
    input.withUnsafeBytes { bytes in
        let log = UnsafeRawBufferPointer(rebasing: bytes[1...])
        let whole = read(log, chunk: Int.max)
        // What is not consumed comes again: many small chunks of a long log would only cost time.
        let cut = read(log, chunk: max(first == 0 ? 4_096 : Int(first), log.count / 32))
        precondition(whole == cut, "the chunks made a difference")
    }
}
