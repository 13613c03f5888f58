/// The one grammar of the names of API servers: 1 to 253 bytes without control characters.
///
/// A name comes from a command line, a log, an address or a scenario file, and goes to all of them:
/// what one takes, all take. Scenario files put it in quotes where YAML wants them.
public enum ServerName {
    /// As long as a host name may be.
    public static let longest = 253
    /// What a name that breaks it is told.
    public static let grammar = "1 to \(longest) bytes without control characters"

    public static func isValid(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= longest
            && !name.unicodeScalars.contains(where: isControl)
    }

    /// The name that a log gives, as one that everything else takes.
    public static func repaired(_ name: String) -> String {
        if name.isEmpty || isValid(name) { return name }
        var kept = ""
        for scalar in name.unicodeScalars {
            let next = isControl(scalar) ? "\u{FFFD}" : Character(scalar)
            guard kept.utf8.count + String(next).utf8.count <= longest else { break }
            kept.unicodeScalars.append(contentsOf: next.unicodeScalars)
        }
        return kept
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFDD0...0xFDEF: true
        default: scalar.value & 0xFFFE == 0xFFFE
        }
    }
}
