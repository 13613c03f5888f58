import Analysis
import Arguments
import Capture
import Glibc

/// The files of a command line, looked at before a verb makes or reads anything: a file of another
/// kind than the verb wants is a mistake that everybody makes, and each has an answer.
struct GivenFiles {
    private let context: Context
    private var tool: String { context.interface.name }

    init(_ context: Context) { self.context = context }

    /// Whatever stands where a verb reads a recording.
    func checkRecording() throws {
        let verb = context.arguments.verb
        guard verb.path.first != "capture", verb.arguments.first?.name == "RECORDING",
            let path = context.arguments.argument("RECORDING"),
            // A kind of finding, or a query's name, may stand alone in its place.
            verb.arguments.count == 1 || context.arguments.argument(verb.arguments[1].name) != nil
        else { return }
        let made = "Make a recording of logs: \(tool) capture audit incident.db \(path)"
        switch InputKind(ofFileAt: path) {
        case .folder:
            throw Failure("\(path) is a folder, not a recording", hint: made)
        case .auditRecords:
            throw Failure(
                "\(path) holds audit records and is no recording",
                hint: "\(made)\nOr see at once what they say: \(tool) analyze \(path)")
        case .packets:
            throw Failure(
                "\(path) holds packets and is no recording",
                hint: "Make one of it: \(tool) capture pcap incident.db \(path)")
        default: return
        }
    }

    /// A capture whose first argument is an input already, because the recording was forgotten.
    func checkTarget(_ path: String, inputs: [String]) throws {
        let verb = context.arguments.verb.name
        let isServer = CaptureInput(path).server != nil && access(path, F_OK) != 0
        let file = isServer ? CaptureInput(path).path : path
        let what: String
        switch InputKind(ofFileAt: file) {
        case .auditRecords: what = "holds audit records"
        case .packets: what = "holds packets"
        case .folder: what = "is a folder"
        case .archive(let kind): what = "is a \(kind) archive"
        default:
            guard isServer, access(file, R_OK) == 0 else { return }
            what = "is there already"
        }
        let words = ([path] + inputs).joined(separator: " ")
        throw UsageError(
            "the recording comes first, and \(file) \(what)",
            hint: "Perhaps: \(tool) \(verb) incident.db \(words)")
    }

    /// Audit logs: named files alone, since a folder may hold other things too.
    func checkLogs(_ inputs: [CaptureInput]) throws {
        var empty: [String] = []
        for input in inputs {
            let path = input.path
            switch InputKind(ofFileAt: path) {
            case .empty: empty.append(path)
            case .packets:
                throw Failure(
                    "\(path) holds packets, not audit records",
                    hint: "Packets are read by: \(tool) capture pcap incident.db \(path)")
            case .database:
                throw Failure(
                    "\(path) is a recording or another SQLite file, not an audit log",
                    hint: "A recording is asked as it is: \(tool) servers \(path)")
            case nil: try checkColon(input)
            default: break
            }
        }
        guard empty.count < inputs.count else {
            throw Failure(
                "\(empty.joined(separator: ", ")) \(empty.count == 1 ? "is" : "are") empty: "
                    + "there is no audit record to read",
                hint: "An API server writes to --audit-log-path only what --audit-policy-file asks "
                    + "for; a smallest policy: \(tool) doctor --suggest")
        }
        for path in empty { context.terminal.warn("\(path) is empty") }
    }

    /// `cp-1:audit.log` for `cp-1=audit.log`.
    private func checkColon(_ input: CaptureInput) throws {
        let parts = input.path.split(separator: ":", maxSplits: 1).map(String.init)
        guard input.server == nil, parts.count == 2, access(input.path, F_OK) != 0,
            access(parts[1], F_OK) == 0
        else { return }
        throw UsageError(
            "there is no file \(input.path)",
            hint: "The server stands before an equals sign: \(parts[0])=\(parts[1])")
    }

    /// Capture files.
    func checkPackets(_ files: [String]) throws {
        for path in files {
            switch InputKind(ofFileAt: path) {
            case .auditRecords:
                throw Failure(
                    "\(path) holds audit records, not packets",
                    hint: "They are read by: \(tool) capture audit incident.db \(path)")
            case .empty: throw Failure("\(path) is empty: there is no packet to read")
            case .database:
                throw Failure(
                    "\(path) is a recording or another SQLite file, not a capture of packets")
            case .archive(let kind):
                throw Failure("\(path) is a \(kind) archive: unpack it first")
            case .other:
                throw Failure(
                    "\(path) is no capture file: it begins neither as pcap nor as pcapng",
                    hint: "tcpdump writes one with -w FILE.")
            case .folder, .packets, nil: break
            }
        }
    }
}
