import Analysis
import Glibc

/// Parquet by way of pyarrow: a Python that reads an Arrow stream and writes the file.
///
/// No library that writes Parquet comes with Debian; Python's is at hand where analysts work.
final class ParquetWriter {
    private static let script = """
        import sys, pyarrow, pyarrow.parquet
        stream = pyarrow.ipc.open_stream(sys.stdin.buffer)
        with pyarrow.parquet.ParquetWriter(sys.argv[1], stream.schema, compression="zstd") as file:
            for batch in stream:
                file.write_batch(batch)
        """

    private let python: String
    private var child = pid_t()
    private var input: Int32 = -1

    /// Where nobody says which: the Python of the virtual environment that holds this tool, whether
    /// or not it is active, since that is where `pip install 'kubeskew[parquet]'` put pyarrow.
    static var usualPython: String {
        guard let folder = executableFolder(), access("\(folder)/../pyvenv.cfg", R_OK) == 0,
            access("\(folder)/python3", X_OK) == 0
        else { return "python3" }
        return "\(folder)/python3"
    }

    /// Says what is missing, before any work.
    static func check(_ python: String) throws {
        let hint =
            "pip install 'kubeskew[parquet]' (or pyarrow), say --python PROGRAM, or write --arrow, "
            + "which needs neither."
        let answer: Subprocess.Answer
        do {
            answer = try Subprocess(
                program: python, arguments: ["-c", "import pyarrow.parquet"]
            ).run()
        } catch {
            throw Failure("Parquet is written by pyarrow, and there is no \(python)", hint: hint)
        }
        guard answer.status == 0 else {
            throw Failure(
                "Parquet is written by pyarrow, which \(python) has not: \(answer.complaint)",
                hint: hint)
        }
    }

    init(python: String, file: String) throws {
        self.python = python
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw Failure("no pipe: \(String(cString: strerror(errno)))")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        input = ends[1]
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        let texts: [String] = [python, "-c", ParquetWriter.script, file]
        var words = texts.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        let code = posix_spawnp(&child, python, &actions, nil, &words, environ)
        close(ends[0])
        guard code == 0 else {
            throw Failure("cannot run \(python): \(String(cString: strerror(code)))")
        }
    }

    deinit {
        if input >= 0 { close(input) }
    }

    func write(_ bytes: [UInt8]) throws {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(input, $0.baseAddress.map { $0 + done }, bytes.count - done)
            }
            if count < 0, errno != EINTR { return try finish() }
            if count > 0 { done += count }
        }
    }

    /// Waits for the file to be whole.
    func finish() throws {
        close(input)
        input = -1
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else {
            throw Failure("\(python) could not write the Parquet file; what it said is above")
        }
    }
}
