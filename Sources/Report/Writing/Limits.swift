/// How much of everything a page holds; whatever is left out is counted on the page.
enum Limits {
    /// Scalars of one text.
    static let text = 240
    static let path = 160
    static let name = 90
    /// Findings of one kind that get a card.
    static let findingsPerKind = 60
    /// Of one kind that a short print shows; of what cannot be undone, three times as many.
    static let printedFindings = 2
    static let evidence = 12
    static let victims = 30
    static let risks = 20
    static let clients = 50
    /// Servers that have a column of their own.
    static let askedServers = 10
    static let changes = 40
    static let restore = 200
    /// Rows of the restore list that a page carries as CSV.
    static let download = 1_000
    static let inputs = 40
    /// Controllers' starts that a picture marks.
    static let moments = 200
    static let lanes = 32
    /// No further card is begun beyond this, so that the page stays below 5 MB.
    static let cardBytes = 3_400_000
    static let processesPerLane = 60
}
