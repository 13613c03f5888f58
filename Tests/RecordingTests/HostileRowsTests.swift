import Bytes
import KubeAPI
import Recording
import SQLiteKit
import Testing

/// Clients choose audit ids, and recordings are mailed around: neither may take time or sense away.
struct HostileRowsTests {
    @Test(
        "one audit id for all requests takes no more time than many, in logs and on the wire",
        arguments: Memory.allCases, [RequestFlags(), .fromWire])
    func oneIDForEver(memory: Memory, flags: RequestFlags) throws {
        try withTemporaryFolder { folder in
            var log = Log()
            let count = memory == .ample ? 6_000 : 600
            for number in 0..<count {
                log.record(first, "cp-1", at: Int64(number) * Log.second / 50) { request, _ in
                    request.flags.formUnion(flags)
                }
            }
            let path = folder + "/r.db"
            let start = processorTime()
            let summary = try write(log, to: path, memory: memory)
            #expect(summary.added == count)
            // Quadratic it was eleven seconds for a third of the records, in a release build.
            #expect(processorTime() - start < .seconds(20))
            let again = try write(log, to: path, memory: memory)
            #expect(again.added == 0)
            let found = try rows(path, "SELECT count(*) FROM request")
            #expect(found == ["\(count)"])
            try expectSound(path)
        }
    }

    @Test(
        "passes are joined under an id that is sent again and again", arguments: Memory.allCases)
    func joined(memory: Memory) throws {
        try withTemporaryFolder { folder in
            var log = Log()
            for number in 0..<200 {
                let at = Int64(number) * 2 * Log.second
                log.record(first, "cp-1", at: at, takes: 4_000)
                log.record(first, "cp-2", at: at + 1_000_000, takes: 2_000)
            }
            let path = folder + "/r.db"
            let summary = try write(log, to: path, memory: memory)
            #expect(summary.unjoined == 0)
            let count = try rows(path, "SELECT count(*) FROM request WHERE origin IS NULL")
            #expect(count == ["200"])
        }
    }

    @Test("more passes of one id at once than can be told apart stay requests, and are counted")
    func atOnce() throws {
        for (count, unjoined) in [(1_024, 0), (1_025, 1_025)] {
            try withTemporaryFolder { folder in
                var log = Log()
                for number in 0..<count { log.record(first, "cp-1", at: Int64(number) * 1_000) }
                let path = folder + "/r.db"
                let summary = try write(log, to: path)
                #expect(summary.unjoined == unjoined)
            }
        }
    }

    @Test(
        "two requests of one id in one microsecond stay two", arguments: Memory.allCases,
        [Stage.requestReceived, .responseComplete])
    func oneInstant(memory: Memory, stage: Stage) throws {
        try withTemporaryFolder { folder in
            var log = Log()
            for name in ["x", "y"] {
                log.record(first, "cp-1", at: 0) { request, names in
                    request.name = names.strings.intern(name)
                    request.stage = stage
                }
            }
            let path = folder + "/r.db"
            let summary = try write(log, to: path, memory: memory)
            #expect(summary.added == 2)
            let again = try write(log, to: path, memory: memory)
            #expect(again.added == 0)
        }
    }

    @Test("clocks are learned from the same requests, whatever the order and the memory")
    func clocks() throws {
        // More pairs than are looked at; which of them are joined depends on what was learned.
        var log = Log()
        for number in 0..<24_000 {
            let id = "aaaaaaaa-0000-4000-8000-" + String(100_000_000_000 + number)
            let at = Int64(number) * 2 * Log.second
            let apart = Int64(number * 7_919 % 6_000 - 3_000) * 100_000
            log.record(id, "cp-1", at: at, takes: 10_000)
            log.record(id, "cp-2", at: at + apart, takes: 2_000)
        }
        var backwards = log
        backwards.requests.reverse()
        var tight = RecordingWriter.Bounds()
        tight.tableSlots = 4
        tight.rowsPerShare = 10_000
        var found: [[String]] = []
        for (log, bounds) in [(log, RecordingWriter.Bounds()), (backwards, .init()), (log, tight)] {
            try withTemporaryFolder { folder in
                let path = folder + "/r.db"
                try write(log, to: path, batch: 10_000, bounds: bounds)
                found.append(
                    try rows(path, "SELECT audit_id FROM v_request WHERE peer_proxied ORDER BY 1"))
            }
        }
        #expect(found[0].count > 5_000 && found[0].count < 20_000)
        #expect(found[1] == found[0], "in another order")
        #expect(found[2] == found[0], "with little memory")
    }

    @Test(
        "a recording whose rows have numbers that no capture gives is damaged",
        arguments: ["9223372036854775807", "4294967296", "-1", "0"])
    func oddRows(id: String) throws {
        try withTemporaryFolder { folder in
            var log = Log()
            log.record(first, "cp-1", at: 0)
            log.record(second, "cp-1", at: 1)
            let path = folder + "/r.db"
            try write(log, to: path)
            do {
                let connection = try Connection(path: path, mode: .readWrite)
                try connection.execute("UPDATE request SET id = \(id) WHERE id = 2")
            }
            for access in [Recording.Access.read, .write] {
                #expect(throws: RecordingError.self) {
                    _ = try Recording(path: path, access: access)
                }
            }
        }
    }

    @Test(
        "a row with a number far from all others costs no time",
        arguments: [1_000_000_000, 4_000_000_000] as [Int64])
    func farRows(number: Int64) throws {
        try withTemporaryFolder { folder in
            var log = Log()
            for second in 0..<20 { log.record(first, "cp-1", at: Int64(second) * Log.second) }
            let path = folder + "/r.db"
            try write(log, to: path)
            let connection = try Connection(path: path, mode: .readWrite)
            try connection.execute("UPDATE request SET id = \(number) WHERE id = 20")
            let start = processorTime()
            let again = try write(log, to: path)
            #expect(again.added == 0)
            let writer = try RecordingWriter(
                Recording(path: folder + "/all.db", access: .create), isMerging: true)
            var names = writer.takeNames()
            var mark = NamesDelta.Mark(storedOf: names)
            try writer.merge(
                Recording(path: path, access: .read), names: &names, mark: &mark)
            let summary = try writer.finish()
            #expect(summary.added == 20)
            // It was eight minutes.
            #expect(processorTime() - start < .seconds(10))
        }
    }

    @Test("ids are cut into few ranges, however far they are apart, which leave none out")
    func fewRanges() throws {
        for ids in [1...1, 1...250_000, 1 ... .max, Int64.min ... .max] {
            let ranges = RequestScan.ranges(of: ids)
            #expect(ranges.count <= 4_096)
            #expect(ranges.first?.lowerBound == ids.lowerBound)
            #expect(ranges.last?.upperBound == ids.upperBound)
            for (one, next) in zip(ranges, ranges.dropFirst()) {
                #expect(one.upperBound + 1 == next.lowerBound)
            }
        }
    }

    /// What three records show of one object, in the order given.
    private func shown(_ order: [Int]) throws -> [String] {
        var found: [String] = []
        try withTemporaryFolder { folder in
            let path = folder + "/r.db"
            let writer = try RecordingWriter(Recording(path: path, access: .create))
            var names = writer.takeNames()
            var mark = NamesDelta.Mark(storedOf: names)
            let sightings = [
                ("v1", "HPA", 1), ("v2", "", 2), ("v2", "HPA", 3), ("v1beta1", "HPA", 2),
            ]
            for place in order {
                let (version, kind, second) = sightings[place]
                var traffic = Traffic()
                var request = Request()
                request.auditID = UniqueID(high: 7, low: UInt64(place + 1))
                request.at = Int64(second) * Log.second
                request.verb = .get
                request.status = 200
                request.stage = .responseComplete
                request.resource = names.resource(group: "a", version: version, resource: "hpas")
                traffic.requests.append(request)
                traffic.objects.append(
                    ObjectObservation(
                        at: request.at, request: 0, state: .seen, uid: UniqueID(high: 1, low: 2),
                        group: names.strings.intern("a"), version: names.strings.intern(version),
                        kind: names.strings.intern(kind), resource: names.strings.intern("hpas"),
                        namespace: 0, name: names.strings.intern("x")))
                try writer.append(traffic, NamesDelta(of: names, after: &mark))
            }
            _ = try writer.finish()
            found = try rows(path, "SELECT api_version, kind, first_ns, last_ns FROM v_object")
        }
        return found
    }

    @Test("which version names an object does not depend on the order of reading")
    func versionOfObject() throws {
        let first = try shown([0, 1, 2, 3])
        #expect(first.count == 1)
        for order in [[3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1], [1, 0, 3, 2], [3, 1, 2, 0]] {
            let other = try shown(order)
            #expect(other == first)
        }
    }
}
