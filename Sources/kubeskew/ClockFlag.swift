import Bytes
import Arguments
import Configuration
import ControlPlane

extension Context {
    /// What `--clock` says, by server.
    func clocks() throws -> [String: Int64] {
        var clocks: [String: Int64] = [:]
        for word in arguments.texts(Flags.clocks) {
            guard let equals = word.lastIndex(of: "="), equals != word.startIndex,
                let offset = DurationText.nanoseconds(String(word[word.index(after: equals)...]))
            else {
                throw UsageError(
                    "--clock takes SERVER=OFFSET, not '\(word)'",
                    hint: "By how much the server's clock was ahead: --clock cp-2=+30s")
            }
            clocks[String(word[..<equals])] = offset
        }
        return clocks
    }
}
