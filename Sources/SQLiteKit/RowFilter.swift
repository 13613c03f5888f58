/// Which rows of a scan are wanted, by the number in one of their columns.
public struct RowFilter: Sendable {
    let column: String
    /// By number what is given in its place; -1 where the row is not wanted.
    private let given: [Int64]

    /// - Parameter given: the numbers of wanted rows, and what is given in their place.
    public init(_ column: String, given pairs: [Int64: Int64]) {
        self.column = column
        var given = [Int64](repeating: -1, count: Int(pairs.keys.max() ?? -1) + 1)
        for (number, replacement) in pairs where number >= 0 { given[Int(number)] = replacement }
        self.given = given
    }

    /// Hands on the wanted rows of a block, without columns beyond the width.
    func keep(
        _ block: borrowing RowBlock, by place: Int, width: Int, hasText: Bool,
        _ body: (borrowing RowBlock) -> Void
    ) {
        var kept = RowBlock(width: width)
        for row in 0..<block.count {
            let number = block[row, place]
            guard number >= 0, number < given.count, given[Int(number)] >= 0 else { continue }
            let target = kept.integers + kept.count &* width
            block.withIntegers(row) { target.update(from: $0, count: width) }
            if place < width { target[place] = given[Int(number)] }
            if hasText {
                block.withText(row) { kept.append(text: $0) }
            } else {
                kept.append()
            }
        }
        if kept.count > 0 { body(kept) }
    }
}
