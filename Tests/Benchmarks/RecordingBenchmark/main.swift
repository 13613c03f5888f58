import Bytes
import Glibc
import KubeAPI
import Recording

// How fast the writer alone stores requests: made-up rows, from memory to a closed, durable file.
//
//     swift run -c release RecordingBenchmark FILE [ROWS]

let arguments = CommandLine.arguments
guard arguments.count >= 2 else {
    print("usage: RecordingBenchmark FILE [ROWS]")
    exit(2)
}
let path = arguments[1]
let rowCount = arguments.count > 2 ? Int(arguments[2]) ?? 1_000_000 : 1_000_000
let batchRows = 16_384

/// Time that passed, and time that this thread had the processor.
func now() -> (wall: Double, processor: Double) {
    func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    return (seconds(CLOCK_MONOTONIC), seconds(CLOCK_THREAD_CPUTIME_ID))
}

var names = Names()
let server = names.servers.intern("cp-1")
let source = names.sources.intern("audit.log")
let resources = (0..<60).map {
    names.resource(group: "g\($0 % 9).example.com", version: "v1", resource: "things\($0)")
}
let clients = (0..<300).map {
    names.clients.intern(
        ClientIDs(
            user: names.strings.intern("user-\($0)"),
            userAgent: names.strings.intern("agent-\($0)")))
}
let namespaces = (0..<40).map { names.strings.intern("namespace-\($0)") }
let objects = (0..<60_000).map { names.strings.intern("object-\($0)") }

/// Numbers that never repeat, the same in every run.
struct Numbers {
    var state: UInt64 = 88_172_645_463_325_252

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}

var numbers = Numbers()

@MainActor
func batch(from start: Int, count: Int) -> Traffic {
    var traffic = Traffic()
    for number in start..<start + count {
        var request = Request()
        request.at = 1_700_000_000_000_000_000 + Int64(number) * 1_000_000
        request.auditID = UniqueID(high: numbers.next(), low: numbers.next())
        request.server = server
        request.resource = resources[number % resources.count]
        request.namespace = namespaces[number % namespaces.count]
        request.name = objects[number % objects.count]
        request.client = clients[number % clients.count]
        request.source = source
        request.position = Int64(number) * 873
        request.durationMicroseconds = Int64(number % 90_000)
        request.status = 200
        request.verb = .get
        request.level = .metadata
        traffic.requests.append(request)
    }
    return traffic
}

for ending in ["", "-wal", "-shm"] { unlink(path + ending) }
let writer = try RecordingWriter(Recording(path: path, access: .create))
var mark = NamesDelta.Mark(storedOf: writer.takeNames())
var appending = (wall: 0.0, processor: 0.0)
var start = 0
while start < rowCount {
    let traffic = batch(from: start, count: min(batchRows, rowCount - start))
    let delta = NamesDelta(of: names, after: &mark)
    let before = now()
    try writer.append(traffic, delta)
    let after = now()
    appending.wall += after.wall - before.wall
    appending.processor += after.processor - before.processor
    start += batchRows
}
let before = now()
_ = try writer.finish()
let after = now()

@MainActor
func line(_ name: String, _ wall: Double, _ processor: Double) {
    let milliseconds = "\(Int(wall * 1e3)) ms (\(Int(processor * 1e3)) ms of processor)"
    print("\(name): \(milliseconds), \(Int(Double(rowCount) / wall / 1e3)) thousand rows/s")
}
line("append", appending.wall, appending.processor)
line("finish", after.wall - before.wall, after.processor - before.processor)
line(
    "in all", appending.wall + after.wall - before.wall,
    appending.processor + after.processor - before.processor)
var status = stat()
stat(path, &status)
print("size: \(Int(status.st_size) / max(rowCount, 1)) bytes a row")
