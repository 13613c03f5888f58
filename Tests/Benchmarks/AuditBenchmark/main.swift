import AuditLog
import CSimdjson
import Glibc
import KubeAPI

// How fast one core turns a file of audit lines into requests, next to how fast it can index and
// walk the same bytes at all. Prints the best of a few rounds in megabytes a second.
//
//     swift run -c release AuditBenchmark FILE [ROUNDS]

let arguments = CommandLine.arguments
guard arguments.count >= 2 else {
    print("usage: AuditBenchmark FILE [ROUNDS]")
    exit(2)
}
let rounds = arguments.count > 2 ? Int(arguments[2]) ?? 3 : 3
let descriptor = open(arguments[1], O_RDONLY)
var information = stat()
guard descriptor >= 0, fstat(descriptor, &information) == 0 else {
    print("cannot open \(arguments[1])")
    exit(1)
}
let size = Int(information.st_size)
let bytes = UnsafeMutableRawBufferPointer.allocate(
    byteCount: size + AuditReader.padding, alignment: 64)
var filled = 0
while filled < size {
    let count = Glibc.read(descriptor, bytes.baseAddress?.advanced(by: filled), size - filled)
    guard count > 0 else { break }
    filled += count
}
let text = UnsafeRawBufferPointer(rebasing: bytes[0..<filled])

/// Time that this thread had the processor: others on the machine do not count.
func seconds() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}

func report(_ name: String, _ times: [Double], _ byteCount: Int) {
    let best = times.min() ?? 0
    print("\(name): \(Int(Double(byteCount) / best / 1e6)) MB/s (best of \(times.count))")
}

/// Indexes the text in pieces of the size that the reader uses, and nothing else.
func indexAlone(_ text: UnsafeRawBufferPointer) {
    guard let index = CSJIndexCreate() else { return }
    defer { CSJIndexDestroy(index) }
    var tokens = CSJTokens()
    var start = 0
    while start < text.count {
        var end = min(start + (1 << 17), text.count)
        while end < text.count, text[end - 1] != UInt8(ascii: "\n") { end -= 1 }
        let base = text.baseAddress?.advanced(by: start).assumingMemoryBound(to: UInt8.self)
        _ = CSJIndexBuild(index, base, end - start, &tokens)
        start = end
    }
}

/// Reads the text as the shell does, a megabyte at a time.
func readAll(_ text: UnsafeRawBufferPointer) -> (requests: Int, rejects: Int) {
    var reader = AuditReader(source: 1, server: 1)
    var names = Names()
    var traffic = Traffic()
    var counts = (requests: 0, rejects: 0)
    var start = 0
    while start < text.count {
        let end = min(start + (1 << 20), text.count)
        let chunk = UnsafeRawBufferPointer(rebasing: text[start..<end])
        let used = reader.read(chunk, isLast: end == text.count, names: &names, into: &traffic)
        guard used > 0 else { break }
        start += used
        counts.requests += traffic.requests.count
        counts.rejects += traffic.rejects.count
        traffic.removeAll()
    }
    return counts
}

var indexTimes: [Double] = []
var readTimes: [Double] = []
var counts = (requests: 0, rejects: 0)
for _ in 0..<rounds {
    var start = seconds()
    indexAlone(text)
    indexTimes.append(seconds() - start)
    start = seconds()
    counts = readAll(text)
    readTimes.append(seconds() - start)
}
print("simdjson \(String(cString: CSJImplementationName())), \(filled / 1_000_000) MB")
report("index of structural characters alone", indexTimes, filled)
report("AuditReader, one thread", readTimes, filled)
print("\(counts.requests) requests, \(counts.rejects) rejects")
