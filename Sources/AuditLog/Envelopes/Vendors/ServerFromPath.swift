/// Which API server wrote a file, from its path alone.
///
/// Called by the shell for each input that has no `SERVER=`, and for paths that envelopes carry. It
/// looks at no file. A path that names no server gives nil, and the log itself has to tell.
public enum ServerFromPath {
    /// The component whose audit log a must-gather folder or file name says this is.
    public enum Component: String, Sendable, CaseIterable {
        case kubeAPIServer = "kube-apiserver"
        case openShiftAPIServer = "openshift-apiserver"
        case openShiftOAuthAPIServer = "oauth-apiserver"
        case openShiftOAuthServer = "oauth-server"
        case etcd
    }

    /// The server, such as `cp-1`; for another component than kube-apiserver `cp-1/oauth-apiserver`.
    public static func server(path: String) -> String? {
        let parts = path.split(separator: "/").map(String.init)
        guard let file = parts.last else { return nil }
        if let stream = parts.last(where: { $0.hasPrefix("kube-apiserver-audit-") }),
            let name = streamName(stream)
        {
            return name
        }
        guard let name = serverInFileName(file) ?? serverInFolders(parts.dropLast()) else {
            return nil
        }
        let component = component(path: path)
        return component == .kubeAPIServer ? name : "\(name)/\(component.rawValue)"
    }

    /// The component that wrote the file; kube-apiserver where nothing says otherwise.
    public static func component(path: String) -> Component {
        for part in path.split(separator: "/").reversed() {
            if let component = Component(rawValue: String(part)) { return component }
        }
        return .kubeAPIServer
    }

    /// Files beside the logs that hold no events: listings, locks, logs of a dying server.
    public static func isBeside(path: String) -> Bool {
        path.hasSuffix(".audit_logs_listing") || path.hasSuffix(".lock")
            || path.hasSuffix(".terminating")
    }

    /// `kube-apiserver-audit-<hex>`, without what an export puts behind it.
    private static func streamName(_ part: String) -> String? {
        let name = withoutEndings(part)
        let number = name.utf8.dropFirst("kube-apiserver-audit-".utf8.count)
        let isNumber = number.allSatisfy { ASCII.isDigit($0) || ($0 >= 97 && $0 <= 102) }
        return isNumber && number.count >= 8 ? name : nil
    }

    private static let endings = [
        ".gz", ".zst", ".xz", ".tar", ".tgz", ".log", ".json", ".jsonl", ".ndjson", ".txt", ".csv",
    ]

    private static func withoutEndings(_ file: String) -> String {
        var name = file[...]
        while let ending = endings.first(where: { name.hasSuffix($0) }), name != ending {
            name = name.dropLast(ending.count)
        }
        // `audit.log.1`, as logrotate numbers them.
        if let dot = name.lastIndex(of: "."), !name[name.index(after: dot)...].isEmpty,
            name[name.index(after: dot)...].allSatisfy({ $0.isASCII && $0.isNumber }),
            name[..<dot].hasSuffix(".log")
        {
            return withoutEndings(String(name[..<dot]))
        }
        return String(name)
    }

    /// Words of a file name that say what it is, not whose.
    private static let plainWords: Set<String> = [
        "audit", "kube", "apiserver", "k8s", "kubernetes", "log", "logs", "events", "api", "server",
        "export", "openshift", "oauth", "etcd",
    ]

    private static func serverInFileName(_ file: String) -> String? {
        let name = withoutRotationStamp(withoutEndings(file))
        var words = name.split(separator: "-", omittingEmptySubsequences: true)
        // `audit` has to be one of the words: any other file name is no server's name.
        guard let first = words.first, let last = words.last else { return nil }
        if last == "audit" {
            while let word = words.last, isPlain(word) { words.removeLast() }
        } else if first == "audit" {
            words.removeFirst()
        } else if name.hasPrefix("kube-apiserver-audit-") {
            words.removeFirst(3)
        } else {
            return nil
        }
        while let word = words.first, words.count > 1, isPlain(word) { words.removeFirst() }
        let server = words.joined(separator: "-")
        return isServerName(server) ? server : nil
    }

    private static func isPlain(_ word: Substring) -> Bool { plainWords.contains(String(word)) }

    /// Takes off `-2026-11-20T21-14-37.123`, the time at which a file was rotated.
    private static func withoutRotationStamp(_ name: String) -> String {
        let bytes = Array(name.utf8)
        let pattern = Array("-0000-00-00T00-00-00".utf8)
        guard bytes.count >= pattern.count else { return name }
        for start in 0...(bytes.count - pattern.count) {
            let matches = pattern.indices.allSatisfy { index in
                pattern[index] == 48
                    ? ASCII.isDigit(bytes[start + index]) : bytes[start + index] == pattern[index]
            }
            if matches { return String(decoding: bytes[..<start], as: UTF8.self) }
        }
        return name
    }

    private static let plainFolders: Set<String> = [
        "audit", "audit_logs", "logs", "log", "var", "kubernetes", "kube-apiserver", "apiserver",
        "server", "rancher", "k3s", "rke2", "lib", "tmp", "home", "root", "data", "captures",
        "openshift-apiserver", "oauth-apiserver", "oauth-server", "etcd", "downloads", "Downloads",
        "kube-audit", "private",
    ]

    /// The innermost folder with a name of its own, where that looks like a host.
    private static func serverInFolders(_ folders: ArraySlice<String>) -> String? {
        guard let index = folders.lastIndex(where: { !plainFolders.contains($0) }) else {
            return nil
        }
        let folder = folders[index]
        let isSomebodys = index > folders.startIndex && isHome(folders[index - 1])
        let looksLikeHost =
            folder.utf8.contains(where: ASCII.isDigit) || folder.contains("control-plane")
            || folder.contains("master")
        guard !isSomebodys, looksLikeHost, isServerName(folder), !folder.hasPrefix("must-gather")
        else { return nil }
        return folder
    }

    private static func isHome(_ folder: String) -> Bool { folder == "home" || folder == "Users" }

    private static func isServerName(_ name: String) -> Bool {
        var copy = name
        return copy.withUTF8 { bytes in
            !plainWords.contains(name) && LinePrefix.isHostName(bytes)
        }
    }
}
