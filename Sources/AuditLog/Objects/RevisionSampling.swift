import Bytes
import KubeAPI

/// Which writes are kept to compare clocks by: some of each server, evenly over time.
struct RevisionSampling {
    /// Ten in a second tell as much as a thousand, where there are many.
    private static let pause: Int64 = 100_000_000
    /// Of a short log all are kept.
    private static let all = 2_000

    private var last: [UInt32: (at: Int64, count: Int)] = [:]

    mutating func takes(
        _ revision: Revision, of request: Request, isAnswered: Bool, _ names: borrowing Names
    ) -> Bool {
        guard revision.server != 0, revision.made != 0 || revision.used != 0 else { return false }
        guard isAnswered else { return RevisionSampling.isElection(request, names) }
        let (at, count) = last[revision.server] ?? (0, 0)
        let isNear = (revision.from &- at).magnitude < UInt64(RevisionSampling.pause)
        guard count < RevisionSampling.all || !isNear else { return false }
        last[revision.server] = (revision.from, count + 1)
        return true
    }

    /// Without bodies one update says what the one before it made, where all of an object's are
    /// there: leases by which controllers elect a leader are few, and renewed every two seconds.
    private static func isElection(_ request: Request, _ names: borrowing Names) -> Bool {
        names.strings.holds("leases", at: names.resources[request.resource].resource)
            && names.strings.holds("kube-system", at: request.namespace)
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
