import Bytes
import KubeAPI

/// The answers of a recording, to find those that one process gave.
///
/// A log of months has thousands of processes and tens of answers of each, so that none looks
/// through all of the others.
struct ProcessAnswers {
    private let answers: [RecordedEvidence.Answer]
    private let logs: [String: Log]

    init(_ evidence: RecordedEvidence) {
        answers = evidence.answers
        let processes = Dictionary(grouping: evidence.processes, by: \.server)
        let numbers = Dictionary(grouping: evidence.answers.indices) { evidence.answers[$0].server }
        logs = processes.reduce(into: [:]) { logs, entry in
            logs[entry.key] = Log(entry.value, numbers[entry.key] ?? [], evidence.answers)
        }
    }

    /// In the order of the recording.
    func of(_ processes: [ServerProcess]) -> [RecordedEvidence.Answer] {
        let found = processes.flatMap { logs[$0.server]?.answers(of: $0) ?? [] }
        return Set(found).sorted().map { answers[$0] }
    }

    /// What one server's log shows.
    private struct Log {
        private struct Entry {
            var number: Int
            var from: Int64
            var until: Int64
            var isServed: Bool
        }

        /// By when they began.
        private let entries: [Entry]
        /// By their first sign of life.
        private let processes: [ServerProcess]

        init(
            _ processes: [ServerProcess], _ numbers: [Int], _ answers: [RecordedEvidence.Answer]
        ) {
            self.processes = processes.sorted { $0.firstSeen < $1.firstSeen }
            let entries = numbers.map { number in
                let answer = answers[number]
                return Entry(
                    number: number, from: answer.from, until: answer.until,
                    isServed: answer.kind == .served)
            }
            self.entries = entries.sorted { $0.from < $1.from }
        }

        func answers(of process: ServerProcess) -> [Int] {
            let started = process.startedAt ?? process.firstSeen
            let ready = process.readyAt ?? started
            let end = end(of: process)
            let first = entries.partitioningIndex { $0.from >= started }
            return entries[first...].prefix { $0.from <= end }.filter { entry in
                // What a starting server does not serve yet says nothing of its flags.
                entry.until >= (entry.isServed ? started : ready) && entry.until <= end
            }.map(\.number)
        }

        /// Until when what its server answered was this process's own: a draining one has a minute,
        /// where no successor is seen before.
        private func end(of process: ServerProcess) -> Int64 {
            let next = processes.partitioningIndex { $0.firstSeen > process.firstSeen }
            let start =
                next < processes.count ? processes[next].startedAt ?? process.lastSeen : .max
            return min(start, process.stoppedAt?.clampedAdding(60 * .second) ?? .max)
        }
    }
}
