import Foundation

@testable import AuditLog

/// What came out of an envelope.
struct Unwrapped: Equatable {
    var events: [String] = []
    var servers: [String?] = []
    var positions: [Int64] = []
    var truncated = 0
    var rejects: [String] = []
    var rejectPositions: [Int64] = []
    var notAudit = 0
}

/// Reads bytes that arrive in pieces, as the shell does: what is not consumed comes again.
func unwrap(
    _ bytes: [UInt8], reader: EnvelopeReader = EnvelopeReader(), splitAt cuts: [Int]? = nil,
    pieces: Int = .max
) -> Unwrapped {
    var reader = reader
    var result = Unwrapped()
    var pending: [UInt8] = []
    var start = 0
    var ends = cuts ?? []
    if cuts == nil, pieces < bytes.count {
        ends = Array(stride(from: pieces, to: bytes.count, by: pieces))
    }
    ends.append(bytes.count)
    for end in ends {
        pending += bytes[start..<end]
        start = end
        let isLast = end == bytes.count
        // The padding holds what would do harm if it were read as input.
        let padded = pending + Array(repeating: UInt8(ascii: "\""), count: AuditReader.padding)
        let taken = padded.withUnsafeBytes { raw in
            reader.read(
                UnsafeRawBufferPointer(rebasing: raw[..<pending.count]), isLast: isLast
            ) { event, hint in
                result.events.append(String(decoding: event, as: UTF8.self))
                result.servers.append(hint.server)
                result.positions.append(hint.position)
                if hint.isTruncated { result.truncated += 1 }
            } reject: { position, reason in
                result.rejects.append(reason)
                result.rejectPositions.append(position)
            }
        }
        precondition(taken <= pending.count)
        pending.removeFirst(taken)
    }
    precondition(pending.isEmpty)
    result.notAudit = reader.notAudit
    return result
}

func unwrap(_ text: String, pieces: Int = .max) -> Unwrapped {
    unwrap(Array(text.utf8), pieces: pieces)
}

/// The same JSON always gives the same text.
func canonical(_ json: String) -> String {
    guard let value = try? JSONSerialization.jsonObject(with: Data(json.utf8)),
        let data = try? JSONSerialization.data(
            withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes])
    else { return "not JSON: \(json)" }
    return String(decoding: data, as: UTF8.self)
}

/// The same JSON, written over many lines.
func pretty(_ json: String) -> String {
    guard let value = try? JSONSerialization.jsonObject(with: Data(json.utf8)),
        let data = try? JSONSerialization.data(withJSONObject: value, options: [.prettyPrinted])
    else { return json }
    return String(decoding: data, as: UTF8.self)
}

/// Where two lists of events first differ, in words; nil where they are the same.
func difference(_ events: [String], _ expected: [String]) -> String? {
    for (index, pair) in zip(events.map(canonical), expected.map(canonical)).enumerated()
    where pair.0 != pair.1 {
        return "event \(index) is \(pair.0), not \(pair.1)"
    }
    return events.count == expected.count ? nil : "\(events.count) events"
}
