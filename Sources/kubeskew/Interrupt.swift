import Glibc
import Synchronization

/// Ctrl-C and SIGTERM.
///
/// A verb that must close something first runs inside `polled` and looks at `isRequested`; the
/// second signal ends it at once. Any other verb ends at the first: a recording is sound at any
/// moment. Blocking reads return EINTR, so that a capture from a quiet stream notices.
enum Interrupt {
    private static let signals = Atomic<Int>(0)
    private static let polledDepth = Atomic<Int>(0)

    static var isRequested: Bool { signals.load(ordering: .relaxed) > 0 }

    /// Called once, before anything else.
    static func install() {
        // Touched here so that the handler never is the first to make them.
        signals.store(0, ordering: .relaxed)
        polledDepth.store(0, ordering: .relaxed)
        signal(SIGPIPE, SIG_IGN)
        // Also where a script's `&` had SIGINT ignored, or a parent left it blocked: whoever sends
        // one means it.
        var heeded = sigset_t()
        sigemptyset(&heeded)
        for number in [SIGINT, SIGTERM] {
            sigaddset(&heeded, number)
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { _ in Interrupt.handle() }
            sigaction(number, &action, nil)
        }
        pthread_sigmask(SIG_UNBLOCK, &heeded, nil)
    }

    /// Runs work that looks at `isRequested` and ends soundly when it is set.
    static func polled<Result>(_ body: () throws -> Result) rethrows -> Result {
        polledDepth.add(1, ordering: .relaxed)
        defer { polledDepth.subtract(1, ordering: .relaxed) }
        return try body()
    }

    /// Leaves the verb where an interrupt was requested.
    static func check() throws {
        if isRequested { throw Interrupted() }
    }

    // Runs in a signal handler: atomics and _exit only.
    private static func handle() {
        let earlier = signals.add(1, ordering: .relaxed).oldValue
        if earlier > 0 || polledDepth.load(ordering: .relaxed) == 0 {
            _exit(ExitStatus.interrupted.rawValue)
        }
    }
}
