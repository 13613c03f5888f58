import Glibc

/// A queue between two threads that holds a few elements: who is faster waits.
///
/// `close` from either end makes the other stop: pushes fail at once, pops after the last element.
// The mutex guards every access to the variables below it.
final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private let capacity: Int
    private var elements: [Element] = []
    private var isClosed = false

    init(capacity: Int) {
        self.capacity = capacity
        mutex = .allocate(capacity: 1)
        changed = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Waits for room; false where the queue was closed.
    func push(_ element: consuming Element) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while elements.count >= capacity, !isClosed { pthread_cond_wait(changed, mutex) }
        guard !isClosed else { return false }
        elements.append(element)
        pthread_cond_broadcast(changed)
        return true
    }

    /// Waits for an element; nil where the queue was closed and is empty.
    func pop() -> Element? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while elements.isEmpty, !isClosed { pthread_cond_wait(changed, mutex) }
        return take()
    }

    /// An element if there is one now.
    func poll() -> Element? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return take()
    }

    /// Adds an element where there is room for it now, or drops it.
    func offer(_ element: consuming Element) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if elements.count < capacity, !isClosed { elements.append(element) }
    }

    /// What `pop` gave after waiting for a while.
    enum Popped {
        case element(Element)
        case nothingYet
        case closed
    }

    /// The same, but comes back without an element after some milliseconds.
    func pop(milliseconds: Int) -> Popped {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if elements.isEmpty, !isClosed {
            var until = timespec()
            clock_gettime(CLOCK_REALTIME, &until)
            until.tv_nsec += milliseconds % 1_000 * 1_000_000
            until.tv_sec += milliseconds / 1_000 + until.tv_nsec / 1_000_000_000
            until.tv_nsec %= 1_000_000_000
            pthread_cond_timedwait(changed, mutex, &until)
        }
        if let element = take() { return .element(element) }
        return isClosed ? .closed : .nothingYet
    }

    /// No more elements will come, or are wanted.
    func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
    }

    private func take() -> Element? {
        guard !elements.isEmpty else { return nil }
        pthread_cond_broadcast(changed)
        return elements.removeFirst()
    }
}

/// Runs a body on the calling thread and on as many others as the system has, up to a number.
func sideBySide(_ threads: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let others = threads > 1 ? Worker { sideBySide(threads - 1, body) } : nil
    body(threads - 1)
    others?.join()
}

/// As many threads as there are processors, up to a number.
func threads(atMost most: Int) -> Int { min(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), most) }

/// A thread with a body, joined by whoever started it.
struct Worker: ~Copyable {
    private let thread: pthread_t

    private final class Body {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Nil where the system has no thread left.
    init?(_ run: @escaping @Sendable () -> Void) {
        var handle = pthread_t()
        let body = Unmanaged.passRetained(Body(run))
        let code = pthread_create(
            &handle, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, body.toOpaque())
        guard code == 0 else {
            body.release()
            return nil
        }
        thread = handle
    }

    consuming func join() { pthread_join(thread, nil) }
}
