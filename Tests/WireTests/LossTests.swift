import Bytes
import KubeAPI
import Testing

@testable import Wire

/// Whatever is missing from a capture: nothing crashes, nothing is invented, the rest is intact.
struct LossTests {
    /// A request without its outcome, and the outcome: the status, the 404's shape and the audit
    /// id.
    private struct Facts: Hashable {
        var asked: String
        var agent: String
        var status: UInt16
        var shape: NotFoundShape
    }

    private static func facts(_ reading: Reading) -> [Facts] {
        reading.traffic.requests.map { request in
            let line = reading.line(request)
            let agent = reading.names.strings[reading.names.clients[request.client].userAgent]
            let asked = String(line[..<(line.lastIndex(of: " ") ?? line.endIndex)])
            return Facts(
                asked: asked.replacing(" \(agent) ", with: " "), agent: agent,
                status: request.status, shape: request.notFound)
        }
    }

    /// How many requests a lossy reading lacks; nil where it says something that is not so.
    private static func missing(_ lossy: Reading, from whole: [Facts]) -> Int? {
        var rest: [String: [Facts]] = [:]
        for fact in whole { rest[fact.asked, default: []].append(fact) }
        var missing = whole.count
        for fact in facts(lossy) {
            guard var candidates = rest[fact.asked], !candidates.isEmpty else { return nil }
            // An outcome may be unknown; it may not be another one.
            let place =
                candidates.firstIndex(of: fact)
                ?? candidates.firstIndex {
                    (fact.agent.isEmpty || fact.agent == $0.agent)
                        && (fact.status == 0 || fact.status == $0.status)
                        && (fact.shape == .none || fact.shape == .unknown || fact.shape == $0.shape)
                }
            guard let place else { return nil }
            if candidates[place] == fact { missing -= 1 }
            candidates.remove(at: place)
            rest[fact.asked] = candidates
        }
        return missing
    }

    /// Drops each packet in turn; says how many requests each took with it, nil for a lie.
    static func losses(_ list: PacketList, every step: Int = 1) -> [(packet: Int, lost: Int?)] {
        let whole = facts(list.reading())
        return stride(from: 0, to: list.packets.count, by: step).map { index in
            var lossy = list
            lossy.packets.remove(at: index)
            return (index, missing(lossy.reading(), from: whole))
        }
    }

    @Test(
        "dropping any packet invents nothing, and loses one request unless it held a hello",
        arguments: ["two-servers.pcapng", "tls.pcapng"])
    func dropping(_ name: String) throws {
        let list = PacketList(try Fixture.file(name))
        let segments = list.segments
        for (index, lost) in LossTests.losses(list) {
            let payload = segments[index].payload
            let isHello = payload.count > 5 && payload[0] == 22 && payload[5] <= 2
            #expect(lost != nil, "packet \(index)")
            #expect(lost ?? 0 <= 1 || isHello, "packet \(index)")
        }
    }

    @Test(
        "dropping packets of HTTP/2 invents nothing, and most lose nothing else",
        .enabled(if: Captures.folder != nil))
    func droppingHTTP2() throws {
        let list = PacketList(
            try Captures.file("traffic.pcap.gz"), keyLog: try Captures.file("keys.log"))
        let losses = LossTests.losses(list)
        #expect(losses.allSatisfy { $0.lost != nil })
        #expect(losses.count { $0.lost ?? 0 <= 1 } > losses.count * 9 / 10)
    }

    @Test(
        "repeating and swapping packets changes nothing",
        arguments: [
            "two-servers.pcapng", "tls.pcapng",
        ])
    func disorder(_ name: String) throws {
        let list = PacketList(try Fixture.file(name))
        let whole = list.reading().lines
        for index in list.packets.indices.dropLast() {
            var repeated = list
            repeated.packets.insert(
                list.packets[index], at: min(index + 1 + index % 7, list.packets.count))
            #expect(repeated.reading().lines == whole, "repeated \(index)")
            var swapped = list
            swapped.packets.swapAt(index, index + 1)
            #expect(swapped.reading().lines == whole, "swapped \(index)")
        }
    }

    @Test("a file that is cut anywhere gives a beginning of what the whole gives")
    func cutting() throws {
        let file = try Fixture.file("two-servers.pcapng")
        let whole = LossTests.facts(Reading(file, servers: Captures.servers))
        var cut = 0
        while cut < file.count {
            let lossy = Reading(Array(file[..<cut]), servers: Captures.servers)
            #expect(LossTests.missing(lossy, from: whole) != nil, "cut at \(cut)")
            cut += 997
        }
    }
}
