import Judgments

/// Cuts a model into epochs and fills the table: the only place that loops over all of it.
///
/// Most of a control plane is plain: a server that is up answers for what it serves. Those cells
/// are filled without building a decision, and a cell is looked at again only where something
/// changed that it depends on.
struct Compilation {
    let model: Model
    let columns: Columns
    private(set) var epochs: [Int64] = []
    private(set) var decisions: [Decision] = []
    /// By epoch, server, header and block of columns: where the block starts in `cells`.
    private(set) var rows: [UInt32] = []
    private(set) var cells: [UInt32] = []

    private let layout: Layout
    private var decisionNumbers: [Decision: UInt32] = [:]
    private var plain: PlainDecisions
    /// By decision: whether the server that received the request answered it.
    private var staysHere: [Bool] = []
    private var blockStarts: [[UInt32]: UInt32] = [:]

    init(_ scenario: Scenario) {
        let extensions = Columns.Extensions(scenario)
        model = Model(scenario, windows: extensions.windows)
        columns = Columns(extensions, model)
        layout = Layout(columns.columns, model)
        plain = PlainDecisions(servers: model.serverNames.count)
        fill()
    }

    var blockCount: Int { layout.blockCount }

    private mutating func fill() {
        let changes = Changes(model)
        epochs = changes.epochs
        let servers = model.serverNames.count
        let planes = servers * PeerProxiedHeader.allCases.count
        let now = Snapshot(model, at: .min)
        var current = [UInt32](
            repeating: 0, count: planes * layout.blockCount * DecisionGrid.blockSize)
        var blocks = [UInt32](repeating: 0, count: planes * layout.blockCount)
        var serving = Serving(layout, servers: servers)
        rows.reserveCapacity(epochs.count * blocks.count)
        for (epoch, start) in epochs.enumerated() {
            let change = now.advance(to: start)
            let isShared = epoch == 0 || change.isShared || changes.shared.contains(start)
            let windows = changes.windows[start] ?? []
            let caches = changes.caches[start] ?? []
            if isShared {
                serving.update(Array(layout.columns.indices), now)
            } else if !windows.isEmpty {
                serving.update(layout.columns(with: windows), now)
            }
            let anyBelief = change.beliefs.contains(true)
            let anyCache = !caches.isEmpty
            for server in 0..<servers {
                var dirty: Dirty = .none
                if isShared || change.beliefs[server] {
                    dirty = .all
                } else if !windows.isEmpty || caches.contains(server) {
                    dirty = .some(
                        caches.contains(server)
                            ? layout.windowed : layout.columns(with: windows))
                }
                for header in PeerProxiedHeader.allCases {
                    let plane = server * 3 + Int(header.rawValue)
                    var work = dirty
                    if layout.followsPeers || header == .spoofed {
                        // The request may go on to what another server holds.
                        if anyBelief {
                            work = .all
                        } else if anyCache {
                            work = work.orSome(layout.windowed)
                        }
                    }
                    refresh(work, plane, server, header, now, serving, &current, &blocks)
                }
            }
            rows += blocks
        }
    }

    /// The columns to look at again.
    private enum Dirty {
        case none
        case some([Int])
        case all

        /// At least these: those of a change of windows are among all that have some.
        func orSome(_ windowed: [Int]) -> Dirty {
            if case .all = self { return self }
            return .some(windowed)
        }
    }

    private mutating func refresh(
        _ dirty: Dirty, _ plane: Int, _ server: Int, _ header: PeerProxiedHeader, _ now: Snapshot,
        _ serving: Serving, _ current: inout [UInt32], _ blocks: inout [UInt32]
    ) {
        let list: [Int]
        switch dirty {
        case .none: return
        case .some(let columns): list = columns
        case .all: list = layout.all
        }
        let width = layout.blockCount * DecisionGrid.blockSize
        var stale = Set<Int>()
        for column in list {
            let cell = plane * width + column
            let absent = current[(plane - Int(header.rawValue)) * width + column]
            let number: UInt32
            if header == .spoofed, staysHere[Int(absent)] {
                // Only a request that is forwarded can be taken for a first-hand one.
                number = absent
            } else if let quick = plainDecision(column, server, header, now, serving) {
                number = quick
            } else {
                var response = Response(
                    now, layout.columns[column], header, serving: serving.rows[column])
                number = self.number(response.decide(at: server))
            }
            if current[cell] != number || rows.isEmpty {
                current[cell] = number
                stale.insert(column >> DecisionGrid.blockShift)
            }
        }
        for block in stale {
            let start = plane * width + block << DecisionGrid.blockShift
            blocks[plane * layout.blockCount + block] = store(
                Array(current[start..<(start + DecisionGrid.blockSize)]))
        }
    }

    private mutating func store(_ block: [UInt32]) -> UInt32 {
        if let known = blockStarts[block] { return known }
        let position = UInt32(cells.count)
        blockStarts[block] = position
        cells += block
        return position
    }

    private mutating func number(_ decision: Decision) -> UInt32 {
        if let known = decisionNumbers[decision] { return known }
        let number = UInt32(decisions.count)
        decisionNumbers[decision] = number
        decisions.append(decision)
        staysHere.append(decision.branches.allSatisfy { $0.path.count == 1 })
        return number
    }
}

// MARK: Cells without doubt

extension Compilation {
    /// The decision where nothing is open, from few array reads; nil where the ladder must be
    /// climbed.
    private mutating func plainDecision(
        _ number: Int, _ server: Int, _ header: PeerProxiedHeader, _ now: Snapshot,
        _ serving: Serving
    ) -> UInt32? {
        let process = now.steady[server]
        guard process >= 0, !now.mayHaveDied[server] else { return nil }
        let column = layout.cells[number]
        let facts = model.processes[process]
        switch column.kind {
        case .nonResource:
            return plain(.local, .any, facts.forwards ? .notAResource : .noFilter, server)
        case .unknown: return plain(.unjudged, .any, .unknownResource, server)
        case .resource: break
        }
        let builtIn = layout.served[number * layout.processCount + process]
        var serves = builtIn
        if column.hasWindows { serves = serves || now.isThere(layout.columns[number]) }
        guard serves.isCertain else { return nil }
        guard let rung = rung(number, facts, serves, builtIn, server, header, now) else {
            return nil
        }
        if serves == .yes { return plain(.local, .handlers, rung, server) }
        let hasGroup = layout.hasGroup[number * layout.processCount + process]
        guard hasGroup.isCertain, let outcome = serving.judgement(of: number) else { return nil }
        return plain(outcome, hasGroup == .yes ? .route : .page, rung, server)
    }

    /// The rung that leads to the server's own handlers, where no other can be reached.
    private func rung(
        _ number: Int, _ process: ProcessModel, _ serves: Known, _ builtIn: Known, _ server: Int,
        _ header: PeerProxiedHeader, _ now: Snapshot
    ) -> Rung? {
        guard process.forwards else { return .noFilter }
        guard header != .guarding else { return .alreadyForwarded }
        let column = layout.cells[number]
        if process.readsRecords { return column.isRecorded ? nil : .noPeer }
        if builtIn == .yes { return .servesLocally }
        if column.hasWindows {
            let excludes = process.dialect?.excludesExtensions == true
            return excludes && serves == .yes ? .servesLocally : nil
        }
        for believed in now.believed[server]
        where layout.served[number * layout.processCount + believed].isPossible {
            return nil
        }
        return .noPeer
    }

    private mutating func plain(
        _ outcome: Outcome, _ answer: Answer, _ rung: Rung, _ server: Int
    ) -> UInt32 {
        let index = plain.index(outcome, answer, rung, server)
        if plain.numbers[index] != .max { return plain.numbers[index] }
        let branch = Branch(outcome, answer, path: [server], rung: rung)
        let number = number(Decision(branches: [branch], reasons: []))
        plain.numbers[index] = number
        return number
    }

    /// Decisions of one branch at one server, by what they say.
    private struct PlainDecisions {
        var numbers: [UInt32]

        init(servers: Int) {
            let kinds =
                Outcome.allCases.count * Answer.allCases.count * Rung.allCases.count
            numbers = [UInt32](repeating: .max, count: servers * kinds)
        }

        func index(_ outcome: Outcome, _ answer: Answer, _ rung: Rung, _ server: Int) -> Int {
            var index = server * Rung.allCases.count + Int(rung.rawValue)
            index = index * Answer.allCases.count + Int(answer.rawValue)
            return index * Outcome.allCases.count + Int(outcome.rawValue)
        }
    }
}

/// The columns of a table laid out flat, for the loops over all of them.
private struct Layout {
    struct Cell {
        var kind: ResourceColumn.Kind
        var hasWindows: Bool
        var isRecorded: Bool
    }

    let columns: [ResourceColumn]
    let all: [Int]
    /// Those that depend on custom or aggregated APIs.
    let windowed: [Int]
    let cells: [Cell]
    let processCount: Int
    /// By column and process.
    let served: [Known]
    let hasGroup: [Known]
    let blockCount: Int
    /// Whether what a server knows matters to requests that arrive elsewhere: the guard is
    /// stripped.
    let followsPeers: Bool

    init(_ columns: [ResourceColumn], _ model: Model) {
        self.columns = columns
        all = Array(columns.indices)
        windowed = columns.indices.filter {
            !columns[$0].windows.isEmpty || !columns[$0].exclusions.isEmpty
        }
        cells = columns.map {
            Cell(
                kind: $0.kind, hasWindows: !$0.windows.isEmpty || !$0.exclusions.isEmpty,
                isRecorded: $0.isRecorded.contains(true))
        }
        processCount = model.processes.count
        served = columns.flatMap(\.served)
        hasGroup = columns.flatMap(\.hasGroup)
        blockCount = (columns.count + DecisionGrid.blockSize - 1) >> DecisionGrid.blockShift
        followsPeers = model.targets.contains(where: \.stripsHeader)
    }

    func columns(with windows: [Int]) -> [Int] {
        windowed.filter { column in
            windows.contains {
                columns[column].windows.contains($0) || columns[column].exclusions.contains($0)
            }
        }
    }
}

/// Which running servers serve each column.
private struct Serving {
    private let layout: Layout
    private let servers: Int
    /// By column and server.
    private(set) var rows: [[Known]]
    private var most: [Known]

    init(_ layout: Layout, servers: Int) {
        self.layout = layout
        self.servers = servers
        rows = Array(
            repeating: Array(repeating: .no, count: servers), count: layout.columns.count)
        most = Array(repeating: .no, count: layout.columns.count)
    }

    mutating func update(_ columns: [Int], _ now: Snapshot) {
        for number in columns where layout.cells[number].kind == .resource {
            most[number] = .no
            for server in 0..<servers {
                let process = now.steady[server]
                let serving: Known
                if process >= 0, !layout.cells[number].hasWindows {
                    serving = layout.served[number * layout.processCount + process]
                } else {
                    serving = now.isServing(layout.columns[number], server: server)
                }
                rows[number][server] = serving
                most[number] = most[number] || serving
            }
        }
    }

    /// Of a 404 at a server that does not serve the column; nil where either can be said.
    func judgement(of column: Int) -> Outcome? {
        switch most[column] {
        case .yes: .wrongNotFound
        case .maybe: nil
        case .no: .rightNotFound
        }
    }
}

/// The instants at which anything changes, and what.
private struct Changes {
    var epochs: [Int64]
    /// What concerns every server and is no track of a snapshot.
    var shared = Set<Int64>()
    /// Windows of custom and aggregated APIs.
    var windows: [Int64: [Int]] = [:]
    /// Servers whose local discovery cache may change.
    var caches: [Int64: Set<Int>] = [:]

    init(_ model: Model) {
        shared.formUnion(model.faults.changes)
        if model.processes.contains(where: \.readsRecords) {
            for process in model.processes where process.writesStorageVersions {
                shared.insert(process.recordsWritten.earliest)
                shared.insert(process.recordsWritten.latest)
            }
            for lease in model.leases { shared.formUnion(lease.exists.changes) }
        }
        var all = shared
        for track in model.presence { all.formUnion(track.changes) }
        for track in model.endpoints { all.formUnion(track.changes) }
        for track in model.mayHaveDied { all.formUnion(track.changes) }
        for track in model.beliefs.joined() { all.formUnion(track.changes) }
        for (number, window) in model.windows.enumerated() {
            for instant in window.changes { windows[instant, default: []].append(number) }
            for (process, facts) in model.processes.enumerated() {
                for instant in model.localDiscoveryChanges(of: process, window) {
                    caches[instant, default: []].insert(facts.server)
                }
            }
        }
        all.formUnion(windows.keys)
        all.formUnion(caches.keys)
        epochs = [.min] + all.filter { $0 > .min && $0 < .max }.sorted()
    }
}
