import AuditLog
import Capture
import Glibc
import KubeAPI
import Randomness
import Recording
import SQLiteKit
import Testing

/// Recordings that are joined are the capture of all their inputs at once, table by table.
@Suite struct MergeTests {
    private static func capture(
        _ inputs: [CaptureInput], into path: String, bodies: Bool = false, isPart: Bool = false
    ) throws {
        var options = CaptureOptions()
        if bodies { options.bodies = .all(longest: 1 << 20) }
        options.isPart = isPart
        _ = try captureAudit(inputs: inputs, into: path, options: options)
    }

    /// How logs are cut.
    private struct Cut {
        var parts: Int
        /// Lines of each log, from a random instant on; nil: all of them.
        var lines: Int?
        /// How many follow each other, more or less, before another part's begin.
        var run = 40
        var bodies = false

        /// Each log's lines dealt out to parts at random, in runs: a file for each part and server.
        ///
        /// Some have another line run into them, as where a server was killed while it wrote.
        func deal(
            _ logs: [RecordedLines], at folder: String, _ random: inout SplitMix
        ) -> [[CaptureInput]] {
            var inputs = [[CaptureInput]](repeating: [], count: parts)
            let busiest = logs[Int.random(in: 0..<logs.count, using: &random)]
            let from = busiest.instant(Int.random(in: 0..<busiest.lines.count, using: &random))
            for log in logs {
                let window = lines.map { log.lines(from: from, count: $0) }
                var texts = [[UInt8]](repeating: [], count: parts)
                var part = 0
                for line in window ?? log.lines.indices {
                    if Int.random(in: 0..<run, using: &random) == 0 {
                        if Int.random(in: 0..<8, using: &random) == 0 { texts[part] += log[line] }
                        part = Int.random(in: 0..<parts, using: &random)
                    }
                    texts[part] += log[line] + [10]
                }
                for (part, text) in texts.enumerated() where !text.isEmpty {
                    let path = "\(folder)/\(log.server)-part\(part).log"
                    write(text, to: path)
                    inputs[part].append(CaptureInput(path: path, server: log.server))
                }
            }
            return inputs.filter { !$0.isEmpty }
        }
    }

    /// Captures of less than 400 kB, packed; all of them where KUBESKEW_ALL_CAPTURES is set.
    private static let quickFolders = Recorded.folders.filter { folder in
        let sizes = (try? files(in: folder))?.map { name in
            var status = stat()
            return stat("\(folder)/\(name)", &status) == 0 ? Int(status.st_size) : 0
        }
        return getenv("KUBESKEW_ALL_CAPTURES") != nil || (sizes ?? []).reduce(0, +) < 400_000
    }

    private static let logs = Result {
        try quickFolders.map { try RecordedLines.all(in: $0) }
    }

    @Test(
        "logs cut at random lines, captured one by one and merged in any order are as one capture",
        arguments: quickFolders.indices)
    func incidents(folder: Int) throws {
        try Self.cutAndMerge(folder, Cut(parts: 3), seed: UInt64(folder))
    }

    @Test("so they are with bodies, and however they are cut", arguments: 2...9)
    func cuts(parts: Int) throws {
        let cut = Cut(parts: parts, lines: 400, bodies: parts == 2)
        try Self.cutAndMerge(0, cut, seed: UInt64(parts), again: true)
    }

    /// So many in each run of the tests; KUBESKEW_CUTS says another number.
    private static let fewLineCuts =
        getenv("KUBESKEW_CUTS").flatMap { Int(String(cString: $0)) } ?? 200
    private static let cutsAtOnce = 25

    @Test(
        "so are a few lines from anywhere, cut anywhere",
        arguments: stride(from: 0, to: fewLineCuts, by: cutsAtOnce).map { $0 })
    func fewLines(first: Int) throws {
        for seed in first..<min(first + Self.cutsAtOnce, Self.fewLineCuts) {
            let cut = Cut(parts: 2 + seed % 3, lines: 10 + seed % 31, run: 4)
            try Self.cutAndMerge(
                seed % Self.quickFolders.count, cut, seed: UInt64(1_000 + seed),
                again: seed % 20 == 0)
        }
    }

    /// - Parameter again: merges them once more, and one after the other.
    private static func cutAndMerge(
        _ folder: Int, _ cut: Cut, seed: UInt64, again: Bool = false
    ) throws {
        var random = SplitMix(state: seed)
        let logs = try logs.get()[folder]
        try withTemporaryFolder { temporary in
            let parts = cut.deal(logs, at: temporary, &random)
            let whole = temporary + "/whole.db"
            try capture(parts.flatMap { $0 }, into: whole, bodies: cut.bodies)
            var recordings: [String] = []
            for (number, inputs) in parts.enumerated() {
                let path = "\(temporary)/\(number).db"
                try capture(
                    inputs, into: path, bodies: cut.bodies,
                    isPart: Int.random(in: 0..<3, using: &random) > 0)
                recordings.append(path)
            }
            recordings.shuffle(using: &random)
            let merged = temporary + "/merged.db"
            _ = try mergeRecordings(recordings, into: merged)
            let what = "seed \(seed), \(recordings)"
            try RecordingContent.expectSame(merged, whole, what)
            guard again else { return }
            let again = try mergeRecordings(recordings.reversed(), into: merged)
            #expect(again.added == 0)
            try RecordingContent.expectSame(merged, whole, "\(what) merged twice")
            // Into the first of them, one after the other.
            for other in recordings.dropFirst() {
                _ = try mergeRecordings([other], into: recordings[0])
            }
            guard recordings.count > 1 else { return }
            try RecordingContent.expectSame(recordings[0], whole, "\(what) one after the other")
        }
    }

    /// What 16.7 million rows are to a merge is here the sixth row.
    @Test(
        "so they are where there are more rows than a merge keeps the places of, in any order",
        arguments: quickFolders.indices)
    func manyRows(folder: Int) throws {
        var random = SplitMix(state: UInt64(folder))
        var bounds = RecordingWriter.Bounds()
        (bounds.tableSlots, bounds.notedKeys, bounds.rowsPerShare) = (8, 16, 300)
        let logs = try Self.logs.get()[folder]
        try withTemporaryFolder { temporary in
            let parts = Cut(parts: 3, lines: 500).deal(logs, at: temporary, &random)
            let whole = temporary + "/whole.db"
            try Self.capture(parts.flatMap { $0 }, into: whole)
            let merged = temporary + "/merged.db"
            let writer = try RecordingWriter(
                Recording(path: merged, access: .create, journal: .inPlace), bounds: bounds,
                isMerging: true)
            var names = writer.takeNames()
            var mark = NamesDelta.Mark(storedOf: names)
            var recordings: [String] = []
            for (number, inputs) in parts.enumerated() {
                recordings.append("\(temporary)/\(number).db")
                try Self.capture(inputs, into: recordings[number], isPart: number == 0)
            }
            // Each of them twice: nothing is found by its place, all is told apart at the end.
            for path in (recordings + recordings).shuffled(using: &random) {
                try writer.merge(
                    Recording(path: path, access: .read), names: &names, mark: &mark)
            }
            _ = try writer.finish()
            try RecordingContent.expectSame(merged, whole, "\(recordings)", but: ["process"])
        }
    }

    @Test("packets and logs of the same requests are merged as they are captured")
    func packets() throws {
        let wire = "captures/wire-1"
        try withTemporaryFolder { temporary in
            var options = PacketOptions()
            options.keyLog = wire + "/keys.log"
            let traffic = wire + "/traffic.pcap.gz"
            let logs = try files(in: wire).filter { $0.hasPrefix("audit-") }.map {
                CaptureInput(path: "\(wire)/\($0)")
            }
            let whole = temporary + "/whole.db"
            _ = try capturePackets(files: [traffic], into: whole, options: options)
            try Self.capture(logs, into: whole)
            let seen = temporary + "/wire.db"
            _ = try capturePackets(files: [traffic], into: seen, options: options)
            let written = temporary + "/log.db"
            try Self.capture(logs, into: written)
            for order in [[seen, written], [written, seen]] {
                let merged = temporary + "/merged.db"
                unlink(merged)
                _ = try mergeRecordings(order, into: merged)
                try RecordingContent.expectSame(merged, whole, "\(order)")
            }
        }
    }

    @Test("records without audit ids, rejects and a reused id are merged as they are captured")
    func oddRecords() throws {
        func line(_ number: Int, id: String, stage: String = "ResponseComplete") -> String {
            """
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"\(id)",\
            "stage":"\(stage)","requestURI":"/livez?verbose=\(number)","verb":"get",\
            "user":{"username":"u"},"responseStatus":{"code":200},\
            "requestReceivedTimestamp":"2026-11-20T22:09:43.\(100_000 + number)Z",\
            "stageTimestamp":"2026-11-20T22:09:43.\(100_001 + number)Z"}
            """
        }
        try withTemporaryFolder { temporary in
            let first = (0..<50).map { line($0, id: $0 % 3 == 0 ? "" : "same") } + ["no record"]
            let second =
                (25..<75).map { line($0, id: $0 % 3 == 0 ? "" : "same") }
                + (200..<300).map { line($0, id: "b\($0)", stage: "RequestReceived") }
                + (0..<30).map { "no \($0)" }
            let third = (200..<250).map { line($0, id: "b\($0)") }
            var inputs: [CaptureInput] = []
            for (name, lines) in [("a", first), ("b", second), ("c", third)] {
                write(lines.joined(separator: "\n"), to: "\(temporary)/\(name).log")
                let input = CaptureInput(path: "\(temporary)/\(name).log", server: "cp-1")
                try Self.capture([input], into: "\(temporary)/\(name).db")
                inputs.append(input)
            }
            try Self.capture(inputs, into: temporary + "/whole.db")
            for order in [["a", "b", "c"], ["c", "b", "a"], ["b", "a", "c"]] {
                unlink(temporary + "/merged.db")
                let recordings = order.map { "\(temporary)/\($0).db" }
                _ = try mergeRecordings(recordings, into: temporary + "/merged.db")
                try RecordingContent.expectSame(
                    temporary + "/merged.db", temporary + "/whole.db", "\(order)")
            }
        }
    }

    @Test("a recording is not merged with itself, nor with what is none")
    func refused() throws {
        try withTemporaryFolder { temporary in
            let path = temporary + "/r.db"
            try Recording(path: path, access: .create).close()
            #expect(throws: CaptureError.self) { try mergeRecordings([path], into: path) }
            write("no recording", to: temporary + "/x.db")
            #expect(throws: CaptureError.self) {
                try mergeRecordings([temporary + "/x.db"], into: temporary + "/y.db")
            }
            #expect(access(temporary + "/y.db", F_OK) != 0)
        }
    }
}
