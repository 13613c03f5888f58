/// Cuts a model into epochs and fills the table: the only place that loops over all of it.
struct Compilation {
    let model: Model
    let columns: Columns
    private(set) var epochs: [Int64] = []
    private(set) var decisions: [Decision] = []
    private(set) var rows: [UInt32] = []
    private(set) var cells: [UInt32] = []
    private var decisionNumbers: [Decision: UInt32] = [:]
    private var rowStarts: [[UInt32]: UInt32] = [:]

    init(_ scenario: Scenario) {
        let extensions = Columns.Extensions(scenario)
        model = Model(scenario, windows: extensions.windows)
        columns = Columns(extensions, processes: model.processes)
        let dirty = cut()
        fill(dirty)
    }

    /// Finds the epochs; tells for each which servers' rows may differ from the epoch before.
    private mutating func cut() -> [[Bool]] {
        let count = model.serverNames.count
        let shared = model.sharedChanges
        let own = (0..<count).map { model.beliefChanges(of: $0) }
        let all = own.reduce(shared) { $0.union($1) }.filter { $0 > .min && $0 < .max }
        epochs = [.min] + all.sorted()
        return epochs.map { start in
            let isShared = start == .min || shared.contains(start)
            return (0..<count).map { isShared || own[$0].contains(start) }
        }
    }

    private mutating func fill(_ dirty: [[Bool]]) {
        let count = model.serverNames.count
        let headers = PeerProxiedHeader.allCases
        rows.reserveCapacity(epochs.count * count * headers.count)
        let followsPeers = model.targets.contains(where: \.stripsHeader)
        for (epoch, start) in epochs.enumerated() {
            let anyDirty = dirty[epoch].contains(true)
            for server in 0..<count {
                for header in headers {
                    // Without the guard, what a peer knows matters as well.
                    let isDirty =
                        dirty[epoch][server]
                        || (anyDirty && (header == .spoofed || followsPeers))
                    if isDirty {
                        rows.append(row(start, server, header))
                    } else {
                        rows.append(rows[rows.count - count * headers.count])
                    }
                }
            }
        }
    }

    private mutating func row(_ start: Int64, _ server: Int, _ header: PeerProxiedHeader) -> UInt32
    {
        let row = columns.columns.map { column -> UInt32 in
            var response = Response(model, column, header, at: start)
            return number(response.decide(at: server))
        }
        if let known = rowStarts[row] { return known }
        let position = UInt32(cells.count)
        rowStarts[row] = position
        cells += row
        return position
    }

    private mutating func number(_ decision: Decision) -> UInt32 {
        if let known = decisionNumbers[decision] { return known }
        let number = UInt32(decisions.count)
        decisionNumbers[decision] = number
        decisions.append(decision)
        return number
    }
}
