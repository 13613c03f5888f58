import Bytes
import CSimdjson
import KubeAPI

/// How much of the bodies of requests and responses is kept.
public enum BodyPolicy: Sendable, Hashable {
    /// What ties objects together, no more: nothing of this module's redaction runs at all.
    case graph
    /// Whole bodies without their secrets, each up to so many bytes.
    case all(longest: Int)
}

/// What became of the bodies of a source.
public struct BodyCounts: Sendable, Hashable {
    public var kept = 0
    /// Secret as a whole, or of no shape that is known.
    public var withheld = 0
    public var tooLong = 0
    /// Cut by the platform, or no JSON.
    public var unreadable = 0

    public init() {}

    public static func += (left: inout BodyCounts, right: BodyCounts) {
        left.kept += right.kept
        left.withheld += right.withheld
        left.tooLong += right.tooLong
        left.unreadable += right.unreadable
    }
}

/// Puts the bodies of a finished request into the traffic, without their secrets.
///
/// Called by `EventParser` where somebody asked for bodies. Reads them a second time, as documents:
/// only what is JSON to the last byte, and was looked at to the last value, is kept. `Redaction`
/// decides of what.
struct BodyReader {
    var counts = BodyCounts()
    private let longest: Int
    private static let deepest = 64
    private static let mostValues = 1 << 18

    /// Nil where no bodies are kept.
    init?(_ policy: BodyPolicy) {
        guard case .all(let longest) = policy else { return nil }
        self.longest = longest
    }

    /// Reads the bodies of the request that was added last; `uri` is its target as it was sent.
    mutating func read(
        request: CSJValue, response: CSJValue, uri: ByteRun, names: borrowing Names,
        into traffic: inout Traffic
    ) {
        guard !request.isMissing || !response.isMissing, let event = traffic.requests.last else {
            return
        }
        let key = names.groupVersionResource(event.resource)
        var target = Redaction.Target(
            group: key.group, resource: event.resource == 0 ? "" : key.resource,
            subresource: event.resource == 0 ? "" : names.subresource(event.resource),
            isPatch: false)
        // The target and the object reference may disagree; either can tell of a secret.
        if BodyReader.namesSecret(uri) { target.resource = "" }
        add(response, .response, target, to: &traffic)
        target.isPatch = event.verb == .patch
        add(request, .request, target, to: &traffic)
    }

    private mutating func add(
        _ body: CSJValue, _ side: StoredBody.Side, _ target: Redaction.Target,
        to traffic: inout Traffic
    ) {
        guard !body.isMissing else { return }
        guard Redaction.keepsBodies(of: target) else {
            counts.withheld += 1
            return
        }
        guard body.length <= longest else {
            counts.tooLong += 1
            return
        }
        let text = [UInt8](ByteRun(start: body.bytes, count: Int(body.length)))
        let limits = JSONValue.Limits(
            bytes: longest, depth: BodyReader.deepest, values: BodyReader.mostValues)
        guard body.kind == .object || body.kind == .array,
            let document = try? JSONValue(parsing: text, limits: limits)
        else {
            counts.unreadable += 1
            return
        }
        guard let kept = Redaction.redacted(document, of: target) else {
            counts.withheld += 1
            return
        }
        counts.kept += 1
        traffic.bodies.append(
            StoredBody(request: traffic.requests.count - 1, side: side, json: kept.compact))
    }

    /// Whether a segment of the path is the plural of something secret, however it is encoded.
    private static func namesSecret(_ uri: ByteRun) -> Bool {
        let path = uri.run(0..<uri.find(UInt8(ascii: "?")))
        let plain = [UInt8](unsafeUninitializedCapacity: path.count) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            count = PathEncoding.decode(path, into: start)
        }
        return plain.split(separator: ASCII.slash).contains { segment in
            let word = String(decoding: segment, as: UTF8.self).lowercased()
            return word == "secrets" || word == "token" || word == "tokenreviews"
        }
    }
}
