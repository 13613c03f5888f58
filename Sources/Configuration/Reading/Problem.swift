/// Something that a configuration file says wrongly, and where.
///
/// Readers of files collect all of them instead of stopping at the first. An error means that the
/// file cannot be used as it stands; a warning, that it probably does not say what was meant.
public struct Problem: Sendable, Equatable {
    public enum Severity: String, Sendable { case warning, error }

    public var severity: Severity
    public var file: String
    public var mark: Mark
    /// Such as `servers.cp-1.timeline[0].ready`; empty for the document itself.
    public var key: String
    public var message: String

    public init(
        _ severity: Severity, file: String, mark: Mark, key: String, message: String
    ) {
        self.severity = severity
        self.file = file
        self.mark = mark
        self.key = key
        self.message = message
    }
}

extension Problem: CustomStringConvertible {
    /// `upgrade.yaml:9:15: error: servers.cp-1.timeline[0].ready: expected …`, as compilers write.
    public var description: String {
        let place = "\(file):\(mark.line):\(mark.column): \(severity)"
        return key.isEmpty ? "\(place): \(message)" : "\(place): \(key): \(message)"
    }
}

/// Everything that is wrong with a file, in the order of the file.
public struct Problems: Error, Equatable, CustomStringConvertible {
    public var list: [Problem]

    public init(_ list: [Problem]) { self.list = list }

    public var description: String { list.map(\.description).joined(separator: "\n") }
}
