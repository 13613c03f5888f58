/// The name that a mistyped one was probably meant to be, or nil where none is close.
///
/// One letter in three may differ, unless `most` says otherwise, or the end be missing; upper and
/// lower case are alike. Of names that are equally near, the first wins.
public func nearestName(
    to typed: String, among names: [String], within most: Int? = nil
) -> String? {
    let typedText = Array(typed.lowercased())
    guard !typedText.isEmpty, typedText.count <= 64 else { return nil }
    var best: (name: String, distance: Int)?
    for name in names {
        let text = Array(name.lowercased())
        let isBeginning = typedText.count >= 3 && text.starts(with: typedText)
        let distance = isBeginning ? 1 : editDistance(typedText, text)
        let limit = most ?? max(1, min(typedText.count, text.count) / 3)
        if distance <= limit, distance < best?.distance ?? .max { best = (name, distance) }
    }
    return best?.name
}

/// Insertions, deletions, substitutions and swaps of neighbours that lead from one to the other.
private func editDistance(_ left: [Character], _ right: [Character]) -> Int {
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for row in left.indices {
        var current = [row + 1]
        for column in right.indices {
            let cost = left[row] == right[column] ? 0 : 1
            var step = min(last[column + 1] + 1, current[column] + 1, last[column] + cost)
            if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                step = min(step, beforeLast[column - 1] + 1)
            }
            current.append(step)
        }
        beforeLast = last
        last = current
    }
    return last[right.count]
}
