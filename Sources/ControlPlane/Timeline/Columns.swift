import KubeAPI

/// Resources that no server ever treats differently: one column of the routing table.
///
/// Thousands of custom resources that came and went together are one column, and so are all
/// built-in resources that the same processes serve.
struct ResourceColumn: Hashable, Sendable {
    enum Kind: UInt8, Sendable {
        case nonResource
        /// Nothing is known of its group.
        case unknown
        case resource
    }

    var kind = Kind.resource
    /// By process: whether it serves the resource as a built-in one.
    var served: [Known] = []
    /// By process: whether it has handlers for the group, which shapes its 404 (F1.37).
    var hasGroup: [Known] = []
    /// By process: whether it writes a StorageVersion object for it (F1.23).
    var isRecorded: [Bool] = []
    /// When it is there as a custom or aggregated API: numbers of `ExtensionWindow`.
    var windows: [Int] = []
    /// When its group-version belongs to any custom or aggregated API (F3.25, F3.27).
    var exclusions: [Int] = []
}

/// Which column a resource has.
struct Columns: Sendable {
    private(set) var columns: [ResourceColumn] = []
    private(set) var windows: [ExtensionWindow] = []
    private var byResource: [GroupVersionResource: Int] = [:]
    private var byGroupVersion: [GroupVersion: Int] = [:]
    private var byGroup: [String: Int] = [:]
    /// Used while columns are added.
    private var numbers: [ResourceColumn: Int] = [:]

    static let nonResource = 0
    static let unknown = 1
    /// A group that is known, and that none of the processes has.
    private static let absent = 2

    /// The windows of a scenario's extensions, each once, by group-version and by resource.
    struct Extensions: Sendable {
        var windows: [ExtensionWindow] = []
        var byResource: [GroupVersionResource: [Int]] = [:]
        var byGroupVersion: [GroupVersion: [Int]] = [:]
        var aggregated: [GroupVersion: [Int]] = [:]

        init(_ scenario: Scenario) {
            var numbers: [ExtensionWindow: Int] = [:]
            for source in scenario.extensions {
                let window = ExtensionWindow(source)
                let number = numbers[window] ?? windows.count
                if number == windows.count {
                    numbers[window] = number
                    windows.append(window)
                }
                let id = source.groupVersion
                Self.add(number, to: &byGroupVersion[id, default: []])
                if source.isAggregated { Self.add(number, to: &aggregated[id, default: []]) }
                for resource in source.resources {
                    let key = GroupVersionResource(
                        group: id.group, version: id.version, resource: resource.name)
                    Self.add(number, to: &byResource[key, default: []])
                }
            }
        }

        /// Static, so that the dictionary is changed in place.
        private static func add(_ number: Int, to list: inout [Int]) {
            if !list.contains(number) { list.append(number) }
        }
    }

    init(_ extensions: Extensions, _ model: Model) {
        windows = extensions.windows
        let count = model.processes.count
        var empty = ResourceColumn(
            served: Array(repeating: .no, count: count),
            hasGroup: Array(repeating: .no, count: count),
            isRecorded: Array(repeating: false, count: count))
        for kind in [ResourceColumn.Kind.nonResource, .unknown, .resource] {
            empty.kind = kind
            _ = number(of: empty)
        }
        let sets = Sets(sets: model.servedSets, numbers: model.servedSetNumbers)
        addGroups(sets)
        addBuiltIn(sets, extensions, recorded: Self.recorded(sets, model.processes))
        addExtensions(extensions)
        numbers = [:]
    }

    private mutating func number(of column: ResourceColumn) -> Int {
        if let known = numbers[column] { return known }
        numbers[column] = columns.count
        columns.append(column)
        return columns.count - 1
    }

    /// The column of what no server serves in a group.
    private func unserved(in group: String) -> ResourceColumn {
        columns[byGroup[group] ?? Self.absent]
    }

    private mutating func addGroups(_ sets: Sets) {
        for group in Set(sets.sets.flatMap { $0.resources.map(\.id.group) }).sorted() {
            var column = columns[Self.absent]
            column.hasGroup = sets.spread { Known($0.hasGroup(group)) }
            byGroup[group] = number(of: column)
        }
    }

    private mutating func addBuiltIn(
        _ sets: Sets, _ extensions: Extensions, recorded: [GroupResource: [Bool]]
    ) {
        var builtIn: [GroupVersionResource: Bool] = [:]
        for resource in sets.sets.lazy.flatMap(\.resources) {
            builtIn[resource.id, default: false] =
                builtIn[resource.id] == true || resource.hasStorageVersion
        }
        for (id, hasStorageVersion) in builtIn.sorted(by: { $0.key < $1.key }) {
            var column = unserved(in: id.group)
            column.served = sets.spread { Known($0[id]) }
            if hasStorageVersion, let writers = recorded[GroupResource(id)] {
                column.isRecorded = writers
            }
            column.windows =
                extensions.byResource[id] ?? extensions.aggregated[id.groupVersion] ?? []
            column.exclusions = extensions.byGroupVersion[id.groupVersion] ?? []
            byResource[id] = number(of: column)
        }
    }

    private mutating func addExtensions(_ extensions: Extensions) {
        for (id, windows) in extensions.byResource.sorted(by: { $0.key < $1.key })
        where byResource[id] == nil {
            var column = unserved(in: id.group)
            column.windows = windows
            column.exclusions = extensions.byGroupVersion[id.groupVersion] ?? []
            byResource[id] = number(of: column)
        }
        for (id, windows) in extensions.aggregated.sorted(by: { $0.key < $1.key }) {
            var column = unserved(in: id.group)
            column.windows = windows
            column.exclusions = extensions.byGroupVersion[id] ?? []
            byGroupVersion[id] = number(of: column)
        }
        for id in extensions.byGroupVersion.keys where byGroup[id.group] == nil {
            byGroup[id.group] = Self.absent
        }
    }

    /// The column of a resource; nil where nothing is known of its group.
    func number(of id: GroupVersionResource) -> Int? {
        if let column = byResource[id] { return column }
        if let column = byGroupVersion[id.groupVersion] { return column }
        if let column = byGroup[id.group] { return column }
        return Catalogue.isBuiltinGroup(id.group) ? Self.absent : nil
    }

    /// Every resource that has a column of its own, sorted.
    var resources: [GroupVersionResource] { byResource.keys.sorted() }
}

/// A resource of a group in any version: what a StorageVersion object is about.
private struct GroupResource: Hashable {
    var group: String
    var resource: String

    init(_ id: GroupVersionResource) {
        group = id.group
        resource = id.resource
    }
}

extension Columns {
    /// The served sets of the processes, equal ones once.
    private struct Sets {
        var sets: [Catalogue.ServedSet] = []
        /// By process: the number of its set.
        var numbers: [Int] = []

        func spread<Value>(_ value: (Catalogue.ServedSet) -> Value) -> [Value] {
            let values = sets.map(value)
            return numbers.map { values[$0] }
        }
    }

    /// By group and resource: which processes write StorageVersion objects for it.
    private static func recorded(
        _ sets: Sets, _ processes: [ProcessModel]
    ) -> [GroupResource: [Bool]] {
        guard processes.contains(where: \.writesStorageVersions) else { return [:] }
        var result: [GroupResource: [Bool]] = [:]
        let none = [Bool](repeating: false, count: processes.count)
        for (number, process) in processes.enumerated()
        where process.writesStorageVersions {
            for resource in sets.sets[sets.numbers[number]].resources
            where resource.hasStorageVersion {
                result[GroupResource(resource.id), default: none][number] = true
            }
        }
        return result
    }
}

extension Known {
    init(_ serving: Catalogue.Serving) {
        switch serving {
        case .no: self = .no
        case .perhaps: self = .maybe
        case .yes: self = .yes
        }
    }
}
