import ControlPlane
public import Findings
import Judgments
public import Output

extension RulePage {
    /// The documentation that each rule carries, for a terminal.
    public func text(_ paint: Paint) -> String {
        var text = paint(.bold, "\(kind.rawValue): \(title)") + "\n"
        for (title, body) in [
            ("What makes it", cause), ("What shows it", evidence), ("What to do", advice),
            ("What it cannot see", blindness),
        ] {
            text += "\n" + paint(.bold, title) + "\n" + wrapped(body, indent: "  ")
        }
        return text + factsText(facts, paint)
    }
}

/// The meaning of fact numbers, a line each.
func factsText(_ numbers: [String], _ paint: Paint) -> String {
    let known = numbers.compactMap { number in
        Facts.meaning(of: number).map {
            wrapped("\(number)  \($0)", indent: "  ", hanging: "        ")
        }
    }
    guard !known.isEmpty else { return "" }
    return "\n" + paint(.bold, "Which rests on") + "\n" + known.joined()
}
