import Glibc
import Synchronization

/// Ctrl-C, SIGTERM and a terminal that went away.
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
        // Writing beyond a limit on the size of files fails, which is said; it is no end.
        signal(SIGXFSZ, SIG_IGN)
        installLastWords()
        // Also where a script's `&` had SIGINT ignored, or a parent left it blocked: whoever sends
        // one means it.
        var heeded = sigset_t()
        sigemptyset(&heeded)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            // Under nohup, that the terminal goes is no reason to stop.
            if number == SIGHUP, isIgnored(number) { continue }
            sigaddset(&heeded, number)
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { _ in Interrupt.handle() }
            sigaction(number, &action, nil)
        }
        pthread_sigmask(SIG_UNBLOCK, &heeded, nil)
    }

    /// A crash says that it is one and no more.
    ///
    /// The runtime's report would print memory, which holds what logs and packets hold. Who sets
    /// SWIFT_BACKTRACE wants it.
    private static func installLastWords() {
        guard getenv("SWIFT_BACKTRACE") == nil else { return }
        for number in [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                let words: StaticString =
                    "kubeskew: this is a bug: it crashed. A recording holds what was committed.\n"
                _ = Glibc.write(STDERR_FILENO, words.utf8Start, words.utf8CodeUnitCount)
                signal(number, SIG_DFL)
                raise(number)
            }
            // Once: what the handler itself does ends the process.
            action.sa_flags = CInt(bitPattern: UInt32(SA_RESETHAND) | UInt32(SA_NODEFER))
            sigaction(number, &action, nil)
        }
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
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
