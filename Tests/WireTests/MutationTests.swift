import Bytes
import KubeAPI
import Randomness
import Testing

@testable import Wire

/// Hostile captures, made from good ones by a seed: nothing crashes, and what is read holds
/// together.
///
/// A small part of what `Tests/Fuzz/run` does for hours.
struct MutationTests {
    enum Layer: String, CaseIterable { case file, packets, tcp, tls, http1, http2 }

    @Test("a capture that was changed at random is read to its end", arguments: Layer.allCases)
    func mutation(_ layer: Layer) throws {
        let file = try Fixture.file("two-servers.pcapng")
        let tls = PacketList(try Fixture.file("tls.pcapng"))
        for seed in 1...60 as ClosedRange<UInt64> {
            var random = SplitMix(state: seed)
            let reading: Reading
            switch layer {
            case .file:
                var file = file
                random.mutate(&file)
                reading = Reading(file, step: 1 + Int.random(in: 0..<60_000, using: &random))
            case .packets, .tcp, .tls:
                let list = seed % 2 == 0 ? tls : PacketList(file)
                reading = Self.mutated(list, layer, &random).reading()
            case .http1: reading = Self.mutated(Self.spokenHTTP1, &random)
            case .http2: reading = Self.mutated(Self.spokenHTTP2, &random)
            }
            #expect(Self.holdsTogether(reading), "\(layer) seed \(seed)")
        }
    }

    /// Bytes of the headers of IP and TCP, the order of segments, or what TCP carries.
    private static func mutated(
        _ whole: PacketList, _ layer: Layer, _ random: inout SplitMix
    ) -> PacketList {
        var list = whole
        for index in list.packets.indices where Int.random(in: 0..<8, using: &random) == 0 {
            switch layer {
            case .packets: random.mutate(&list.packets[index].bytes)
            case .tcp:
                list.packets.swapAt(index, Int.random(in: list.packets.indices, using: &random))
                if list.packets[index].bytes.count > 48 {
                    list.packets[index].bytes[Int.random(in: 34..<48, using: &random)] ^= 0x11
                }
            default: random.mutate(&list.packets[index].bytes, from: 66)
            }
        }
        return list
    }

    private static func mutated(_ talk: Talk, _ random: inout SplitMix) -> Reading {
        var talk = talk
        for index in talk.said.indices where Int.random(in: 0..<3, using: &random) == 0 {
            random.mutate(&talk.said[index].bytes)
        }
        return talk.reading(segment: 1 + Int.random(in: 0..<1_400, using: &random))
    }

    private static func holdsTogether(_ reading: Reading) -> Bool {
        let names = reading.names
        let traffic = reading.traffic
        let strings = UInt32(names.strings.count)
        return traffic.requests.allSatisfy {
            $0.resource < names.resources.count && $0.client < names.clients.count
                && $0.server < names.servers.count
                && max($0.path, $0.query, $0.namespace, $0.name) < strings
        }
            && traffic.objects.allSatisfy { traffic.requests.indices.contains($0.request) }
            && traffic.deletions.allSatisfy { traffic.requests.indices.contains($0.request) }
            && traffic.headers.allSatisfy {
                traffic.requests.indices.contains($0.request)
                    && max($0.accept, $0.via, $0.warning, $0.responseType) < strings
                    && $0.requestBytes >= 0 && $0.responseBytes >= 0
            }
    }

    private static let pod =
        #"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","namespace":"n","uid":"u-1","#
        + #""ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"r","uid":"u-2"}]}}"#

    private static let spokenHTTP1: Talk = {
        var talk = Talk()
        for _ in 0..<4 {
            talk.client("GET /api/v1/namespaces/n/pods/a?x=1 HTTP/1.1\r\nAccept: a/b\r\n\r\n")
            talk.server(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                    + "\(pod.utf8.count)\r\n\r\n\(pod)")
            talk.client(
                "DELETE /api/v1/namespaces/n/pods/a HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")
            talk.server(
                "HTTP/1.1 404 X\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked"
                    + "\r\n\r\n10\r\n{\"kind\":\"Status\"\r\n1\r\n}\r\n0\r\n\r\n")
        }
        return talk
    }()

    private static let spokenHTTP2: Talk = {
        var talk = Talk()
        talk.client(HTTP2Frames.preface + HTTP2Frames.settings((1, 4_096)))
        talk.server(HTTP2Frames.settings((3, 100)))
        for stream in [1, 3, 5, 7] {
            let path = "/api/v1/namespaces/n/pods/a"
            talk.client(HTTP2Frames.headers(stream, HTTP2Frames.request(path, keep: true)))
            talk.server(HTTP2Frames.headers(stream, HTTP2Frames.response(200), 4))
            talk.server(HTTP2Frames.data(stream, pod, HTTP2Frames.endStream))
        }
        return talk
    }()
}

extension SplitMix {
    mutating func mutate(_ bytes: inout [UInt8], from start: Int = 0) {
        for _ in 0...Int.random(in: 0..<4, using: &self) where bytes.count > start {
            let at = Int.random(in: start..<bytes.count, using: &self)
            switch Int.random(in: 0..<5, using: &self) {
            case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &self)
            case 1: bytes[at] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &self) ?? 0
            case 2: bytes.removeSubrange(at..<min(bytes.count, at + 9))
            case 3: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 30)], at: at)
            default: bytes[at] = UInt8.random(in: .min ... .max, using: &self)
            }
        }
    }
}
