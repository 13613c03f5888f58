import Bytes
public import ControlPlane
import KubeAPI

/// Scenario files: reads them with every problem they have, and writes their normal form.
///
/// Used by `scenario`, `replay`, `plan` and `check`. It opens no file: bytes come in, values and
/// problems go out. What the control plane then does is not decided here.
public enum ScenarioFile {
    public static let apiVersion = "kubeskew.dev/v1alpha1"

    /// What the offsets of a file count from.
    public enum Origin: Sendable, Equatable {
        /// The first request of the recording; nil where no recording is at hand, and then
        /// offsets count from zero.
        case capture(Int64?)
        case instant(Int64)

        public var nanoseconds: Int64 {
            switch self {
            case .capture(let first): first ?? 0
            case .instant(let instant): instant
            }
        }
    }

    /// The recording that a scenario is read for, as far as instants may count from it.
    public struct Recorded: Sendable {
        public var first: Int64
        public var last: Int64
        /// When its hour with most requests begins; asked for only where a file says so.
        public var busiestHour: @Sendable () -> Int64

        public init(first: Int64, last: Int64, busiestHour: @escaping @Sendable () -> Int64) {
            self.first = first
            self.last = last
            self.busiestHour = busiestHour
        }
    }

    /// What was read: the scenario so far as the file makes sense, and what does not.
    public struct Reading: Sendable {
        public var scenario: Scenario
        public var origin: Origin
        /// In the order of the file.
        public var problems: [Problem]
        /// A line for each process and flag, for messages about what they lead to.
        public var places: [[ProcessPlace]]

        /// Whether the scenario may be used: nothing worse than warnings.
        public var isUsable: Bool { !problems.contains { $0.severity == .error } }
    }

    /// Where the file says what a process is: parallel to `Scenario.Server.processes`.
    public struct ProcessPlace: Sendable, Equatable {
        public var start: Mark
        public var flags: [Mark]
    }

    /// Reads a scenario file.
    ///
    /// `origin` is the recording's first request, for `origin: capture`; `recorded` says more of
    /// it, and then an upgrade has to lie within it.
    /// With `judgesFlags` false, servers that would not start are no problem: for whoever judges
    /// them by `Activation`.
    public static func read(
        _ bytes: [UInt8], fileName: String, origin: Int64?, recorded: Recorded? = nil,
        judgesFlags: Bool = true
    ) -> Reading {
        var reader = ScenarioReader(
            fileName: fileName, captureOrigin: recorded?.first ?? origin, recorded: recorded)
        reader.judgesFlags = judgesFlags
        do throws(YAMLError) {
            let documents = try YAML.documents(bytes)
            reader.read(documents)
        } catch {
            reader.fields.report(.error, at: error.mark, "", "not YAML: \(error.message)")
        }
        return reader.reading
    }

    /// Reads a scenario that is to be used, so any error in it is an error here.
    public static func scenario(
        _ bytes: [UInt8], fileName: String, origin: Int64?
    ) throws(Problems) -> Scenario {
        let reading = read(bytes, fileName: fileName, origin: origin)
        guard reading.isUsable else { throw Problems(reading.problems) }
        return reading.scenario
    }
}

/// The state of one reading: the scenario grows, problems and places are kept beside it.
struct ScenarioReader {
    static let keys = [
        "apiVersion", "kind", "name", "origin", "servers", "upgrade", "extensions", "entry",
        "loadBalancers", "network", "seed", "strictFlags",
    ]

    var fields: FieldReader
    var origin: ScenarioFile.Origin
    var scenario = Scenario()
    var judgesFlags = true
    /// Parallel to `scenario.servers` and their processes.
    var sources: [ServerSource] = []
    /// The extensions of each group and version, as numbers in `scenario.extensions`.
    var extensionNumbers: [GroupVersion: [Int]] = [:]
    /// Parallel to `scenario.loadBalancers`.
    var balancerFields: [Field] = []
    /// Instants cannot be compared with offsets while the recording is unknown.
    var originIsUnknown: Bool { origin == .capture(nil) }

    /// Where a server and its processes come from in the file.
    struct ServerSource {
        var field: Field
        var processes: [ProcessSource] = []
    }

    struct ProcessSource {
        var start: Field
        var flags: [Field]
        /// False where the release could not be read, so that nothing rests on it.
        var hasRelease = true
    }

    let recorded: ScenarioFile.Recorded?

    init(fileName: String, captureOrigin: Int64?, recorded: ScenarioFile.Recorded? = nil) {
        self.recorded = recorded
        fields = FieldReader(file: fileName)
        origin = .capture(captureOrigin)
        scenario.name = Self.name(ofFile: fileName)
    }

    var reading: ScenarioFile.Reading {
        ScenarioFile.Reading(
            scenario: scenario, origin: origin, problems: fields.orderedProblems,
            places: sources.map { server in
                server.processes.map {
                    ScenarioFile.ProcessPlace(
                        start: $0.start.node.mark, flags: $0.flags.map(\.node.mark))
                }
            })
    }

    private static func name(ofFile file: String) -> String {
        let last = file.split(separator: "/").last.map(String.init) ?? ""
        for ending in [".yaml", ".yml"] where last.hasSuffix(ending) {
            return String(last.dropLast(ending.count))
        }
        return last
    }

    mutating func read(_ documents: [YAMLNode]) {
        let start = Mark(line: 1, column: 1)
        guard let document = documents.first else {
            return fields.report(.error, at: start, "", "expected a scenario, found nothing")
        }
        if documents.count > 1 {
            fields.report(
                .error, at: documents[1].mark, "",
                "expected one document, found \(documents.count)")
        }
        guard let top = fields.fields(of: Field(document, path: ""), known: Self.keys) else {
            return
        }
        readHeader(top)
        readServers(top["servers"], upgrade: top["upgrade"])
        if top["servers"] == nil, top["upgrade"] == nil {
            fields.missing("servers", of: top, expected: "the API servers, each with a timeline")
        }
        readExtensions(top["extensions"])
        readEntry(top["entry"])
        readLoadBalancers(top["loadBalancers"])
        readNetwork(top["network"])
        checkSense()
    }

    private mutating func readHeader(_ top: Fields) {
        checkHeader(top, "apiVersion", ScenarioFile.apiVersion)
        checkHeader(top, "kind", "Scenario")
        if let name = top["name"], let text = fields.text(name, expected: "a name") {
            scenario.name = text
        }
        if let field = top["origin"], let text = fields.text(field, expected: "capture") {
            if text != "capture" {
                if let instant = absoluteInstant(text) {
                    origin = .instant(instant)
                } else {
                    fields.error(
                        field, "expected capture or an RFC 3339 instant, found \"\(text)\"")
                }
            }
        }
        if let field = top["seed"] {
            scenario.seed = fields.natural(field, expected: "a natural number") ?? scenario.seed
        }
        if let field = top["strictFlags"] { scenario.strictFlags = fields.bool(field) ?? false }
    }

    private mutating func checkHeader(_ top: Fields, _ key: String, _ expected: String) {
        guard let field = top[key] else {
            return fields.report(
                .warning, at: top.field.node.mark, "",
                "key \"\(key)\" is missing: expected \(expected)")
        }
        guard field.node.text != expected else { return }
        fields.error(field, "expected \(expected), found \(field.node.summary)")
    }

    // MARK: Time

    /// Absolute instants that are read; the rest of the range is room for sums.
    static let instants: ClosedRange<Int64> =
        -8_000_000_000_000_000_000...8_000_000_000_000_000_000

    func absoluteInstant(_ text: String) -> Int64? {
        guard let instant = RFC3339.nanoseconds(text), Self.instants.contains(instant) else {
            return nil
        }
        return instant
    }

    /// An offset from the origin or an RFC 3339 instant, as an absolute instant.
    mutating func instant(_ field: Field) -> Int64? {
        guard let text = field.node.text else {
            fields.error(
                field,
                "expected an offset such as 10m or an RFC 3339 instant,"
                    + " found \(field.node.summary)")
            return nil
        }
        if let offset = DurationText.nanoseconds(text) {
            return sum(origin.nanoseconds, offset, at: field)
        }
        if let instant = absoluteInstant(text) { return instant }
        fields.error(
            field, "expected an offset such as 10m or an RFC 3339 instant, found \"\(text)\"")
        return nil
    }

    mutating func sum(_ instant: Int64, _ duration: Int64, at field: Field) -> Int64? {
        let (sum, overflow) = instant.addingReportingOverflow(duration)
        if !overflow, Self.instants.contains(sum) { return sum }
        fields.error(field, "the instant is out of range")
        return nil
    }

    /// How an instant is named in messages: as the normal form of the file would write it.
    func text(of instant: Int64) -> String {
        ScenarioFile.timeText(instant, origin: origin)
    }

    /// When the first process starts: what is there "all along" is there from then on.
    var beginning: Int64 {
        scenario.servers.compactMap(\.processes.first?.startedAt).min() ?? origin.nanoseconds
    }
}
