import Bytes
public import KubeAPI

/// Which writes of a source are kept to compare clocks by: some of each server, evenly over time.
public struct RevisionSampling: Sendable {
    /// Ten in a second tell as much as a thousand, where there are many.
    private static let pause: Int64 = 100_000_000
    /// Of a short log all are kept.
    private static let all = 2_000

    private var last: [UInt32: (at: Int64, count: Int)] = [:]

    public init() {}

    public mutating func takes(_ revision: Revision) -> Bool {
        guard revision.isOneOfMany else { return true }
        let (at, count) = last[revision.server] ?? (0, 0)
        let isNear = (revision.from &- at).magnitude < UInt64(RevisionSampling.pause)
        guard count < RevisionSampling.all || !isNear else { return false }
        last[revision.server] = (revision.from, count + 1)
        return true
    }
}

extension ByteRun {
    /// The decimal number that it is; 0 where it is none.
    var revision: Int64 {
        guard count > 0, count < 19 else { return 0 }
        var number: Int64 = 0
        for index in 0..<count {
            let digit = self[index] &- 0x30
            guard digit < 10 else { return 0 }
            number = number * 10 + Int64(digit)
        }
        return number
    }
}
