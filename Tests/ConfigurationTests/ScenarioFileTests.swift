import Configuration
import Judgments
import Bytes
import ControlPlane
import Foundation
import KubeAPI
import Reference
import Testing

private let second: Int64 = 1_000_000_000

@Suite("A scenario file")
struct ScenarioFileTests {
    @Test("is read in every form the format has")
    func everyForm() throws {
        let origin = try #require(RFC3339.nanoseconds("2026-11-20T22:00:00Z"))
        let scenario = try ScenarioFile.scenario(
            fixture("every-form.yaml"), fileName: "every-form.yaml", origin: origin)
        #expect(scenario.name == "rolling-1.35-to-1.36")
        #expect(scenario.servers.map(\.name) == ["cp-1", "cp-2", "cp-3"])
        let first = scenario.servers[0]
        #expect(first.hostname == "cp-1")
        #expect(first.address == "10.0.0.1:6443")
        #expect(first.processes.map(\.release.description) == ["1.35", "1.36"])
        #expect(
            first.processes[0].flags == [
                "--feature-gates=UnknownVersionInteroperabilityProxy=true",
                "--peer-ca-file=ca.crt",
            ])
        #expect(first.processes[0].startedAt == origin)
        #expect(first.processes[0].readyAfter == 4 * second)
        #expect(first.processes[0].stoppedAt == origin + 600 * second)
        #expect(first.processes[0].end == .graceful(drain: 6 * second))
        #expect(first.processes[1].startedAt == origin + 606 * second)
        #expect(first.processes[1].stoppedAt == nil)
        let second = scenario.servers[1]
        #expect(second.hostname == "node-b.example.com")
        #expect(second.processes[0].startedAt == origin - 3_600_000_000_000)
        #expect(second.processes[0].flags == ["--peer-ca-file=ca.crt", "--secure-port=6443"])
        #expect(second.processes[0].end == .crash)
        #expect(scenario.extensions.map(\.groupVersion.description).sorted().count == 2)
        #expect(scenario.extensions[1].isAggregated && !scenario.extensions[1].isAvailable)
        #expect(scenario.extensions[1].from == origin - 3_600_000_000_000)
        #expect(scenario.entry == .weights(["cp-1": 2, "cp-2": 1]))
        #expect(scenario.loadBalancers[0].strips == ["x-kubernetes-peer-proxied"])
        #expect(scenario.faults[0].kind == .refuse)
        #expect(scenario.seed == 7)
    }

    @Test("may say nothing but when one server ran")
    func smallest() throws {
        let reading = read(
            """
            apiVersion: kubeskew.dev/v1alpha1
            kind: Scenario
            servers: {a: {timeline: [{at: 0s, start: 1.30}]}}
            """, file: "dir/small.yml", origin: 5)
        #expect(reading.problems == [])
        var expected = Scenario()
        expected.name = "small"
        expected.servers = [Scenario.Server(name: "a")]
        expected.servers[0].processes = [
            Scenario.Process(
                startedAt: 5, release: Release(minor: 30), readyAfter: 0, flags: [])
        ]
        #expect(reading.scenario == expected)
    }

    @Test("counts from its own instant where it names one")
    func ownOrigin() {
        let reading = read(
            scenario("a: {timeline: [{at: 90s, start: '1.36'}]}")
                + "origin: 2026-11-20T22:00:00+01:00\n", origin: 5)
        #expect(reading.problems == [])
        #expect(
            reading.scenario.servers[0].processes[0].startedAt
                == RFC3339.nanoseconds("2026-11-20T21:01:30Z"))
    }

    @Test(
        "says everything that is wrong with it, where, and what was expected", arguments: badFiles)
    func badFile(_ bad: BadFile) {
        let reading = read(bad.text, file: "f.yaml", origin: 0)
        #expect(reading.problems.map(\.description) == bad.problems)
    }

    @Test("with an error is never used")
    func unusable() {
        #expect(throws: Problems.self) {
            try ScenarioFile.scenario(Array("servers: 3".utf8), fileName: "f", origin: nil)
        }
    }

    @Test("in which offsets and instants are mixed is ordered once the recording is known")
    func mixed() {
        let text = scenario(
            """
            a:
                timeline:
                  - {at: "2026-11-20T22:10:00Z", stop: crash}
                  - {at: 0s, start: "1.36"}
            """)
        let unknown = read(text, origin: nil)
        #expect(unknown.problems.count == 2)
        let known = read(text, origin: RFC3339.nanoseconds("2026-11-20T22:00:00Z"))
        #expect(known.problems == [])
        #expect(known.scenario.servers[0].processes[0].stoppedAt != nil)
    }

    @Test("that is no text at all is refused without a trap", arguments: 0..<300)
    func fuzz(seed: Int) throws {
        var random = Draws(seed: UInt64(seed))
        var bytes = try fixture(seed % 2 == 0 ? "every-form.yaml" : "upgrade.yaml")
        for _ in 0..<Int.random(in: 1...12, using: &random) {
            mutate(&bytes, &random)
        }
        let reading = ScenarioFile.read(bytes, fileName: "f", origin: 0)
        if reading.isUsable {
            let text = ScenarioFile.text(of: reading.scenario, origin: reading.origin)
            let again = read(text, file: "f", origin: 0)
            #expect(again.scenario == reading.scenario)
        }
    }

    @Test("as recorded on real servers is read without a problem")
    func recorded() throws {
        let folder = capturesFolder
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(names.contains("wrong-gc-without-proxy"))
        for name in names {
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)/scenario.yaml")
            else { continue }
            let reading = ScenarioFile.read(Array(data), fileName: name, origin: nil)
            #expect(reading.problems == [], "\(name)")
            let text = ScenarioFile.text(of: reading.scenario, origin: reading.origin)
            #expect(read(text, file: name, origin: nil).scenario == reading.scenario)
        }
    }
}

@Suite("The upgrade shorthand")
struct UpgradeTests {
    @Test("stands for timelines: all old, then one after the other new")
    func expansion() throws {
        let reading = try ScenarioFile.read(
            fixture("upgrade.yaml"), fileName: "upgrade.yaml", origin: nil)
        #expect(reading.problems == [])
        let text = ScenarioFile.text(of: reading.scenario, origin: reading.origin)
        let expected = try String(decoding: fixture("upgrade.expanded.yaml"), as: UTF8.self)
        #expect(text == expected)
        #expect(read(text, file: "upgrade.yaml", origin: nil).scenario == reading.scenario)
    }

    @Test("has a mixed window where it says no more than releases and servers")
    func defaults() {
        let reading = read(
            Self.head + #"upgrade: {from: "1.35", to: "1.36", servers: [a, b]}"#, origin: 0)
        #expect(reading.problems == [])
        let first = reading.scenario.servers[0].processes
        let other = reading.scenario.servers[1].processes
        #expect(first.map(\.stoppedAt) == [0, nil])
        #expect(first[1].startedAt == 6 * second)
        #expect(first[1].readyAfter == 5 * second)
        #expect(other[0].stoppedAt == 311 * second)
    }

    private static let head = "apiVersion: kubeskew.dev/v1alpha1\nkind: Scenario\n"

    private func start(_ text: String) -> ScenarioFile.Reading {
        let recorded = ScenarioFile.Recorded(
            first: 0, last: 7_200 * second, busiestHour: { 1_800 * second })
        let upgrade = #"upgrade: {from: "1.35", to: "1.36", servers: [a, b], start: \#(text)}"#
        return ScenarioFile.read(
            Array((Self.head + upgrade).utf8), fileName: "f.yaml", origin: 0, recorded: recorded)
    }

    @Test(
        "may start by the recording's end or its busiest hour",
        arguments: [("end-1h", 3_600), ("busiest", 1_800), ("busiest+10m", 2_400), ("end", 7_200)])
    func relative(text: String, seconds: Int64) {
        let reading = start(text)
        #expect(reading.problems == [])
        #expect(reading.scenario.servers[0].processes[0].stoppedAt == seconds * second)
    }

    @Test("is refused where it lies outside of the recording", arguments: ["3h", "-2h", "end+1s"])
    func outside(text: String) {
        let reading = start(text)
        #expect(!reading.isUsable)
        #expect(reading.problems.first?.message.contains("within it") == true)
    }

    @Test("without a recording, what counts from it stands at the beginning, with a warning")
    func unknown() {
        let reading = read(
            Self.head
                + #"upgrade: {from: "1.35", to: "1.36", servers: [a, b], start: end-2h}"#)
        #expect(reading.isUsable)
        #expect(reading.problems.count == 1)
    }

    @Test("takes host names and addresses from servers:, and leaves other servers alone")
    func withServers() {
        let reading = read(
            """
            apiVersion: kubeskew.dev/v1alpha1
            kind: Scenario
            servers:
              a: {address: "10.0.0.1:6443"}
              b: {hostname: node-b}
              c: {timeline: [{at: -1h, start: "1.35"}]}
            upgrade: {from: "1.35", to: "1.36", start: 10m, down: 2m}
            """, origin: 0)
        #expect(reading.problems == [])
        #expect(reading.scenario.servers.map(\.processes.count) == [2, 2, 1])
        #expect(reading.scenario.servers[0].address == "10.0.0.1:6443")
        #expect(reading.scenario.servers[1].hostname == "node-b")
        // A drain longer than a request may take is not implied.
        #expect(reading.scenario.servers[0].processes[0].end == .graceful(drain: 60 * second))
    }
}

@Suite("A scenario's limits")
struct ScenarioLimitTests {
    @Test("are two hundred and fifty-six servers", arguments: [256, 257])
    func servers(count: Int) {
        let servers = (0..<count).map { "cp-\($0): {timeline: [{at: 0s, start: \"1.36\"}]}" }
        let reading = read(scenario(servers.joined(separator: "\n  ")), origin: 0)
        #expect(reading.isUsable == (count == 256))
        #expect(reading.scenario.servers.count == (count == 256 ? 256 : 0))
    }

    @Test("are five hundred problems that are said one by one", arguments: [500, 501])
    func problems(count: Int) {
        let unknown = (0..<count).map { "x\($0): 1\n" }.joined()
        let servers = "cp-1: {timeline: [{at: 0s, start: \"1.36\"}]}"
        let problems = read(scenario(servers) + unknown, origin: 0).problems
        #expect(problems.count == count)
        #expect((problems.last?.message == "and 1 more problems") == (count == 501))
    }
}

@Suite("The normal form of a scenario")
struct ScenarioWriterTests {
    @Test("reads back as the same scenario", arguments: 0..<200)
    func roundTrip(seed: Int) {
        var random = Draws(seed: UInt64(seed))
        let origins: [ScenarioFile.Origin] = [
            .capture(nil), .capture(1_795_212_000_123_456_789), .instant(1_795_212_000_000_000_000),
        ]
        let origin = origins[seed % 3]
        let scenario = randomScenario(around: origin.nanoseconds, &random)
        let text = ScenarioFile.text(of: scenario, origin: origin, notes: ["assumed: {", "b\n- c"])
        var captureOrigin: Int64?
        if case .capture(let first) = origin { captureOrigin = first }
        let reading = read(text, file: "other", origin: captureOrigin)
        #expect(reading.isUsable, "\(reading.problems)\n\(text)")
        #expect(reading.scenario == scenario, "\(text)")
        #expect(reading.origin == origin)
    }
}

extension ScenarioWriterTests {
    @Test(
        "keeps a flag that blanks or quotes stand in",
        arguments: [
            "--advertise-add' ss=127.0.0.9", "'--a b=c'", "'--a=b -c'", #"'--a=it'\''s -c'"#,
            "--a=b c", "--a=b' c",
        ])
    func oddFlags(flag: String) {
        let quoted = flag.replacing("\\", with: "\\\\")
        let start = "{at: 0s, start: \"1.36\", flags: [\"\(quoted)\"]}"
        let text = scenario("cp-1: {timeline: [\(start)]}")
        let first = read(text, origin: 0).scenario
        #expect(first.servers.first?.processes.first?.flags.count == 1)
        let again = read(ScenarioFile.text(of: first, origin: .instant(0)))
        #expect(again.scenario.servers == first.servers, "\(again.problems)")
    }
}

// MARK: What the tests share

func read(
    _ text: String, file: String = "f.yaml", origin: Int64? = nil
) -> ScenarioFile.Reading {
    ScenarioFile.read(Array(text.utf8), fileName: file, origin: origin)
}

/// A scenario file around the text of its `servers:` mapping.
func scenario(_ servers: String) -> String {
    """
    apiVersion: kubeskew.dev/v1alpha1
    kind: Scenario
    servers:
      \(servers)

    """
}

func fixture(_ name: String) throws -> [UInt8] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return try Array(Data(contentsOf: folder.appendingPathComponent("Fixtures/\(name)")))
}

/// The project's own captures, or another folder like it.
let capturesFolder =
    ProcessInfo.processInfo.environment["KUBESKEW_CAPTURES"]
    ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../captures").path

/// Flips, drops, doubles or inserts a few bytes, with a taste for what means something in YAML.
func mutate(_ bytes: inout [UInt8], _ random: inout Draws) {
    guard !bytes.isEmpty else { return }
    let place = Int.random(in: 0..<bytes.count, using: &random)
    let end = min(bytes.count, place + Int.random(in: 1...30, using: &random))
    switch Int.random(in: 0..<5, using: &random) {
    case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
    case 1: bytes.removeSubrange(place..<end)
    case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
    case 3:
        let meaningful = Array("{}[]:,-#&*!|>'\"%@`~\n\t9m".utf8)
        bytes.insert(meaningful.randomElement(using: &random) ?? 0, at: place)
    default: bytes.swapAt(place, end - 1)
    }
}
