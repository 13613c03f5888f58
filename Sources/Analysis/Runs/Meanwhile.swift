import Dispatch
import Synchronization

/// A value that another processor works out while this one does something else.
final class Meanwhile<Value: Sendable>: Sendable {
    private let work: @Sendable () -> Value
    private let group = DispatchGroup()
    private let found = Mutex<Value?>(nil)

    init(_ work: @escaping @Sendable () -> Value) {
        self.work = work
        DispatchQueue.global().async(group: group) { [self] in
            let value = work()
            found.withLock { $0 = value }
        }
    }

    /// Waits for it.
    var value: Value {
        group.wait()
        return found.withLock { $0 } ?? work()
    }
}
