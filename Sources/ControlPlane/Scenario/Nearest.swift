/// The word that was probably meant: the nearest of the valid ones, if any is near enough.
///
/// One letter in three may differ, unless `limit` says otherwise; upper and lower case are alike.
/// Of candidates that are equally near, the first wins.
func nearest(to word: String, among candidates: [String], within limit: Int? = nil) -> String? {
    let limit = limit ?? max(1, word.count / 3)
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
        let distance = editDistance(word.lowercased(), candidate.lowercased())
        if distance <= limit, distance < best?.distance ?? Int.max { best = (candidate, distance) }
    }
    return best?.candidate
}

/// Letters to insert, drop, change or swap with their neighbour.
private func editDistance(_ left: String, _ right: String) -> Int {
    let left = Array(left.utf8.prefix(80))
    let right = Array(right.utf8.prefix(80))
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 1...left.count {
        var current = [row]
        for column in 1...right.count {
            let change = left[row - 1] == right[column - 1] ? 0 : 1
            var distance = min(
                last[column] + 1, current[column - 1] + 1, last[column - 1] + change)
            if row > 1, column > 1, left[row - 1] == right[column - 2],
                left[row - 2] == right[column - 1]
            {
                distance = min(distance, beforeLast[column - 2] + 1)
            }
            current.append(distance)
        }
        beforeLast = last
        last = current
    }
    return last[right.count]
}
