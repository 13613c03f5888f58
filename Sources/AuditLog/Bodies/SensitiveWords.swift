import Bytes

/// Which names and texts of a body may be confidential: the word lists of `Redaction`.
///
/// Told too often rather than too rarely: what is dropped without need can be looked up in the
/// cluster, what is kept without need cannot be taken back. Holds no state and keeps no text.
enum SensitiveWords {
    /// A name in lower case without anything but letters and digits: `client-key-data` and
    /// `clientKeyData` are one.
    static func plain(_ name: String) -> String {
        var word: [UInt8] = []
        for byte in name.utf8 {
            if byte >= 65, byte <= 90 {
                word.append(byte | 0x20)
            } else if ASCII.isLetter(byte) || ASCII.isDigit(byte) || byte >= 0x80 {
                word.append(byte)
            }
        }
        return String(decoding: word, as: UTF8.self)
    }

    private static let stems = [
        "password", "passwd", "passphrase", "passcode", "pwd", "token", "secret", "credential",
        "apikey", "auth", "bearer", "jwt", "cookie", "cabundle", "cadata", "cert", "keydata",
        "pem", "dockerconfig", "kubeconfig", "connectionstring", "dsn", "signature", "license",
        "cloudinit", "ignition", "bootstrapdata",
    ]

    private static let harmlessKeys: Set<String> = ["key", "keys", "topologykey"]

    /// Whether what stands under this plain name may be confidential.
    static func mayHide(_ word: String) -> Bool {
        if stems.contains(where: { contains(word, $0) }) { return true }
        return (word.hasSuffix("key") || word.hasSuffix("keys")) && !harmlessKeys.contains(word)
    }

    /// Names under which anything may stand: data by its user, command lines, free maps, and the
    /// field manager's account of all of them.
    static let opaque: Set<String> = [
        "data", "binarydata", "stringdata", "encrypteddata", "command", "args", "arguments",
        "managedfields", "parameters", "volumeattributes", "volumecontext", "attachmentmetadata",
        "options", "extra", "cells", "userdata", "env", "envvars", "environment", "headers",
        "httpheaders", "content", "script", "query", "immutable",
    ]

    /// What tells things apart, even of something confidential.
    static let identities: Set<String> = [
        "name", "namespace", "kind", "apiversion", "apigroup", "uid", "resourceversion",
    ]

    private static let sensitiveGroups = [
        "authentication.", "authorization.", "certificates.", "oauth.", "user.openshift.io",
    ]

    /// Groups whose objects are answers about who somebody is and what they may do.
    static func isSensitive(group: String) -> Bool {
        let group = group.lowercased()
        return sensitiveGroups.contains { group.hasPrefix($0) }
    }

    private static let kindStems = ["secret", "token", "credential", "password", "kubeconfig"]

    private static let kindEnds = [
        "accessreview", "rulesreview", "subjectreview", "certificatesigningrequest",
    ]

    /// Whether objects of a kind, or of a resource by its plural, are never kept.
    static func isSensitive(kind: String) -> Bool {
        var word = plain(kind)
        if kindStems.contains(where: { contains(word, $0) }) { return true }
        if word.hasSuffix("list") { word.removeLast(4) }
        if word.hasSuffix("s") { word.removeLast() }
        return kindEnds.contains { word.hasSuffix($0) }
    }

    /// Whether a text may be a document, a key or an address with a password in it.
    static func mayHide(text: String, longest: Int) -> Bool {
        let bytes = text.utf8
        if bytes.count > longest { return true }
        if bytes.contains(where: { $0 < 0x20 }) { return true }
        if let first = bytes.first(where: { !ASCII.isSpace($0) }),
            first == ASCII.openBrace || first == ASCII.openBracket || first == ASCII.quote
        {
            return true
        }
        if text.hasPrefix("eyJ") || contains(text, "-----BEGIN") { return true }
        if contains(text, "://"), bytes.contains(UInt8(ascii: "@")) { return true }
        let lower = text.lowercased()
        if contains(lower, "bearer ") || contains(lower, "basic ") { return true }
        // `password=x`, `--token x`, `secret: x` within a text.
        let assigns = bytes.contains {
            $0 == UInt8(ascii: "=") || $0 == ASCII.colon || $0 == ASCII.space
        }
        return assigns && textStems.contains { contains(lower, $0) }
    }

    private static let textStems = [
        "passw", "passphrase", "pwd", "token", "secret", "credential", "apikey", "api-key",
        "api_key", "private", "authorization",
    ]

    /// Whether a text holds a word; bytes are compared.
    private static func contains(_ text: String, _ word: String) -> Bool {
        var text = text
        var word = word
        return text.withUTF8 { bytes in
            word.withUTF8 { wanted in
                guard let first = wanted.first, bytes.count >= wanted.count else { return false }
                for start in 0...(bytes.count - wanted.count) where bytes[start] == first {
                    if bytes[start..<start + wanted.count].elementsEqual(wanted) { return true }
                }
                return false
            }
        }
    }
}
