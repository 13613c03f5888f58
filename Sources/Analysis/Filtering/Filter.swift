import Arguments
import Bytes
public import Judgments
public import Output
public import Recording
import Report

/// What a person wants to see of a list: of some time, namespace, client, resource or server.
///
/// Lists alone are narrowed; verdicts, counts and exit statuses are those of the whole.
public struct Filter: Sendable {
    /// A word that a column must hold; with `*` for anything.
    public enum Field: String, CaseIterable, Sendable {
        case namespace, user
        case userAgent = "user_agent"
        case resource, server
    }

    private let words: [Field: [String]]
    private let since: Int64?
    private let until: Int64?

    /// - Parameters:
    ///   - words: for each field those of which one must fit; none for any.
    ///   - since: an instant, or an offset as `instantMeant` reads it; likewise `until`.
    public init(
        words: [Field: [String]], since: String?, until: String?,
        in recording: borrowing Recording
    ) throws {
        self.words = words.filter { !$0.value.isEmpty }
        let span = since == nil && until == nil ? nil : try recording.span()
        self.since = try since.map { try Filter.instant($0, "--since", span) }
        self.until = try until.map { try Filter.instant($0, "--until", span) }
    }

    public var isEmpty: Bool { words.isEmpty && since == nil && until == nil }

    private static func instant(
        _ text: String, _ flag: String, _ span: ClosedRange<Int64>?
    ) throws -> Int64 {
        guard let instant = instantMeant(by: text, within: span) else {
            throw UsageError("\(flag) wants an instant, not '\(text)'", hint: instantHint)
        }
        return instant
    }

    // MARK: What fits

    public func allows(_ finding: Finding) -> Bool {
        allows(from: finding.firstAt, until: finding.lastAt)
            && words.allSatisfy { field, wanted in
                let resource =
                    finding.group.isEmpty
                    ? finding.resource : "\(finding.resource).\(finding.group)"
                switch field {
                case .namespace: return fits(finding.namespace, wanted)
                case .user: return fits(finding.user, wanted)
                case .userAgent: return fits(finding.userAgent, wanted)
                case .resource: return fits(finding.resource, wanted) || fits(resource, wanted)
                case .server: return fits(finding.server, wanted)
                }
            }
    }

    public func allows(_ exhibit: Exhibit) -> Bool {
        allows(from: exhibit.at, until: exhibit.at)
            && (words[.server].map { fits(exhibit.server, $0) } ?? true)
    }

    /// By what the object itself is called, and when it was deleted.
    func allows(_ item: ReportPage.Restoration) -> Bool {
        let object = item.object
        let resource =
            object.group.isEmpty ? object.resource : "\(object.resource).\(object.group)"
        return allows(from: item.deletedAt, until: item.deletedAt)
            && (words[.namespace].map { fits(object.namespace, $0) } ?? true)
            && (words[.resource].map { fits(object.resource, $0) || fits(resource, $0) } ?? true)
    }

    func allows(_ client: Sufferer) -> Bool {
        allows(from: client.firstAt, until: client.lastAt)
            && (words[.user].map { fits(client.user, $0) } ?? true)
            && (words[.userAgent].map { fits(client.userAgent, $0) } ?? true)
            && (words[.server].map { wanted in
                client.servers.contains { fits($0.name, wanted) }
            } ?? true)
    }

    /// `namespace team-a, since 2026-01-31 09:30:00`; empty where nothing is asked for.
    var description: String {
        var parts = Field.allCases.compactMap { field -> String? in
            guard let wanted = words[field] else { return nil }
            let name = field.rawValue.split(separator: "_").joined(separator: " ")
            return "\(name) \(wanted.joined(separator: " or "))"
        }
        if let since, since > .min { parts.append("since \(RFC3339.moment(since))") }
        if let until, until < .max { parts.append("until \(RFC3339.moment(until))") }
        return parts.joined(separator: ", ")
    }

    /// Judges rows of a query; throws where they have no column to judge by.
    public func judge(of columns: [Column], query: String) throws -> RowJudge {
        let names = columns.map(\.name)
        func place(_ wanted: [String], _ flag: String) throws -> Int {
            for name in wanted {
                if let place = names.firstIndex(of: name) { return place }
            }
            throw UsageError(
                "the rows of \(query) have no column \(wanted[0]) for \(flag) to go by",
                hint: "Its columns: \(names.joined(separator: ", "))")
        }
        var judge = RowJudge(since: since, until: until)
        for (field, wanted) in words {
            let flag = "--\(field.rawValue.split(separator: "_").joined(separator: "-"))"
            judge.words.append((try place([field.rawValue], flag), wanted))
        }
        if since != nil { judge.last = try place(["last_at", "at", "first_at"], "--since") }
        if until != nil { judge.first = try place(["first_at", "at", "last_at"], "--until") }
        return judge
    }

    private func allows(from first: Int64?, until last: Int64?) -> Bool {
        if let since, (last ?? first ?? .max) < since { return false }
        if let until, (first ?? last ?? .min) >= until { return false }
        return true
    }
}

/// Which rows of a query fit a filter.
public struct RowJudge {
    var words: [(place: Int, wanted: [String])] = []
    var first: Int?
    var last: Int?
    let since: Int64?
    let until: Int64?

    init(since: Int64?, until: Int64?) {
        self.since = since
        self.until = until
    }

    public func allows(_ row: [Cell]) -> Bool {
        words.allSatisfy { place, wanted in fits(text(row[place]), wanted) }
            && isPast(since, row, last, ==) && !isPast(until, row, first, !=)
    }

    /// Whether the row's instant is not before a limit; `rule` says what no instant means.
    private func isPast(
        _ limit: Int64?, _ row: [Cell], _ place: Int?, _ rule: (Bool, Bool) -> Bool
    ) -> Bool {
        guard let limit, let place else { return rule(true, true) }
        guard let instant = RFC3339.nanoseconds(text(row[place])) else { return rule(true, true) }
        return instant >= limit
    }

    private func text(_ cell: Cell) -> String {
        switch cell {
        case .text(let text): text
        case .integer(let number): String(number)
        case .null, .real, .boolean: ""
        }
    }
}

/// Whether a text is one of the wanted ones, where `*` stands for anything.
private func fits(_ text: String, _ wanted: [String]) -> Bool {
    wanted.contains { pattern in
        guard pattern.contains("*") else { return text == pattern }
        return matches(
            text[...], pattern.split(separator: "*", omittingEmptySubsequences: false)[...])
    }
}

/// Whether the pieces between stars stand in a text in this order, the outer ones at its ends.
private func matches(_ text: Substring, _ pieces: ArraySlice<Substring>) -> Bool {
    guard let first = pieces.first, text.hasPrefix(first) else { return false }
    var rest = text.dropFirst(first.count)
    for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
        guard let place = rest.firstRange(of: piece) else { return false }
        rest = rest[place.upperBound...]
    }
    return pieces.count == 1 ? rest.isEmpty : rest.hasSuffix(pieces[pieces.endIndex - 1])
}
