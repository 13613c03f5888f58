import Bytes
import Glibc
import KubeAPI
import Wire

/// How fast packets become requests, on one core and without the recording.
///
///     WireBenchmark FILE [KEYLOG]
///
/// Prints bytes a second of the whole way, of the layers up to TCP, and of reading packets alone.
@main
struct WireBenchmark {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count > 1, let file = map(arguments[1]) else {
            print("usage: WireBenchmark FILE [KEYLOG]")
            exit(2)
        }
        var keys = KeyLog()
        if arguments.count > 2, let log = map(arguments[2]) { keys.read(log) }
        var capture = CaptureFile()
        _ = capture.read(file, isLast: true) {
            if case .secrets(CaptureEvent.tlsKeyLog, let lines) = $0 { keys.read(lines) }
        }
        measure("packets", file.count) {
            var decoder = PacketDecoder()
            each(file) { decoder.decode($0) { _ in } }
            return decoder.counters.segments
        }
        measure("tcp", file.count) {
            var decoder = PacketDecoder()
            var tcp = Reassembly()
            var bytes = 0
            each(file) {
                decoder.decode($0) { segment in
                    tcp.receive(segment) { _, event in
                        if case .bytes(_, let part, _) = event { bytes += part.count }
                    }
                }
            }
            return bytes
        }
        measure("requests", file.count) {
            var reader = WireReader(keys: keys)
            var names = Names()
            var traffic = Traffic()
            var capture = CaptureFile()
            var requests = 0
            var start = 0
            while start < file.count {
                let end = min(start + 4 << 20, file.count)
                let used = reader.read(
                    UnsafeRawBufferPointer(rebasing: file[start..<end]), of: &capture,
                    isLast: end == file.count, names: &names, into: &traffic)
                start += used
                requests += traffic.requests.count
                traffic.removeAll()
            }
            reader.finish(names: &names, into: &traffic)
            return requests + traffic.requests.count
        }
    }

    static func each(_ file: UnsafeRawBufferPointer, _ body: (CapturedPacket) -> Void) {
        var capture = CaptureFile()
        _ = capture.read(file, isLast: true) {
            if case .packet(let packet) = $0 { body(packet) }
        }
    }

    static func measure(_ name: String, _ bytes: Int, _ body: () -> Int) {
        var best = Double.infinity
        var result = 0
        for _ in 0..<3 {
            let start = now()
            result = body()
            best = min(best, now() - start)
        }
        print("\(name): \(Int(Double(bytes) / best / 1e6)) MB/s (\(result))")
    }

    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    static func map(_ path: String) -> UnsafeRawBufferPointer? {
        let descriptor = open(path, O_RDONLY)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else { return nil }
        let size = Int(status.st_size)
        let base = mmap(nil, max(size, 1), PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0)
        return UnsafeRawBufferPointer(start: base, count: size)
    }
}
