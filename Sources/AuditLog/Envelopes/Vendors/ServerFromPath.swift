import Bytes

/// Which API server wrote a file, from its path alone.
///
/// Called by the shell for each input that has no `SERVER=`, and for paths that envelopes carry. It
/// looks at no file. A path that names no server gives nil, and the log itself has to tell.
/// A file's name says more than its folder: people keep logs in folders named after an incident or
/// a day, so the shell believes a folder only where its siblings differ (`SiblingFolders`).
public enum ServerFromPath {
    /// The component whose audit log a must-gather folder or file name says this is.
    public enum Component: String, Sendable, CaseIterable {
        case kubeAPIServer = "kube-apiserver"
        case openShiftAPIServer = "openshift-apiserver"
        case openShiftOAuthAPIServer = "oauth-apiserver"
        case openShiftOAuthServer = "oauth-server"
        case etcd
    }

    /// The server, such as `cp-1`; for another component than kube-apiserver
    /// `cp-1/oauth-apiserver`.
    ///
    /// A folder names it only where `siblings` has others beside it; without `siblings` always.
    public static func server(path: String, siblings: SiblingFolders? = nil) -> String? {
        let parts = parts(of: path)
        guard let file = parts.last else { return nil }
        if let stream = parts.last(where: { $0.hasPrefix("kube-apiserver-audit-") }),
            let name = streamName(stream)
        {
            return name
        }
        let folder = hostFolder(of: parts)
        let believed = folder.map { siblings?.differ($0) ?? true } ?? false
        guard let name = serverInFileName(file) ?? (believed ? folder?.name : nil) else {
            return nil
        }
        let component = component(path: path)
        return component == .kubeAPIServer ? name : "\(name)/\(component.rawValue)"
    }

    /// Whether only the folder of a path may name its server.
    public static func restsOnFolder(path: String) -> Bool {
        let parts = parts(of: path)
        guard let file = parts.last, server(path: path, siblings: SiblingFolders()) == nil else {
            return false
        }
        return serverInFileName(file) == nil && hostFolder(of: parts) != nil
    }

    static func parts(of path: String) -> [String] {
        path.split(separator: "/").filter { $0 != "." }.map(String.init)
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

    private static let archives = [".tar", ".tgz", ".tbz", ".txz", ".tzst", ".zip"]

    private static let endings =
        [
            ".gz", ".zst", ".xz", ".bz2", ".lz4", ".log", ".json", ".jsonl", ".ndjson", ".txt",
            ".csv",
        ] + archives

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
        let name = withoutStamp(withoutEndings(file))
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

    /// Takes off `-2026-11-20T21-14-37.123`, the time at which a file was rotated, or a mere day.
    private static func withoutStamp(_ name: String) -> String {
        guard let day = day(in: Array(name.utf8)) else { return name }
        return String(name.utf8.prefix(day)) ?? name
    }

    /// Where a date such as `-2026-11-20` begins, with the dash or dot before it.
    private static func day(in bytes: [UInt8]) -> Int? {
        let pattern = Array("-0000-00-00".utf8)
        guard bytes.count >= pattern.count else { return nil }
        return (0...(bytes.count - pattern.count)).first { start in
            pattern.indices.allSatisfy { index in
                let byte = bytes[start + index]
                if pattern[index] == 48 { return ASCII.isDigit(byte) }
                return byte == ASCII.dash || (index == 0 && byte == ASCII.dot)
            }
        }
    }

    private static let plainFolders: Set<String> = [
        "audit", "audit_logs", "logs", "log", "var", "kubernetes", "kube-apiserver", "apiserver",
        "server", "rancher", "k3s", "rke2", "lib", "tmp", "home", "root", "data", "captures",
        "openshift-apiserver", "oauth-apiserver", "oauth-server", "etcd", "downloads", "Downloads",
        "kube-audit", "private",
    ]

    /// A folder that may be named after a server, and the folder that holds it.
    struct HostFolder {
        var parent: String
        var name: String
    }

    /// The innermost folder with a name of its own, where that looks like a host.
    static func hostFolder(of parts: [String]) -> HostFolder? {
        let folders = parts.dropLast()
        guard let index = folders.lastIndex(where: { !plainFolders.contains($0) }) else {
            return nil
        }
        return hostFolder(parts, at: index)
    }

    /// An archive is a folder too, once it is looked into.
    static func hostArchive(of parts: [String]) -> HostFolder? {
        guard let file = parts.last, isArchive(file) else { return nil }
        return hostFolder(parts, at: parts.count - 1)
    }

    private static func hostFolder(_ parts: [String], at index: Int) -> HostFolder? {
        let part = parts[index]
        let folder = isArchive(part) ? withoutEndings(part) : part
        let isSomebodys = index > 0 && isHome(parts[index - 1])
        let looksLikeHost =
            folder.utf8.contains(where: ASCII.isDigit) || folder.contains("control-plane")
            || folder.contains("master")
        // Nodes are named in small letters; a folder of a ticket or a day is nobody's.
        let isNode =
            !folder.contains(where: \.isUppercase) && day(in: Array("-\(folder)".utf8)) == nil
        guard !isSomebodys, looksLikeHost, isNode, isServerName(folder),
            !folder.hasPrefix("must-gather")
        else { return nil }
        return HostFolder(parent: parts[..<index].joined(separator: "/"), name: folder)
    }

    private static func isArchive(_ name: String) -> Bool {
        archives.contains { name.hasSuffix($0) || name.contains("\($0).") }
    }

    private static func isHome(_ folder: String) -> Bool { folder == "home" || folder == "Users" }

    private static func isServerName(_ name: String) -> Bool {
        var copy = name
        return copy.withUTF8 { bytes in
            !plainWords.contains(name) && LinePrefix.isHostName(bytes)
        }
    }
}
