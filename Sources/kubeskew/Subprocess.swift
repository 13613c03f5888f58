import Analysis
import Glibc

/// Another program, run to its end; what it printed.
struct Subprocess {
    let program: String
    let arguments: [String]

    struct Answer {
        var status: Int32
        var output: [UInt8]
        var errors: [UInt8]

        /// The last line of what it complained of.
        var complaint: String {
            let text = String(decoding: errors, as: UTF8.self)
            return text.split(whereSeparator: \.isNewline).last.map(String.init)
                ?? "it ended with \(status)"
        }
    }

    /// More than any API server answers.
    private static let longestOutput = 64 << 20

    func run() throws -> Answer {
        let output = try Pipe()
        let errors = try Pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.end, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors.end, STDERR_FILENO)
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child = pid_t()
        let code = posix_spawnp(&child, program, &actions, nil, &words, environ)
        output.closeEnd()
        errors.closeEnd()
        guard code == 0 else {
            throw Failure(
                "cannot run \(program): \(String(cString: strerror(code)))",
                hint: "It is looked for on the PATH; files may be given instead.")
        }
        let said = Self.read(output.start, errors.start)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        guard said.output.count <= Self.longestOutput else {
            throw Failure("\(program) printed more than \(byteText(Self.longestOutput))")
        }
        let ended = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
        return Answer(status: ended, output: said.output, errors: said.errors)
    }

    /// Both streams to their ends, whichever has something to say.
    private static func read(
        _ output: Int32, _ errors: Int32
    ) -> (output: [UInt8], errors: [UInt8]) {
        var streams = [output, errors].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var texts: [[UInt8]] = [[], []]
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while streams.contains(where: { $0.fd >= 0 }) {
            if poll(&streams, 2, -1) < 0, errno != EINTR { break }
            for place in streams.indices where streams[place].revents != 0 {
                let count = Glibc.read(streams[place].fd, &block, block.count)
                if count <= 0 { streams[place].fd = -1 }
                // One more than the longest tells that it is longer.
                let room = longestOutput + 1 - texts[place].count
                texts[place] += block[..<max(0, min(count, room))]
            }
        }
        return (texts[0], texts[1])
    }
}

/// Two ends, both closed with it.
private final class Pipe {
    let start: Int32
    private(set) var end: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw Failure("no pipe: \(String(cString: strerror(errno)))")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        start = ends[0]
        end = ends[1]
    }

    deinit {
        closeEnd()
        close(start)
    }

    func closeEnd() {
        if end >= 0 { close(end) }
        end = -1
    }
}
