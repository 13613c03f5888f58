import Capture
import Glibc
import Recording
import Testing

/// Several clusters in one recording: each is as if it were alone, whatever they have in common.
@Suite("Several clusters in one recording") struct FleetTests {
    /// Some inputs of a cluster, and the recording that they make by themselves.
    private struct Member {
        var cluster: String
        var inputs: [CaptureInput]
        var alone: String
    }

    private static func capture(
        _ inputs: [CaptureInput], of cluster: String = "", into path: String, isPart: Bool = false
    ) throws {
        var options = CaptureOptions()
        options.cluster = cluster
        options.isPart = isPart
        _ = try captureAudit(inputs: inputs, into: path, options: options)
    }

    private static func logs(in folder: String) throws -> [CaptureInput] {
        try files(in: folder).filter { $0.hasPrefix("audit-") }.map {
            CaptureInput(path: "\(folder)/\($0)")
        }
    }

    private static func expectEach(_ members: [Member], in path: String, _ what: String) throws {
        for member in members {
            try RecordingContent.expectSame(
                path, member.alone, "\(what): '\(member.cluster)'", of: member.cluster)
        }
        try expectSound(path)
    }

    /// The same logs as three clusters: every audit id, uid, server and file is there three times.
    @Test(
        "that have the very same logs stay apart, captured and merged in any order",
        arguments: [
            "captures/probes-1.33-1.34-with-proxy", "captures/loop-through-load-balancer",
        ])
    func sameLogs(folder: String) throws {
        try withTemporaryFolder { temporary in
            let inputs = try Self.logs(in: folder)
            let alone = temporary + "/alone.db"
            try Self.capture(inputs, into: alone)
            let members = ["", "east", "west"].map {
                Member(cluster: $0, inputs: inputs, alone: alone)
            }
            for (number, order) in [members, members.reversed()].enumerated() {
                let path = "\(temporary)/captured-\(number).db"
                for member in order {
                    try Self.capture(member.inputs, of: member.cluster, into: path)
                }
                try Self.expectEach(members, in: path, "captured")
                // The same again adds nothing, and joins nothing.
                try Self.capture(inputs, of: "east", into: path)
                try Self.expectEach(members, in: path, "captured again")
            }
            for name in ["east", "west"] {
                try Self.capture(inputs, of: name, into: "\(temporary)/\(name).db")
            }
            for (number, order) in [
                ["alone", "east", "west"], ["west", "alone", "east"], ["captured-0", "east"],
            ].enumerated() {
                let path = "\(temporary)/merged-\(number).db"
                _ = try mergeRecordings(order.map { "\(temporary)/\($0).db" }, into: path)
                try Self.expectEach(members, in: path, "merged \(order)")
            }
            #expect(
                try Recording.clusterNames(at: temporary + "/merged-0.db")
                    == ["", "east", "west"])
        }
    }

    @Test("that were captured in parts are joined cluster by cluster")
    func parts() throws {
        try withTemporaryFolder { temporary in
            var members: [Member] = []
            var parts: [String] = []
            for name in ["probes-1.33-1.34-with-proxy", "probes-1.35-1.36-with-proxy"] {
                let inputs = try Self.logs(in: "captures/" + name)
                let member = Member(
                    cluster: name, inputs: inputs, alone: "\(temporary)/\(name).db")
                try Self.capture(inputs, into: member.alone)
                members.append(member)
                for (number, input) in inputs.enumerated() {
                    let part = "\(temporary)/\(name)-\(number).db"
                    try Self.capture([input], of: name, into: part, isPart: true)
                    parts.append(part)
                }
            }
            let path = temporary + "/whole.db"
            _ = try mergeRecordings(parts.reversed(), into: path)
            try Self.expectEach(members, in: path, "parts")
            let mixed = try Recording(path: path, access: .read, of: .all)
            #expect(try !mixed.isPart())
        }
    }

    /// Of hundreds in one file each would take the time of all.
    @Test("are read without a look at the rows of others")
    func ownRows() throws {
        try withTemporaryFolder { temporary in
            let path = temporary + "/both.db"
            let inputs = try Self.logs(in: "captures/probes-1.33-1.34-with-proxy")
            for name in ["east", "west"] { try Self.capture(inputs, of: name, into: path) }
            let west = try Recording(path: path, access: .read, of: .named("west"))
            for table in ["request", "deletion", "object", "owner", "finalizer", "revision"] {
                var steps: [SQLValue] = []
                try west.ask(
                    "EXPLAIN QUERY PLAN SELECT * FROM \(table)", timeLimit: nil,
                    values: { _ in [] }, columns: { _ in }
                ) { row in
                    steps.append(row[3])
                    return true
                }
                guard case .text(let step) = steps.first else {
                    Issue.record("no plan for \(table)")
                    continue
                }
                #expect(step.hasPrefix("SEARCH t USING"), "\(table): \(step)")
            }
        }
    }

    /// Whatever names no server is told apart by its cluster alone.
    @Test("whose records name no server stay apart too")
    func nameless() throws {
        try withTemporaryFolder { temporary in
            let lines = try RecordedLines.all(in: "captures/probes-1.33-1.34-with-proxy")
            let path = temporary + "/audit.log"
            write(lines.flatMap { log in log.lines.indices.flatMap { log[$0] + [10] } }, to: path)
            let inputs = [CaptureInput(path: path)]
            let alone = temporary + "/alone.db"
            try Self.capture(inputs, into: alone)
            let names = try Recording(path: alone, access: .read).serverNames()
            #expect(names == [""])
            let members = ["east", "west", ""].map {
                Member(cluster: $0, inputs: inputs, alone: alone)
            }
            let both = temporary + "/both.db"
            for member in members { try Self.capture(inputs, of: member.cluster, into: both) }
            try Self.expectEach(members, in: both, "nameless")
        }
    }

    @Test("are what a list of inputs with their clusters makes")
    func listed() throws {
        try withTemporaryFolder { temporary in
            let folders = ["probes-1.33-1.34-with-proxy", "probes-1.32-storageversion"]
            var members: [Member] = []
            var text = ""
            for folder in folders {
                let inputs = try Self.logs(in: "captures/" + folder)
                let member = Member(
                    cluster: folder, inputs: inputs, alone: "\(temporary)/\(folder).db")
                try Self.capture(inputs, into: member.alone)
                members.append(member)
            }
            for index in 0..<3 {
                for member in members where member.inputs.indices.contains(index) {
                    text += "\t\(member.inputs[index].path)\t\t\(member.cluster)\n"
                }
            }
            let path = temporary + "/listed.db"
            try Self.capture(Manifest.inputs(of: text), into: path)
            try Self.expectEach(members, in: path, "listed")
            #expect(throws: Manifest.Problem.self) {
                try Manifest.inputs(of: "cp-1\ta.log\tname\tcl\u{1}uster")
            }
        }
    }

    @Test("get a name while they are merged, where they have none")
    func naming() throws {
        try withTemporaryFolder { temporary in
            let inputs = try Self.logs(in: "captures/probes-1.32-storageversion")
            let alone = temporary + "/alone.db"
            try Self.capture(inputs, into: alone)
            try Self.capture(inputs, of: "west", into: temporary + "/west.db")
            let path = temporary + "/fleet.db"
            _ = try mergeRecordings([alone], into: path, naming: "east")
            _ = try mergeRecordings([temporary + "/west.db"], into: path, naming: "north")
            #expect(try Recording.clusterNames(at: path) == ["east", "west"])
            let members = ["east", "west"].map {
                Member(cluster: $0, inputs: inputs, alone: alone)
            }
            try Self.expectEach(members, in: path, "named")
        }
    }

    @Test("are each incomplete until they came to their end")
    func cut() throws {
        try withTemporaryFolder { temporary in
            let folder = "captures/probes-1.32-storageversion"
            let inputs = try Self.logs(in: folder).enumerated().map { number, input in
                var input = input
                input.cluster = "c\(number % 2)"
                return input
            }
            let path = temporary + "/r.db"
            var options = CaptureOptions()
            options.isInterrupted = { true }
            _ = try captureAudit(inputs: inputs, into: path, options: options)
            #expect(try Recording.clusterNames(at: path) == ["c0", "c1"])
            for name in ["c0", "c1"] {
                let cluster = try Recording(path: path, access: .read, of: .named(name))
                #expect(try cluster.isIncomplete(), "\(name)")
            }
            try Self.capture(inputs, into: path)
            let all = try Recording(path: path, access: .read, of: .all)
            #expect(try !all.isIncomplete())
        }
    }

    @Test("are not read as one: who asks has to say which is meant")
    func refused() throws {
        try withTemporaryFolder { temporary in
            let path = temporary + "/r.db"
            let inputs = try Self.logs(in: "captures/probes-1.32-storageversion")
            try Self.capture(inputs, of: "east", into: path)
            #expect(try Recording(path: path, access: .read).cluster == "east")
            try Self.capture(inputs, of: "west", into: path)
            #expect(
                throws: RecordingError.severalClusters(path: path, names: ["east", "west"])
            ) {
                _ = try Recording(path: path, access: .read)
            }
            #expect(
                throws: RecordingError.noSuchCluster(
                    path: path, name: "north", known: ["east", "west"])
            ) {
                _ = try Recording(path: path, access: .read, of: .named("north"))
            }
        }
    }
}
