/// What the numbers in reasons and comments stand for, one line each.
///
/// `explain` and `check` print these lines beside the numbers they give. `facts.tsv` holds them:
/// F numbers by subject (1 routing, 2 activation, 3 caches, 4 discovery, 5 loops, 6 collection,
/// 7 namespaces, 8 other clients, 9 logs, 10 counters), V numbers as seen on running servers.
public enum Facts {
    /// The meaning of a fact number such as `F3.15` or `V8`; nil for a number that is not used.
    public static func meaning(of number: String) -> String? { meanings[number] }

    /// Every number, in the order of the table.
    public static let numbers: [String] = table.map(\.number)

    private static let meanings = Dictionary(uniqueKeysWithValues: table)

    private static let table: [(number: String, meaning: String)] =
        factTable.split(separator: "\n").map { line in
            let fields = line.split(separator: "\t", maxSplits: 1).map(String.init)
            precondition(fields.count == 2, "the table of facts has a line of another shape")
            return (fields[0], fields[1])
        }
}
