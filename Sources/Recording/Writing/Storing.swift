import Dispatch
import SQLiteKit

/// Stores one batch at a time on a thread of its own, while the next one is being placed.
///
/// Placing takes a third of a writer's time and storing two thirds: side by side they take the
/// longer of the two. Everything else that needs the database asks for it with `settled`.
final class Storing {
    private let queue = DispatchQueue(label: "kubeskew.storing")
    private let store: BatchStore
    private let outcome = Outcome()
    /// Whether a batch may still be on its way.
    private(set) var isBusy = false

    init(_ store: BatchStore) { self.store = store }

    // The database closes with its last user: that is the caller's thread, never the other one.
    deinit { queue.sync {} }

    /// Begins to store a batch, after the one before.
    func start(_ batch: PlacedBatch) throws(SQLiteError) {
        let store = try settled()
        isBusy = true
        queue.async { [outcome] in
            do throws(SQLiteError) {
                try store.store(batch)
            } catch {
                outcome.failure = error
            }
        }
    }

    /// The database, with every batch so far in it; an error of the last one comes out here.
    func settled() throws(SQLiteError) -> BatchStore {
        if isBusy {
            queue.sync {}
            isBusy = false
        }
        if let failure = outcome.failure { throw failure }
        return store
    }

    // Written on the queue, and read after waiting for it.
    private final class Outcome: @unchecked Sendable {
        var failure: SQLiteError?
    }
}
