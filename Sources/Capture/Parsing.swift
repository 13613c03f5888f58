import AuditLog
import Bytes
import KubeAPI

/// The third stage of a capture: whole lines to traffic, on a thread for each processor.
///
/// `LineReader` does the reading. Who reads which lines is chance; what is stored is not, since
/// the fourth stage takes them in the order in which they were cut.
struct Parsing {
    let portions: BoundedQueue<Portion>
    let lanes: Lanes
    let bodies: BodyPolicy

    /// More would only wait for who places and stores.
    static let mostThreads = 4

    func run() {
        sideBySide(threads(atMost: Parsing.mostThreads)) { thread in
            var reader = PortionReader(
                names: ReaderNames(reader: thread + 1), lines: LineReader(bodies: bodies))
            while let portion = portions.pop() {
                let parsed = reader.read(portion)
                lanes.recycle(portion.chunk)
                _ = portion.parsed.push(parsed)
            }
        }
    }
}

/// One who reads lines, whoever's they are.
private struct PortionReader {
    var names: ReaderNames
    var lines: LineReader
    /// As many requests as the portion before had.
    private var expected = 0

    init(names: ReaderNames, lines: LineReader) {
        self.names = names
        self.lines = lines
    }

    mutating func read(_ portion: Portion) -> Parsed {
        var traffic = Traffic()
        traffic.requests.reserveCapacity(expected)
        let (server, pathServer) = portion.origin.servers(in: &names.names)
        lines.beginAgain()
        lines.read(
            portion.lines, of: portion.chunk.bytes,
            source: names.names.sources.intern(portion.origin.name),
            // Lines that are events have no envelope that could tell.
            server: server != 0 ? server : pathServer, names: &names.names, into: &traffic)
        expected = traffic.requests.count
        return Parsed(
            traffic: traffic, bodies: lines.bodyCounts, lines: lines.line, names: names.tail())
    }
}
