public import KubeAPI

/// The log of several servers under one name, as two versions that take turns in it show.
///
/// After an upgrade the old version is not seen again, and after a rollback not within seconds but
/// where both processes were seen to become ready: a server that goes on in the midst of another's
/// records does not become ready again.
public struct MixedLog: Equatable, Sendable {
    /// A server is seldom replaced by another version and back in so short a time.
    static let turn: Int64 = 30 * .second

    /// Empty where the log names none.
    public var server: String
    public var one: String
    public var other: String

    /// Of the processes of one server; nil where they may well have been one after the other.
    public init?(_ processes: [ServerProcess]) {
        let following = zip(processes.dropFirst(), processes.dropFirst(2))
        for (first, (second, third)) in zip(processes, following)
        where first.version == third.version && second.version != first.version {
            guard third.firstSeen - second.firstSeen < MixedLog.turn else { continue }
            if second.readyAt != nil, third.readyAt != nil { continue }
            (server, one, other) = (first.server, first.version, second.version)
            return
        }
        return nil
    }

    /// Those of many servers, by their names.
    public static func all(in processes: [ServerProcess]) -> [MixedLog] {
        Dictionary(grouping: processes, by: \.server).sorted { $0.key < $1.key }
            .compactMap { MixedLog($0.value) }
    }

    /// What a person should know.
    public var sentence: String {
        "\(server.isEmpty ? "a log that names no server" : server) shows API servers of two "
            + "versions at once (\(one), \(other)): the records of several servers are mixed in "
            + "it and cannot be told apart"
    }
}
