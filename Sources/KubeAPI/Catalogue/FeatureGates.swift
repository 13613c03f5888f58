import Bytes

/// The feature gates that a server's command line sets: `--feature-gates=A=true,B=false`.
///
/// Holds what was set, not what the release makes of it: whether a gate is on that was not set
/// depends on the release and is asked with `isOn`.
public struct FeatureGates: Sendable, Equatable {
    /// What was set, `AllAlpha` and `AllBeta` among it.
    public private(set) var settings: [String: Bool] = [:]
    /// Why a server with these flags would not start; nil where it would.
    public private(set) var refusal: String?

    public init() {}

    /// Reads the value of one flag.
    public init(_ value: String) { add(value) }

    /// Reads the value of a further flag: a later setting of the same gate wins.
    public mutating func add(_ value: String) {
        for parts in settingsList(value) {
            guard parts.count == 2 else {
                refusal = refusal ?? "missing bool value for \(parts[0])"
                continue
            }
            guard let setting = boolean(parts[1]) else {
                refusal = refusal ?? "invalid value of \(parts[0]): \(parts[1]), not a boolean"
                continue
            }
            // Since 1.32 a gate may carry the name of its component.
            let name = parts[0].hasPrefix("kube:") ? String(parts[0].dropFirst(5)) : parts[0]
            settings[name] = setting
        }
    }

    /// What was set for this gate itself.
    public subscript(gate: String) -> Bool? { settings[gate] }

    /// Whether a gate is on: set by name, else by `AllAlpha` or `AllBeta`, else by its default.
    public func isOn(_ gate: String, stage: APIVersion.Stage, byDefault: Bool) -> Bool {
        if let set = settings[gate] { return set }
        switch stage {
        case .alpha: return settings["AllAlpha"] ?? byDefault
        case .beta: return settings["AllBeta"] ?? byDefault
        case .stable: return byDefault
        }
    }
}

/// The texts that a server's flags take for a boolean.
func boolean(_ text: String) -> Bool? {
    switch text {
    case "1", "t", "T", "true", "TRUE", "True": true
    case "0", "f", "F", "false", "FALSE", "False": false
    default: nil
    }
}

/// `A=true, B` of a flag's value as `["A", "true"]` and `["B"]`.
public func settingsList(_ value: String) -> [[String]] {
    value.split(separator: ",").map { pair in
        pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            .map(\.trimmed)
    }.filter { $0 != [""] }
}
