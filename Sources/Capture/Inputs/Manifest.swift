import KubeAPI

/// A list of inputs in a file: what a script makes that has fetched logs from where they lie.
///
///     SERVER <tab> PATH [<tab> NAME [<tab> CLUSTER]]
///
/// A line for each input. Without a server, path and content have to tell; the name, such as the
/// address that the file was fetched from, is what the recording remembers. Inputs of several
/// clusters may be in one list.
public enum Manifest {
    /// A line that is none, by its number.
    public struct Problem: Error, Equatable, Sendable, CustomStringConvertible {
        public var line: Int

        public var description: String {
            "line \(line): expected SERVER, PATH and perhaps NAME and CLUSTER with tabs "
                + "between them"
        }
    }

    public static func inputs(of text: String) throws(Problem) -> [CaptureInput] {
        var inputs: [CaptureInput] = []
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (number, line) in lines.enumerated() where !line.allSatisfy(\.isWhitespace) {
            if line.hasPrefix("#") { continue }
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
                .map(String.init)
            // A list that may be standard input itself cannot name it.
            guard (2...4).contains(fields.count), !fields[1].isEmpty, fields[1] != "-",
                fields.count < 4 || fields[3].isEmpty || ServerName.isValid(fields[3])
            else {
                throw Problem(line: number + 1)
            }
            inputs.append(
                CaptureInput(
                    path: fields[1], server: fields[0].isEmpty ? nil : fields[0],
                    name: fields.count > 2 && !fields[2].isEmpty ? fields[2] : nil,
                    cluster: fields.count > 3 && !fields[3].isEmpty ? fields[3] : nil))
        }
        return inputs
    }
}
