import CCrypto
import Glibc

/// SHA-256 of the files that a recording was made of, as they are now.
///
/// Not taken while they are captured: a plain log is parsed at nearly the speed at which one
/// processor digests, so a capture would take a third longer.
public enum InputDigests {
    /// By the inputs' names; without those that are no file any more.
    ///
    /// - Parameter names: files, and members of archives, which stand for their archive.
    public static func sha256(of names: [String]) -> [String: String] {
        var files: [String: String] = [:]
        var found: [String: String] = [:]
        for name in names {
            guard let file = file(behind: name) else { continue }
            if files[file] == nil { files[file] = sha256(ofFile: file) }
            found[name] = files[file]
        }
        return found
    }

    /// The file itself, or the archive that it lies in.
    private static func file(behind name: String) -> String? {
        var path = name[...]
        while !path.isEmpty {
            var status = stat()
            if stat(String(path), &status) == 0 {
                return status.st_mode & S_IFMT == S_IFREG ? String(path) : nil
            }
            guard let slash = path.lastIndex(of: "/") else { return nil }
            path = path[..<slash]
        }
        return nil
    }

    private static func sha256(ofFile path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard let context = EVP_MD_CTX_new() else { return nil }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { break }
            guard count > 0, EVP_DigestUpdate(context, buffer, count) == 1 else { return nil }
        }
        var digest = [UInt8](repeating: 0, count: 32)
        guard EVP_DigestFinal_ex(context, &digest, nil) == 1 else { return nil }
        return digest.map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }
}
