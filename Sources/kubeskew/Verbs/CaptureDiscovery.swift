import Analysis
import Arguments
import Bytes
import KubeAPI
import Output
import Recording

extension Command {
    private static let at = Flag(
        "at", .text("INSTANT"),
        help: "When the documents were fetched, in RFC 3339; by default when the files were written"
    )

    static let captureDiscovery = Command(
        usage: VerbUsage(
            "capture discovery", summary: "Stores discovery documents of API servers",
            text: """
                Stores what a server answered to /api, /apis or any path below, so that requests \
                for custom resources and aggregated APIs can be judged. Any form will do: \
                aggregated or legacy, told apart by what is in the file. Several files of one \
                server complete each other. Fetch them from each server by its own address, not \
                through the load balancer. Scenarios as recorded have what the documents list; \
                other scenarios are completed with groups that they do not name.

                Prints what each file was taken for. Nothing is stored unless all files can be \
                read. The same command again replaces what it stored.
                """,
            arguments: [
                Argument("RECORDING", help: "the recording; made where there is none"),
                Argument("SERVER=FILE", .oneOrMore, help: "a server's name, and a file or -"),
            ],
            flags: [at, Flags.captured] + Flags.rows,
            example: Example(
                """
                kubectl --server https://10.0.0.1:6443 get --raw /apis > apis.json; \
                kubeskew capture discovery incident.db cp-1=apis.json
                """, "What cp-1 serves, by its own account:"))
    ) { context in
        let instant = try context.arguments.text(at).map { text in
            guard let instant = RFC3339.nanoseconds(text) else {
                throw UsageError(
                    "--at takes an instant such as 2026-01-31T12:00:00Z, not '\(text)'")
            }
            return instant
        }
        let inputs = try context.arguments.arguments("SERVER=FILE").map(DiscoveryInput.init)
        guard inputs.count(where: { $0.path == "-" }) <= 1 else {
            throw UsageError("standard input can be read once only")
        }
        let documents = try inputs.map { try ServerDocument($0, at: instant) }
        try store(
            documents, of: try context.capturedCluster(),
            in: context.arguments.required("RECORDING"))
        try context.printRows(documents.map(\.row), columns: ServerDocument.columns)
        return .done
    }

    private static func store(
        _ documents: [ServerDocument], of cluster: String, in path: String
    ) throws {
        var names = Names()
        var taken: Set<String> = []
        let stored = documents.map { document in
            var entry = StoredDocument(
                at: document.at, server: names.servers.intern(document.input.server),
                path: document.document.path, json: document.json)
            // Two forms of one document may come with one instant; both are kept.
            while !taken.insert("\(entry.server) \(entry.at) \(entry.path)").inserted {
                entry.at &+= 1
            }
            return entry
        }
        let recording = try Recording(path: path, access: .create, of: .named(cluster))
        try recording.store(stored, of: names)
        try recording.close()
    }
}

/// `SERVER=FILE` of the command line.
private struct DiscoveryInput {
    let server: String
    let path: String

    init(_ word: String) throws {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw UsageError(
                "'\(word)' does not say whose document it is; one looks like cp-1=apis.json",
                hint: "Run 'kubeskew capture discovery --help' for its usage.")
        }
        server = ServerName.repaired(String(parts[0]))
        path = String(parts[1])
    }
}

/// One file, read and understood.
private struct ServerDocument {
    let input: DiscoveryInput
    let json: [UInt8]
    let document: DiscoveryDocument
    let at: Int64

    init(_ input: DiscoveryInput, at instant: Int64?) throws {
        let file = try WholeFile(input.path)
        do {
            document = try DiscoveryDocument(json: file.bytes)
        } catch {
            throw Failure(
                "\(input.path) is no discovery document: \(error)",
                hint: "Nothing was stored.")
        }
        self.input = input
        json = file.bytes
        at = instant ?? file.modifiedAt ?? wallClockNanoseconds()
    }

    static let columns = [
        Column("server"), Column("path"), Column("form"), Column("groups", .number),
        Column("versions", .number), Column("resources", .number),
        Column("stale", .number), Column("at", isWide: true), Column("file"),
    ]

    var row: [Cell] {
        let versions = document.groups.flatMap(\.versions)
        let resources = versions.reduce(0) { $0 + $1.resources.count }
        return [
            .text(input.server), .text(document.path), .text(form), Cell(document.groups.count),
            Cell(versions.count), document.form.listsResources ? Cell(resources) : nil,
            Cell(versions.count { $0.freshness == .stale }), .text(RFC3339.text(at)),
            .text(input.path),
        ]
    }

    private var form: String {
        switch document.form {
        case .aggregatedV2: "aggregated v2"
        case .aggregatedV2beta1: "aggregated v2beta1"
        case .groupList: "legacy groups"
        case .coreVersions: "legacy core versions"
        case .group: "legacy group"
        case .resourceList: "legacy resources"
        }
    }
}
