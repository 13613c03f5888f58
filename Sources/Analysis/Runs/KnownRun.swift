public import Recording

extension Recording {
    /// A stored run, found by its name or as the one that is meant; a person is told where there is
    /// none.
    public func knownRun(_ name: String?) throws -> StoredRun {
        if let run = try storedRun(name) { return run }
        let known = try runNames().joined(separator: ", ")
        let hint = known.isEmpty ? "Make one with 'kubeskew replay'." : "Its runs: \(known)"
        guard let name else { throw Failure("the recording has no run yet", hint: hint) }
        throw Failure("the recording has no run '\(name)'", hint: hint)
    }
}
