extension Catalogue {
    /// What one release has compiled in, ready to be looked up.
    struct ReleaseTable: Sendable {
        var resources: [Resource] = []
        var groups: [Group] = []
        var indexes: [GroupVersionResource: Int] = [:]
        var kinds: [KindKey: Int] = [:]
    }

    struct KindKey: Hashable, Sendable {
        var groupVersion: GroupVersion
        var kind: String
    }

    /// Read on first use, once for the process.
    static let tables: [Release: ReleaseTable] = {
        var tables: [Release: ReleaseTable] = [:]
        for line in lines(of: resourceTable) { readResource(line, into: &tables) }
        for line in groupOrderTable.split(separator: "\n") { readOrder(line, into: &tables) }
        for release in tables.keys {
            tables[release]?.index()
        }
        return tables
    }()

    /// Tables are read by bytes: to go from character to character takes ten times as long.
    static func lines(of table: String) -> [Substring.UTF8View] {
        table.utf8.split(separator: UInt8(ascii: "\n"))
    }

    static func cells(of line: Substring.UTF8View) -> [String] {
        line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
    }

    /// What `*` stands for in the table.
    static let usualVerbs = [
        "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch",
    ]

    /// One line: group, version, resource, releases, served, kind, scope, verbs, subresources.
    private static func readResource(
        _ line: Substring.UTF8View, into tables: inout [Release: ReleaseTable]
    ) {
        let fields = cells(of: line)
        precondition(fields.count == 9, "the catalogue's table has a line of another shape")
        let resource = Resource(
            id: GroupVersionResource(
                group: fields[0] == "core" ? "" : fields[0], version: fields[1],
                resource: fields[2]),
            kind: fields[5], namespaced: fields[6] == "namespaced",
            verbs: fields[7] == "*" ? usualVerbs : list(fields[7]),
            subresources: fields[8] == "-" ? [] : list(fields[8]),
            availability: availability(fields[4]))
        for release in releases(fields[3]) {
            tables[release, default: ReleaseTable()].resources.append(resource)
        }
    }

    /// One line: releases, then `group=version,version` in the order of `/apis`.
    private static func readOrder(_ line: Substring, into tables: inout [Release: ReleaseTable]) {
        let fields = line.split(separator: "\t")
        precondition(fields.count == 2, "the group order's table has a line of another shape")
        let groups = fields[1].split(separator: " ").map { entry in
            let parts = entry.split(separator: "=")
            return Group(name: String(parts[0]), versions: list(String(parts[1])))
        }
        for release in releases(String(fields[0])) {
            tables[release, default: ReleaseTable()].groups = groups
        }
    }

    private static func list(_ field: String) -> [String] {
        field.split(separator: ",").map(String.init)
    }

    /// Those of a span that are known.
    private static func releases(_ field: String) -> [Release] {
        guard let span = ReleaseSpan(field) else {
            preconditionFailure("the catalogue's table names no release")
        }
        return Release.all.filter(span.contains)
    }

    private static func availability(_ field: String) -> Availability {
        switch field {
        case "default": .byDefault
        case "runtime-config": .behindRuntimeConfig
        case "gate+runtime-config": .behindGate
        default: preconditionFailure("the catalogue's table has an unknown word: \(field)")
        }
    }
}

extension Catalogue.ReleaseTable {
    fileprivate mutating func index() {
        resources.sort { $0.id < $1.id }
        for (index, resource) in resources.enumerated() {
            indexes[resource.id] = index
            kinds[
                Catalogue.KindKey(groupVersion: resource.id.groupVersion, kind: resource.kind)] =
                index
        }
    }
}
