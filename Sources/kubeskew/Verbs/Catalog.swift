import Arguments
import KubeAPI
import Output

extension Command {
    private static let diff = Flag("diff", .none, help: "What the second release changes")

    static let catalog = Command(
        usage: VerbUsage(
            "catalog", summary: "Prints the built-in APIs of each Kubernetes release",
            text: """
                Prints the resources that a release has built in, and what it takes for a server \
                to serve each: nothing ('default'), its version in --runtime-config \
                ('runtime-config'), or a feature gate as well ('gate+runtime-config'). Without a \
                release, each resource with the releases that have it. Column 'basis' says how \
                the release, or the first of them, is known: measured on running servers, read \
                from published clients and schemas, or provisional.

                With --diff, what the second release has added, removed and changed compared with \
                the first, the groups whose preferred version is another, and the fields of \
                stable kinds that only one of the two knows. An older server drops such a field \
                from what is written through it.
                """,
            arguments: [
                Argument(
                    "RELEASE", .any, help: "such as 1.37; two with --diff",
                    completion: .words(Release.all.map(\.description)))
            ],
            flags: [diff] + Flags.rows,
            example: Example(
                "kubeskew catalog --diff 1.36 1.37", "What an upgrade to 1.37 brings:"),
            forms: ["[RELEASE] [FLAGS]", "--diff RELEASE RELEASE [FLAGS]"])
    ) { context in
        let releases = try context.arguments.arguments("RELEASE").map(knownRelease)
        for release in releases { remark(on: release, context) }
        if context.arguments.isOn(diff) {
            guard releases.count == 2 else {
                throw UsageError(
                    "--diff compares two releases; given: \(releases.count)", hint: usageHint)
            }
            try context.printRows(
                rows(of: Catalogue.difference(from: releases[0], to: releases[1])),
                columns: differenceColumns)
            return .done
        }
        guard releases.count <= 1 else {
            throw UsageError("several releases are given without --diff", hint: usageHint)
        }
        let spans =
            releases.first.map { release in
                Catalogue.resources(in: release).map {
                    Catalogue.Span(resource: $0, releases: release...release)
                }
            } ?? Catalogue.history
        try context.printRows(spans.map(row), columns: columns)
        return .done
    }

    private static let usageHint = "Run 'kubeskew catalog --help' for its usage."

    private static func knownRelease(_ text: String) throws -> Release {
        guard let release = Release(text) else {
            throw UsageError("'\(text)' is no release; one looks like 1.36", hint: usageHint)
        }
        guard Release.known.contains(release) else {
            throw UsageError(
                "the catalogue holds \(Release.known.lowerBound) to "
                    + "\(Release.known.upperBound), not \(release)", hint: usageHint)
        }
        return release
    }

    /// Says of a release that nobody measured how it is known.
    private static func remark(on release: Release, _ context: Context) {
        guard let basis = release.basis, basis != .measured else { return }
        context.terminal.note("\(release) is \(basis.text)")
    }

    // MARK: Rows

    private static let columns = [
        Column("api_group"), Column("api_version"), Column("resource"), Column("kind"),
        Column("namespaced"), Column("releases"), Column("served"), Column("gate"),
        Column("basis"), Column("subresources", isWide: true), Column("verbs", isWide: true),
    ]

    private static func row(_ span: Catalogue.Span) -> [Cell] {
        let resource = span.resource
        let (first, last) = (span.releases.lowerBound, span.releases.upperBound)
        let isGated = resource.availability == .behindGate
        return [
            .text(resource.id.group), .text(resource.id.version), .text(resource.id.resource),
            .text(resource.kind), .boolean(resource.namespaced),
            .text(first == last ? "\(first)" : "\(first)-\(last)"),
            .text(resource.availability.text),
            Cell(isGated ? Catalogue.gate(of: resource.id) : nil),
            Cell(first.basis?.rawValue),
            .text(resource.subresources.joined(separator: ",")),
            .text(resource.verbs.joined(separator: ",")),
        ]
    }

    private static let differenceColumns = [
        Column("change", paint: ["added": .green, "removed": .red, "changed": .yellow]),
        Column("api_group"), Column("api_version"), Column("resource"), Column("kind"),
        Column("before"), Column("after"), Column("detail"), Column("field"),
    ]

    private static func rows(of difference: Catalogue.Difference) -> [[Cell]] {
        let removed = difference.removed.map {
            row("removed", $0, before: $0.availability, after: nil, detail: nil)
        }
        let added = difference.added.map {
            row("added", $0, before: nil, after: $0.availability, detail: nil)
        }
        let changed = difference.changed.map {
            row(
                "changed", $0.after, before: $0.before.availability, after: $0.after.availability,
                detail: $0.summary)
        }
        let preferred = difference.preferredVersions.map { change -> [Cell] in
            [
                "preferred", .text(change.group), nil, nil, nil, Cell(change.before),
                Cell(change.after), "preferred version", nil,
            ]
        }
        let fields =
            difference.removedFields.map { row("removed", $0) }
            + difference.addedFields.map { row("added", $0) }
        return removed + added + changed + preferred + fields
    }

    private static func row(_ change: String, _ field: Catalogue.Field) -> [Cell] {
        let stage: Cell = .text(field.stage.text)
        let resource = Catalogue.resource(
            kind: field.kind, groupVersion: field.groupVersion, in: field.since)
        return [
            .text(change), .text(field.groupVersion.group), .text(field.groupVersion.version),
            Cell(resource?.id.resource), .text(field.kind), change == "removed" ? stage : nil,
            change == "added" ? stage : nil,
            .text(field.gate.isEmpty ? "field" : "field, gate \(field.gate)"), .text(field.path),
        ]
    }

    private static func row(
        _ change: String, _ resource: Catalogue.Resource, before: Catalogue.Availability?,
        after: Catalogue.Availability?, detail: String?
    ) -> [Cell] {
        [
            .text(change), .text(resource.id.group), .text(resource.id.version),
            .text(resource.id.resource), .text(resource.kind), Cell(before?.text),
            Cell(after?.text), Cell(detail), nil,
        ]
    }
}
