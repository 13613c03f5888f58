import Judgments
public import Output

/// The colours of words that mean good or bad, by the column that they stand in.
public enum Palette {
    public static func paint(_ column: String) -> [String: Style] {
        switch column {
        case "severity": ["error": .red, "warning": .yellow, "info": .blue]
        case "outcome":
            [
                "wrong-404": .red, "looped": .red, "unavailable-503": .yellow,
                "unreachable": .yellow, "unjudged": .dim,
            ]
        case "grade": ["observed": .bold]
        case "certainty": ["possible": .dim]
        default: [:]
        }
    }
}
