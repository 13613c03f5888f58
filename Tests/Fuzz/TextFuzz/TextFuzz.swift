import Bytes
import ControlPlane
import KubeAPI
import Wire

// Hostile input for whatever reads a text of moderate size, and for plain HTTP.
//
//     sh Tests/Fuzz/run [SECONDS] scenario | configuration | discovery | query | http
//     swift run -c release TextFuzz FILE...             reads files that broke it before
//
// The first byte of an input chooses the reader; a corpus holds files of one.

private enum Target: UInt8 {
    case scenario = 115  // s
    case configuration = 99  // c
    case discovery = 100  // d
    case query = 113  // q
    case http = 104  // h
}

private func check(_ input: UnsafeRawBufferPointer) {
    guard let first = input.first, let target = Target(rawValue: first) else { return }
    let bytes = [UInt8](input.dropFirst())
    switch target {
    case .scenario: scenario(bytes)
    case .configuration:
        let reading = ConfigurationFile.read(bytes, fileName: "f")
        _ = ConfigurationFile.distinct(reading.servers)
    case .discovery: discovery(bytes)
    case .query: query(bytes)
    case .http: http(bytes)
    }
}

/// What is read is written and read back as the same.
private func scenario(_ bytes: [UInt8]) {
    let reading = ScenarioFile.read(bytes, fileName: "f", origin: 1_700_000_000_000_000_000)
    guard reading.isUsable else { return }
    let text = ScenarioFile.text(of: reading.scenario, origin: reading.origin)
    let again = ScenarioFile.read(
        Array(text.utf8), fileName: "f", origin: 1_700_000_000_000_000_000)
    precondition(again.isUsable, "the normal form cannot be read")
    let twice = ScenarioFile.text(of: again.scenario, origin: again.origin)
    precondition(twice == text, "the normal form changes")
}

private func discovery(_ bytes: [UInt8]) {
    guard let document = try? DiscoveryDocument(json: bytes) else { return }
    let again = try? DiscoveryDocument(json: document.json)
    precondition(again == document, "what was written is not what was read")
}

private func query(_ bytes: [UInt8]) {
    var filter = QueryFilter()
    bytes.withUnsafeBufferPointer { query in
        filter.keep(query) { kept in
            precondition(kept.count <= query.count, "more was kept than there was")
        }
        let parsed = RequestPath(query)
        parsed.keep(of: query) { _ in }
    }
}

/// One connection; a zero byte turns to the other side.
private func http(_ bytes: [UInt8]) {
    var reader = WireReader()
    var names = Names()
    var traffic = Traffic()
    var connection = Connection()
    for (index, part) in bytes.split(separator: 0, omittingEmptySubsequences: false).enumerated() {
        for frame in connection.frames(fromClient: index % 2 == 0, Array(part)) {
            frame.withUnsafeBytes {
                reader.receive(
                    CapturedPacket(
                        linkType: 101, moment: Moment(time: Int64(index), frame: Int64(index)),
                        bytes: $0, originalLength: $0.count), names: &names, into: &traffic)
            }
        }
    }
    reader.finish(names: &names, into: &traffic)
}

/// Plain IPv4 packets of one TCP connection that began before the capture.
private struct Connection {
    private var sequence: [UInt32] = [1_000, 5_000]

    mutating func frames(fromClient: Bool, _ payload: [UInt8]) -> [[UInt8]] {
        stride(from: 0, to: payload.count, by: 1_400).map { start in
            frame(fromClient ? 0 : 1, Array(payload[start..<min(start + 1_400, payload.count)]))
        }
    }

    private mutating func frame(_ side: Int, _ payload: [UInt8]) -> [UInt8] {
        let ports: [UInt16] = side == 0 ? [40_000, 8_001] : [8_001, 40_000]
        let addresses: [[UInt8]] =
            side == 0 ? [[10, 0, 0, 9], [10, 0, 0, 1]] : [[10, 0, 0, 1], [10, 0, 0, 9]]
        let length = UInt16(40 + payload.count)
        var packet: [UInt8] = [0x45, 0] + big(length) + [0, 0, 0, 0, 64, 6, 0, 0]
        packet += addresses[0] + addresses[1] + big(ports[0]) + big(ports[1])
        packet += big32(sequence[side]) + big32(sequence[1 - side])
        packet += [0x50, 0x18, 0xFF, 0xFF, 0, 0, 0, 0]
        sequence[side] &+= UInt32(payload.count)
        return packet + payload
    }

    private func big(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 255)] }

    private func big32(_ value: UInt32) -> [UInt8] {
        big(UInt16(value >> 16)) + big(UInt16(value & 0xFFFF))
    }
}

#if COVERAGE
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ values: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32
#endif

@main
private struct TextFuzz {
    static func main() {
        #if COVERAGE
        var count = CommandLine.argc
        var values = CommandLine.unsafeArgv
        _ = runDriver(&count, &values) { bytes, length in
            check(UnsafeRawBufferPointer(start: bytes, count: length))
            return 0
        }
        #else
        for path in CommandLine.arguments.dropFirst() {
            guard let bytes = contents(of: path) else {
                print("cannot read \(path)")
                continue
            }
            bytes.withUnsafeBytes { check($0) }
            print("read \(path), \(bytes.count) bytes")
        }
        #endif
    }
}
