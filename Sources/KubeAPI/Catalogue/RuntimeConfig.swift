/// What `--runtime-config` turns on and off, with the precedence that kube-apiserver gives it.
///
/// From weak to strong: the release's default, `api/all`, then `api/ga`, `api/beta` or `api/alpha`,
/// then `group/version`, then `group/version/resource`.
public struct RuntimeConfig: Sendable, Equatable {
    private var all: Bool?
    private var stages: [APIVersion.Stage: Bool] = [:]
    private var versions: [GroupVersion: Bool] = [:]
    private var resources: [GroupVersionResource: Bool] = [:]
    /// Why a server with these flags would not start; nil where it would.
    public private(set) var refusal: String?

    public init() {}

    /// Reads the value of one flag: `api/beta=true,batch/v1=false,apps/v1/deployments`.
    public init(_ value: String) { add(value) }

    /// Reads the value of a further flag: a later setting of the same key wins.
    public mutating func add(_ value: String) {
        for parts in settingsList(value) {
            set(parts[0], parts.count == 2 ? parts[1] : "")
        }
    }

    private mutating func set(_ key: String, _ value: String) {
        if ["api/all", "api/ga", "api/beta", "api/alpha"].contains(key) {
            setFamily(key, value)
            return
        }
        // Accepted and without effect for many releases.
        if key == "api/legacy" { return }
        let parts = key.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 || parts.count == 3 else {
            refuse("runtime-config invalid key \(key)")
            return
        }
        // A key alone means true.
        guard let enabled = value.isEmpty ? true : boolean(value) else {
            refuse("invalid value of \(key): \(value), not a boolean")
            return
        }
        if parts.count == 2 {
            versions[GroupVersion(group: parts[0], version: parts[1])] = enabled
        } else if parts[2] != parts[2].lowercased() {
            refuse(
                "invalid key \(key): group/version/resource and resource is always lowercase "
                    + "plural, not \"\(parts[2])\"")
        } else {
            resources[
                GroupVersionResource(group: parts[0], version: parts[1], resource: parts[2])] =
                enabled
        }
    }

    private mutating func setFamily(_ key: String, _ value: String) {
        guard value == "true" || value == "false" else {
            refuse("invalid value \(key)=\(value)")
            return
        }
        switch key {
        case "api/all": all = value == "true"
        case "api/ga": stages[.stable] = value == "true"
        case "api/beta": stages[.beta] = value == "true"
        default: stages[.alpha] = value == "true"
        }
    }

    private mutating func refuse(_ message: String) { refusal = refusal ?? message }

    /// Whether the resource is turned on, given what the release does by default.
    public func isEnabled(_ id: GroupVersionResource, byDefault: Bool) -> Bool {
        if let resource = resources[id] { return resource }
        if let version = versions[id.groupVersion] { return version }
        if let stage = APIVersion(id.version).stage, let set = stages[stage] { return set }
        return all ?? byDefault
    }
}
