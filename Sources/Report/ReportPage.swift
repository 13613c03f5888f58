public import Judgments

/// Everything a report shows, as a value: what one or two runs say of a recording.
///
/// The shell fills it with a few grouped queries; `rendered()` turns it into one HTML page. Lists
/// may be longer than what a page holds: rendering takes the first of each and says how many there
/// are. Texts come from logs and count as hostile.
public struct ReportPage: Sendable {
    /// The recording's file name, as commands name it.
    public var recording = ""
    public var requests = 0
    public var firstAt: Int64 = 0
    public var lastAt: Int64 = 0
    public var toolVersion = ""
    public var madeAt: Int64 = 0
    /// One run, or two that are put side by side.
    public var runs: [Run] = []
    /// What the kinds of findings mean, in the order in which they are shown.
    public var kinds: [KindText] = []
    /// Fact numbers with their meaning; those that no finding names are left out of the page.
    public var facts: [Fact] = []
    public var coverage = Coverage()
    /// Requests by server and bin; a sample where `sampledOneIn` is more than 1.
    public var traffic: [Series] = []
    public var sampledOneIn = 1
    /// The time in which servers disagreed, drawn by itself where it is a small part of all.
    public var detail: Stretch?
    /// Starts of controllers and changes of leaders, in the order of time.
    public var moments: [ControllerMoment] = []
    /// Between two runs.
    public var changes: [Change] = []
    public var inputs: [Input] = []
    /// Which part of the lists is shown; empty for all of it.
    public var narrowing = ""
    /// Whether paper gets every card, or the few pages that people read.
    public var printsAll = false

    public init() {}

    /// Bins into which the time from `firstAt` to `lastAt` is cut.
    public static let bins = 240

    /// The length of a bin in nanoseconds; the last one ends after `lastAt`.
    public var binWidth: Int64 { Stretch(from: firstAt, until: lastAt).binWidth }

    /// A part of the time, cut into `bins`.
    public struct Stretch: Sendable {
        public var from: Int64
        public var until: Int64
        /// Requests by server and bin.
        public var traffic: [Series] = []

        public init(from: Int64, until: Int64) {
            self.from = from
            self.until = until
        }

        /// The length of a bin in nanoseconds; the last one ends after `until`.
        public var binWidth: Int64 { max(1, distance(from, until) / Int64(ReportPage.bins) + 1) }
    }

    /// All of the time.
    var whole: Stretch {
        var whole = Stretch(from: firstAt, until: lastAt)
        whole.traffic = traffic
        return whole
    }

    /// The time in which servers of the runs disagreed, with something around it: where that is a
    /// small part of all, it gets a picture of its own.
    public var detailSpan: (from: Int64, until: Int64)? {
        let windows = runs.flatMap {
            MixedReleases($0.lanes, from: firstAt, until: lastAt).windows
        }
        let whole = distance(firstAt, lastAt)
        guard let first = windows.map(\.from).min(), let last = windows.map(\.until).max() else {
            return nil
        }
        let all = MixedReleases.Window(from: first, until: last)
        let longest = windows.max { distance($0.from, $0.until) < distance($1.from, $1.until) }
        for window in [all, longest ?? all] {
            let length = distance(window.from, window.until)
            guard length > 0, length < whole / 2 else { continue }
            let margin = length / 8
            return (max(firstAt, window.from &- margin), min(lastAt, window.until &+ margin))
        }
        return nil
    }
}

extension ReportPage {
    /// One replay: the control plane it assumes, what it counts, and what it found.
    public struct Run: Sendable {
        public var name = ""
        public var scenario = ""
        public var mode = RunMode.asRecorded
        public var requests = 0
        public var lanes: [Lane] = []
        public var figures = RunFigures()
        /// What limits it, the weightiest first.
        public var evidence: [Evidence] = []
        /// Wrong answers and forwarded requests by server and bin.
        public var marks: [Series] = []
        /// Deletions and removed namespaces by bin.
        public var consequences: [Series] = []
        /// The same in the page's detail.
        public var detailMarks: [Series] = []
        public var detailConsequences: [Series] = []
        /// What to bring back, guard or clean up; cut to what a report may hold.
        public var restore: [Restoration] = []
        public var restoreCount = 0
        /// By kind, the gravest first; cut to what the page may hold.
        public var findings: [FindingCase] = []

        public init() {}

        var isAsRecorded: Bool { mode == .asRecorded }
    }

    /// An API server in the picture: its processes, earliest first.
    public struct Lane: Sendable {
        public struct Process: Sendable {
            public var release: String
            public var from: Int64
            public var readyAt: Int64
            /// nil: to the end.
            public var until: Int64?

            public init(release: String, from: Int64, readyAt: Int64, until: Int64?) {
                self.release = release
                self.from = from
                self.readyAt = readyAt
                self.until = until
            }
        }

        public var server: String
        public var processes: [Process]

        public init(server: String, processes: [Process]) {
            self.server = server
            self.processes = processes
        }
    }

    /// What a mark in the picture stands for.
    public enum Mark: String, Sendable, CaseIterable {
        case wrong404 = "wrong-404"
        case wrong503 = "unavailable-503"
        case looped
        case unreachable
        case proxied
        case traffic
        case deleted
        case namespace

        /// Nil for what no picture marks.
        public init?(_ outcome: Outcome) {
            switch outcome {
            case .wrongNotFound: self = .wrong404
            case .unavailable: self = .wrong503
            case .looped: self = .looped
            case .unreachable: self = .unreachable
            case .proxied: self = .proxied
            case .local, .rightNotFound, .unjudged: return nil
            }
        }
    }

    /// Counts of one kind by bin, at one server or anywhere.
    public struct Series: Sendable {
        public var mark: Mark
        public var server: String
        /// Sorted by bin.
        public var points: [Point]

        public struct Point: Sendable {
            public var bin: Int
            public var count: Int

            public init(bin: Int, count: Int) {
                self.bin = bin
                self.count = count
            }
        }

        public init(_ mark: Mark, server: String = "", points: [Point]) {
            self.mark = mark
            self.server = server
            self.points = points
        }
    }

    /// What a kind of finding means and what to do about it.
    public struct KindText: Sendable {
        public var kind: Finding.Kind
        public var title: String
        public var cause: String
        public var advice: String
        public var blindness: String
        public var facts: [String]

        public init(
            kind: Finding.Kind, title: String, cause: String, advice: String, blindness: String,
            facts: [String]
        ) {
            self.kind = kind
            self.title = title
            self.cause = cause
            self.advice = advice
            self.blindness = blindness
            self.facts = facts
        }
    }

    public struct Fact: Sendable {
        public var number: String
        public var meaning: String

        public init(_ number: String, _ meaning: String) {
            self.number = number
            self.meaning = meaning
        }
    }
}

extension ReportPage {
    /// What the recording can show at all.
    public struct Coverage: Sendable {
        public struct Server: Sendable {
            public var name = ""
            public var requests = 0
            /// By audit level; the rest has none, as packets do.
            public var metadata = 0
            public var request = 0
            public var requestResponse = 0
            /// Without their end: the answer was not seen.
            public var unfinished = 0

            public init() {}
        }

        public var servers: [Server] = []
        /// Servers of the scenario whose log is not in the recording.
        public var missingServers: [String] = []
        public var rejects = 0
        public var truncated = 0
        public var objects = 0
        public var owners = 0

        public init() {}
    }
}
