import ControlPlane

/// The text of a command line as words and as flags, in the ways people write them.
///
/// Used for scenario files, pod manifests, unit files and `ps` lines. It knows how words and
/// flags are separated, not what any flag means: that is `ServerFlags`.
public enum CommandWords {
    /// Splits at blanks, as a shell would: quotes group, a backslash takes the next character.
    public static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        var isWord = false
        var quote: Character?
        var isEscaped = false
        for character in text {
            if isEscaped {
                word.append(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
                isWord = true
            } else if character == quote {
                quote = nil
            } else if quote == nil, character == "\"" || character == "'" {
                quote = character
                isWord = true
            } else if quote == nil, character.isWhitespace {
                if isWord { words.append(word) }
                word = ""
                isWord = false
            } else {
                word.append(character)
                isWord = true
            }
        }
        if isWord { words.append(word) }
        return words
    }

    /// The words of one entry of a list of flags: an entry may hold several flags, or a flag and
    /// its value, or a value with blanks inside.
    public static func words(ofEntry text: String) -> [String] {
        guard let blank = text.firstIndex(where: \.isWhitespace) else { return [text] }
        let equals = text.firstIndex(of: "=") ?? text.endIndex
        let holdsOneFlag = equals < blank && !holdsFlagAfterBlank(text)
        return holdsOneFlag ? [text] : words(text)
    }

    /// One flag as an entry of a list that reads back as the same flag.
    static func entry(of flag: String) -> String {
        guard words(ofEntry: flag) != [flag] else { return flag }
        return "'" + flag.replacing("'", with: #"'\''"#) + "'"
    }

    private static func holdsFlagAfterBlank(_ text: String) -> Bool {
        zip(text, text.dropFirst()).contains { $0.isWhitespace && $1 == "-" }
    }

    /// A word that begins a flag: `--name` or `-n`, but not a negative number.
    public static func isFlag(_ word: String) -> Bool {
        let name = word.drop { $0 == "-" }
        let dashes = word.count - name.count
        guard (1...2).contains(dashes), let first = name.first else { return false }
        return first.isASCII && first.isLetter
    }

    /// Flags as `--name=value`, from words where a value may stand apart from its name.
    ///
    /// Also says which word each flag came from, and which words are neither flag nor value.
    public static func flags(
        _ words: [String]
    ) -> (flags: [(text: String, word: Int)], strays: [Int]) {
        var flags: [(text: String, word: Int)] = []
        var strays: [Int] = []
        var awaitsValue = false
        for (index, word) in words.enumerated() {
            if isFlag(word) {
                flags.append((word, index))
                awaitsValue = !word.contains("=")
            } else if awaitsValue, !flags.isEmpty {
                flags[flags.count - 1].text += "=" + word
                awaitsValue = false
            } else {
                strays.append(index)
            }
        }
        return (flags, strays)
    }
}
