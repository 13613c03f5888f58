import Bytes
import Judgments
import Output

/// The restore list as rows: of the page's download, and of the document for programs.
enum Restoring {
    static let columns = [
        "action", "api_group", "api_version", "resource", "namespace", "name", "uid", "deleted_at",
        "grade", "because", "finding",
    ].map { Column($0) }

    static func cells(_ item: ReportPage.Restoration) -> [Cell] {
        let object = item.object
        return [
            .text(item.action), .text(object.group), .text(object.version), .text(object.resource),
            .text(object.namespace), .text(object.name), .text(object.uid),
            Cell(item.deletedAt.map(RFC3339.text)), .text(item.grade), .text(item.because),
            .text(item.finding),
        ]
    }

    /// As CSV, for a spreadsheet or a script; longer texts than the API server takes are cut.
    static func csv(_ items: some Sequence<ReportPage.Restoration>) -> [UInt8] {
        var bytes: [UInt8] = []
        guard var writer = try? RowWriter(columns: columns, options: RowOptions(format: .csv))
        else { return bytes }
        for item in items { writer.append(cells(item).map(short), to: &bytes) }
        writer.finish(&bytes)
        return bytes
    }

    private static func short(_ cell: Cell) -> Cell {
        if case .text(let text) = cell { .text(clipped(text, to: 320)) } else { cell }
    }
}
