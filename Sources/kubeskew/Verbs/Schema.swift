import Analysis
import Arguments
import Configuration
import ControlPlane
import Output
import Report

extension Command {
    static let schema = Command(
        usage: VerbUsage(
            "schema", summary: "Prints what a recording, or a scenario file, is made of",
            text: """
                Prints every view of a recording and every column with its type and its meaning: \
                what queries may rely on. An 'instant' is in nanoseconds since 1970, a 'flag' is 0 \
                or 1.

                With 'scenario', prints the JSON Schema of scenario files, by which an editor \
                completes and checks them; with 'report', that of 'kubeskew report --json'.

                With 'duckdb', prints SQL that gives DuckDB the views with types, over a recording \
                that is attached as 'recording': it takes the file's own for text.
                """,
            arguments: [
                Argument(
                    "WHAT", .optional, help: "scenario, report or duckdb",
                    completion: .words(["scenario", "report", "duckdb"]))
            ],
            flags: Flags.rows,
            example: Example(
                "kubeskew schema scenario > scenario.schema.json",
                "For '# yaml-language-server: $schema=scenario.schema.json' in a scenario:"),
            forms: ["[FLAGS]", "scenario", "report", "duckdb"])
    ) { context in
        switch context.arguments.arguments("WHAT").first {
        case nil:
            try context.printRows(
                try ViewSchema.rows().map { row in
                    [.text(row.view), .text(row.column), .text(row.type), .text(row.meaning)]
                },
                columns: [Column("view"), Column("column"), Column("type"), Column("meaning")])
        case "scenario": context.output.write(ScenarioFile.jsonSchema)
        case "report": context.output.write(ReportPage.jsonSchema)
        case "duckdb": context.output.write(try ViewSchema.duckDB())
        case let other?:
            throw UsageError(
                "there is no schema '\(other)'",
                hint: "'kubeskew schema' is the recording's; there are 'kubeskew schema scenario', "
                    + "'kubeskew schema report' and 'kubeskew schema duckdb' too."
            )
        }
        return .done
    }
}
