import Testing

@testable import Wire

/// Segments in, bytes and gaps out, as a script.
struct ReassemblyTests {
    private struct Step {
        var fromClient: Bool
        var sequence: UInt32
        var acknowledgment: UInt32
        var flags: TCPFlags
        var text: String
        var port: UInt16 = 40_000
        var missing = 0
    }

    private static func client(
        _ sequence: UInt32, _ acknowledgment: UInt32, _ text: String = "",
        _ flags: TCPFlags = [.ack], missing: Int = 0
    ) -> Step {
        Step(
            fromClient: true, sequence: sequence, acknowledgment: acknowledgment, flags: flags,
            text: text, missing: missing)
    }

    private static func server(
        _ sequence: UInt32, _ acknowledgment: UInt32, _ text: String = "",
        _ flags: TCPFlags = [.ack]
    ) -> Step {
        Step(
            fromClient: false, sequence: sequence, acknowledgment: acknowledgment, flags: flags,
            text: text)
    }

    /// What comes out: runs of bytes of one direction together, gaps and ends by name.
    private static func play(_ steps: [Step], limits: TCPLimits = TCPLimits()) -> [String] {
        var tcp = Reassembly(limits: limits)
        var lines: [String] = []
        func note(_ event: StreamEvent) {
            switch event {
            case .opened(let client, _, let rolesKnown):
                lines.append("opened \(client.port)\(rolesKnown ? "" : "?")")
            case .bytes(let direction, let bytes, _):
                let start = direction == .fromClient ? "> " : "< "
                if let last = lines.last, last.hasPrefix(start) {
                    lines[lines.count - 1] += bytes.text
                } else {
                    lines.append(start + bytes.text)
                }
            case .gap(let direction, let length, _):
                lines.append("\(direction == .fromClient ? ">" : "<")gap \(length)")
            case .ended(let direction, _):
                lines.append(direction == .fromClient ? ">end" : "<end")
            case .closed(let closing, _): lines.append("closed \(closing)")
            }
        }
        for (index, step) in steps.enumerated() {
            let client = Endpoint(address: Address(v4: 0x0A00_0009), port: step.port)
            let server = Endpoint(address: Address(v4: 0x0A00_0001), port: 6_443)
            Array(step.text.utf8).withUnsafeBytes { bytes in
                tcp.receive(
                    Segment(
                        moment: Moment(time: Int64(index) * 1_000_000, frame: Int64(index)),
                        source: step.fromClient ? client : server,
                        destination: step.fromClient ? server : client, sequence: step.sequence,
                        acknowledgment: step.acknowledgment, flags: step.flags, payload: bytes,
                        missing: step.missing)
                ) { note($1) }
            }
        }
        tcp.finish { note($1) }
        return lines
    }

    private static let handshake = [
        client(99, 0, "", [.syn]), server(499, 100, "", [.syn, .ack]), client(100, 500),
    ]
    private static let exchange = [
        client(100, 500, "ask"), server(500, 103, "ans"), server(503, 103, "wer"),
        client(103, 506, "", [.ack, .fin]), server(506, 104, "", [.ack, .fin]),
    ]
    private static let told = [
        "opened 40000", "> ask", "< answer", ">end", "<end", "closed finished",
    ]

    @Test("in order, bytes come out as they went in")
    func inOrder() { #expect(Self.play(Self.handshake + Self.exchange) == Self.told) }

    @Test("any segment repeated, and any two neighbours swapped, change nothing")
    func disorder() {
        let steps = Self.handshake + Self.exchange
        for index in steps.indices {
            for later in index..<steps.count {
                var repeated = steps
                repeated.insert(steps[index], at: later + 1)
                #expect(Self.play(repeated) == Self.told, "\(index) again behind \(later)")
            }
            guard index + 1 < steps.count else { continue }
            var swapped = steps
            swapped.swapAt(index, index + 1)
            #expect(Self.play(swapped) == Self.told, "\(index) swapped")
        }
    }

    @Test("bytes cut into segments of any size come out the same")
    func splits() {
        for size in 1...6 {
            var steps = Self.handshake
            let text = Array("answer")
            for start in stride(from: 0, to: text.count, by: size) {
                let part = String(text[start..<min(start + size, text.count)])
                steps.append(Self.server(500 + UInt32(start), 100, part))
            }
            #expect(
                Self.play(steps) == ["opened 40000", "< answer", "closed endOfCapture"])
        }
    }

    @Test("sequence numbers wrap around")
    func wrapAround() {
        let start = UInt32.max - 2
        #expect(
            Self.play([
                Self.client(start, 0, "", [.syn]), Self.client(start &+ 1, 0, "ab", []),
                Self.client(start &+ 5, 0, "ef", []), Self.client(start &+ 3, 0, "cd", []),
            ]) == ["opened 40000", "> abcdef", "closed endOfCapture"])
    }

    @Test("what was acknowledged and never seen is a gap before what it caused")
    func lostRequest() {
        #expect(
            Self.play(Self.handshake + Array(Self.exchange.dropFirst()))
                == ["opened 40000", ">gap 3", "< answer", ">end", "<end", "closed finished"])
    }

    @Test("a hole in the middle is a gap as long as the hole")
    func hole() {
        var steps = Self.handshake + Self.exchange
        steps.remove(at: 4)
        #expect(
            Self.play(steps)
                == ["opened 40000", "> ask", "<gap 3", "< wer", ">end", "<end", "closed finished"])
    }

    @Test("overlapping segments keep the bytes that came first")
    func overlap() {
        #expect(
            Self.play(
                Self.handshake + [
                    Self.client(103, 500, "DEF"), Self.client(101, 500, "bcde"),
                    Self.client(100, 500, "a"),
                ]) == ["opened 40000", "> abcDEF", "closed endOfCapture"])
        #expect(
            Self.play(
                Self.handshake + [Self.client(100, 500, "abc"), Self.client(101, 500, "XYZ")])
                == ["opened 40000", "> abcZ", "closed endOfCapture"])
    }

    @Test("a connection that began before the capture is read from its first bytes on")
    func midStream() {
        #expect(
            Self.play([Self.server(700, 300, "late"), Self.client(300, 704, "next")])
                == ["opened 40000?", "< late", "> next", "closed endOfCapture"])
        #expect(Self.play([Self.client(1, 1), Self.client(1, 1, "", [.rst])]) == [])
    }

    @Test("one direction alone is read to its end")
    func halfOpen() {
        let steps = (0..<100).map {
            Self.client(100 + UInt32($0) * 2, 500 + UInt32($0) * 10, "xy")
        }
        let lines = Self.play(steps)
        #expect(lines.filter { $0.hasPrefix("> ") }.joined().count { $0 == "x" } == 100)
    }

    @Test("a reset ends a connection, and its ports may be used again")
    func portReuse() {
        let again = [
            Self.client(9_000, 0, "", [.syn]), Self.client(9_001, 0, "new", []),
        ]
        #expect(
            Self.play(
                Self.handshake + [
                    Self.client(100, 500, "old"), Self.server(500, 103, "", [.rst, .ack]),
                    Self.client(103, 500, "late"),
                ] + again)
                == [
                    "opened 40000", "> old", "closed reset", "opened 40000", "> new",
                    "closed endOfCapture",
                ])
        #expect(
            Self.play(Self.handshake + [Self.client(100, 500, "old")] + again)
                == [
                    "opened 40000", "> old", "closed replaced", "opened 40000", "> new",
                    "closed endOfCapture",
                ])
    }

    @Test("bytes that the capture cut off are a gap")
    func truncated() {
        #expect(
            Self.play(
                Self.handshake + [
                    Self.client(100, 500, "ab", missing: 3), Self.client(105, 500, "fg"),
                ]) == ["opened 40000", "> ab", ">gap 3", "> fg", "closed endOfCapture"])
    }

    /// So many connections of which each is open.
    private static func many(_ count: Int, _ limits: TCPLimits) -> [String] {
        let steps = (0..<count).map { index in
            var step = Self.client(99, 0, "", [.syn])
            step.port = UInt16(50_000 + index)
            return step
        }
        return play(steps, limits: limits)
    }

    /// Whether what was missing comes in time behind so many segments of so many bytes.
    private static func isFilled(
        _ count: Int, bytes: Int = 1, acknowledged: Bool = false, _ limits: TCPLimits
    ) -> Bool {
        let late = (0..<count).map { number in
            client(
                UInt32(101 + number * bytes), 500, String(repeating: "b", count: bytes))
        }
        let seen = acknowledged ? [server(500, UInt32(101 + count * bytes))] : []
        let lines = play(
            handshake + late.prefix(1) + seen + late.dropFirst() + [client(100, 500, "a")],
            limits: limits)
        return lines.contains("> a" + String(repeating: "b", count: count * bytes))
    }

    @Test("what waits for a missing segment does so up to each bound, and no further")
    func waiting() {
        var limits = TCPLimits()
        limits.segmentsPerConnection = 3
        #expect((1...5).filter { Self.isFilled($0, limits) } == [1, 2, 3])
        limits = TCPLimits()
        limits.bytesPerConnection = 12
        #expect((10...14).filter { Self.isFilled(1, bytes: $0, limits) } == [10, 11, 12])
        limits = TCPLimits()
        limits.bytesInAll = 12
        #expect((10...14).filter { Self.isFilled(1, bytes: $0, limits) } == [10, 11, 12])
        limits = TCPLimits()
        // A millisecond lies between two segments.
        limits.patienceTime = 3_000_000
        #expect((1...6).filter { Self.isFilled($0, limits) } == [1, 2, 3, 4])
        for patience in [2, 3] {
            limits = TCPLimits()
            limits.patience = patience
            let filled = (1...8).filter { Self.isFilled($0, acknowledged: true, limits) }
            #expect(filled == Array(1..<patience))
        }
    }

    @Test("what waits is bounded for each connection, and connections are bounded")
    func bounds() {
        var limits = TCPLimits()
        limits.bytesPerConnection = 10
        #expect(
            Self.play(
                Self.handshake + [
                    Self.client(105, 500, "fffff"), Self.client(110, 500, "ggggg"),
                    Self.client(115, 500, "h"),
                ], limits: limits)
                == ["opened 40000", ">gap 5", "> fffffgggggh", "closed endOfCapture"])
        limits.connections = 8
        #expect(!Self.many(8, limits).contains("closed evicted"))
        let lines = Self.many(40, limits)
        #expect(lines.count { $0 == "closed evicted" } >= 32)
        #expect(lines.count { $0.hasPrefix("opened") } == 40)
    }
}
