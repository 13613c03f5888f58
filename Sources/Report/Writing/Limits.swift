/// How much of everything a page holds; whatever is left out is counted on the page.
enum Limits {
    /// Scalars of one text.
    static let text = 240
    static let path = 160
    static let name = 90
    /// Findings of one kind that get a card.
    static let findingsPerKind = 60
    static let evidence = 12
    static let victims = 30
    static let risks = 20
    static let clients = 50
    static let lanes = 32
    /// No further card is begun beyond this, so that the page stays below 5 MB.
    static let cardBytes = 3_400_000
    static let processesPerLane = 60
}
