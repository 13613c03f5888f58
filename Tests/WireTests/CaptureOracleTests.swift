import Bytes
import Foundation
import KubeAPI
import Testing

@testable import Wire

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
            let agent = reading.names.strings[reading.names.clients[request.client].userAgent]
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

    @Test("pcap with a key log and pcapng with its own secrets give the same")
    func formats() throws {
        let pcap = Reading(
            try Captures.file("traffic.pcap.gz"), keyLog: try Captures.file("keys.log"),
            servers: Captures.servers)
        let pcapng = Reading(try Captures.file("traffic.pcapng.gz"), servers: Captures.servers)
        #expect(pcap.lines == pcapng.lines)
        #expect(pcap.traffic.objects.count == pcapng.traffic.objects.count)
        #expect(pcap.undecryptable == pcapng.undecryptable)
    }

    @Test("nothing that was read holds a secret")
    func canaries() throws {
        let reading = Reading(
            try Captures.file("traffic.pcapng.gz"), servers: Captures.servers)
        for canary in ["canary-token-51c2", "canary-7f3a-secret", "Bearer"] {
            #expect(!reading.everything.contains(canary))
        }
    }

    @Test("connections without keys are listed with their parties and the reason")
    func undecryptable() throws {
        let reading = Reading(
            try Captures.file("traffic.pcapng.gz"), servers: Captures.servers)
        #expect(reading.undecryptable.count == 6)
        #expect(reading.undecryptable.count { $0.why == .noKeys } == 2)
        #expect(reading.undecryptable.count { $0.why == .handshakeNotCaptured } == 4)
        #expect(reading.undecryptable.allSatisfy { $0.bytes > 0 })
    }

    @Test("the watch is one request, over, with the objects of its events")
    func watch() throws {
        let reading = Reading(
            try Captures.file("traffic.pcapng.gz"), servers: Captures.servers)
        let place = reading.traffic.requests.firstIndex { $0.verb == .watch }
        let watch = try #require(place.map { reading.traffic.requests[$0] })
        #expect(watch.stage == .responseComplete)
        #expect((3_000_000...5_000_000).contains(watch.durationMicroseconds))
        let seen = reading.traffic.objects.filter { $0.request == place }
        // The first of the three deletes was over when the watch began.
        #expect(seen.count { $0.state == .deleted } == 2)
    }
}
