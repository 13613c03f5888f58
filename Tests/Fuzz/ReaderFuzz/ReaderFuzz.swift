import Bytes
import Configuration
import ControlPlane
import KubeAPI

// Hostile input for each reader, guided by coverage.
//
//     sh Tests/Fuzz/run [SECONDS] PARSER...
//     swift run -c release ReaderFuzz FILE...             reads files that broke it before
//
// The first byte of an input chooses the reader; a corpus holds files of one.

private enum Target: UInt8 {
    case records = 114  // r
    case scenario = 115  // s
    case configuration = 99  // c
    case discovery = 100  // d
    case query = 113  // q
    case archive = 97  // a
    case packets = 112  // p
    case tls = 116  // t
    case http = 104  // h
    case http2 = 50  // 2
}

private func check(_ input: UnsafeRawBufferPointer) {
    guard let first = input.first, let target = Target(rawValue: first) else { return }
    let bytes = [UInt8](input.dropFirst())
    switch target {
    case .records: records(bytes)
    case .scenario: scenario(bytes)
    case .configuration:
        let reading = ConfigurationFile.read(bytes, fileName: "f")
        _ = ConfigurationFile.distinct(reading.servers)
    case .discovery: discovery(bytes)
    case .query: query(bytes)
    case .archive: archive(bytes)
    case .packets: captureFile(bytes)
    case .tls: encrypted(bytes)
    case .http: plain(bytes)
    case .http2: frames(bytes)
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

#if COVERAGE
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ values: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32
#endif

@main
private struct ReaderFuzz {
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
