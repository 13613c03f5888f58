import Glibc
import Output
import Recording
import Synchronization

Interrupt.install()
Recording.waiting.withLock { waiting in
    waiting = { path in
        StandardError.write("waiting: another process is using \(displaySafe(path))\n")
    }
}
exit(Program.run(arguments: CommandLine.arguments, environment: currentEnvironment()).rawValue)
