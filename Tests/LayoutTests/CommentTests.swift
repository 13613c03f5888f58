import Foundation
import Testing

/// Remarks: they fit, they name what exists, and whoever has the repository can follow them.
@Suite("Remarks and lines") struct CommentTests {
    /// Words of other programs that remarks quote, and that no literal has.
    private static let foreign: Set<String> = [
        "clientKeyData", "Via", "proxy_transport", "net", "SplitHostPort", "TLSK", "KSKW", "FULL",
        "ffffffZ",
        "tsv",
    ]

    @Test("no line is longer than 100 columns, but for data in the texts of tests")
    func columns() throws {
        for source in Repository.sources where !Repository.isGenerated(source.path) {
            let lines = try Repository.text(source.path).split(
                separator: "\n", omittingEmptySubsequences: false)
            for (index, line) in lines.enumerated() where line.utf8.count > 100 {
                let columns = line.unicodeScalars.count
                let isRemark = source.comments.contains { $0.line == index + 1 }
                let isData =
                    source.path.hasPrefix("Tests/") && !isRemark
                    && (source.code[index] != line || line.drop { $0 == " " }.hasPrefix("/"))
                #expect(
                    columns <= 100 || isData,
                    """
                    \(source.path):\(index + 1): \(columns) columns: break the remark or the text
                    """)
            }
        }
    }

    @Test("names in backticks exist: in code, in a literal, as a file")
    func names() throws {
        var known = CommentTests.foreign
        for source in Repository.sources {
            known.formUnion(source.words.map(\.text))
            known.formUnion(SwiftSource.identifiers(source.literals))
        }
        for file in try Repository.trackedFiles() {
            known.formUnion(SwiftSource.identifiers(file))
            if file.hasSuffix(".h") || file.hasSuffix(".cpp") {
                known.formUnion(SwiftSource.identifiers(try Repository.text(file)))
            }
        }
        for source in Repository.sources {
            for comment in source.comments {
                for name in CommentTests.quotedNames(comment.text) where !known.contains(name) {
                    Issue.record(
                        """
                        \(source.path):\(comment.line): there is no `\(name)`: name what is there \
                        now, or add a foreign word to CommentTests
                        """)
                }
            }
        }
    }

    /// The identifiers of every piece in backticks that is a name or a path of names.
    private static func quotedNames(_ remark: String) -> [String] {
        let pieces = remark.split(separator: "`", omittingEmptySubsequences: false)
        let quoted = pieces.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
        return quoted.filter { piece in
            piece.allSatisfy { $0.isLetter || $0.isNumber || "_.()".contains($0) }
        }.flatMap { SwiftSource.identifiers($0) }
    }

    @Test("remarks point to nothing outside the repository")
    func pointers() {
        for source in Repository.product {
            for comment in source.comments where CommentTests.pointsOutside(comment.text) {
                Issue.record(
                    """
                    \(source.path):\(comment.line): a reader of the repository cannot follow this: \
                    say it, or name a fact (F1.2) or a standard (RFC 9112 section 6)
                    """)
            }
        }
    }

    private static func pointsOutside(_ remark: String) -> Bool {
        let words = remark.split { !$0.isLetter && !$0.isNumber && $0 != "-" }.map(String.init)
        let isStandard = words.contains { ["RFC", "FIPS", "CSP", "roff"].contains($0) }
        for (word, next) in zip(words, words.dropFirst() + [""]) {
            if word == "contract" || word == "brief" { return true }
            let isSection = word == "section" || word == "sections"
            if isSection, !isStandard, Int(next) != nil { return true }
            if word.wholeMatch(of: /[ACEIMP]-?\d{2,3}/) != nil { return true }
        }
        return false
    }
}
