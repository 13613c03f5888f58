import Analysis
import Glibc

/// Where the logs of the bundled incident are: they come with the tool, and are not in it.
enum DemoCaptures {
    static let incident = "wrong-gc-without-proxy"

    /// The folder of the incident's logs: as the environment says, in the checkout that the tool
    /// was built in or is run from, or where `make install` puts them.
    static func folder(environment: [String: String]) throws -> String {
        let tool = executableFolder()
        var places: [String] = []
        if let given = environment["KUBESKEW_CAPTURES"], !given.isEmpty { places.append(given) }
        if let tool { places.append("\(tool)/../share/kubeskew/captures") }
        places += ancestors(of: tool).map { "\($0)/captures" }
        places.append("captures")
        for place in places where isThere(place) { return try absolute("\(place)/\(incident)") }
        let beside = tool.map { "\($0)/../share/kubeskew/captures" } ?? "share/kubeskew/captures"
        throw Failure(
            "the logs of the bundled incident are not here",
            hint: """
                They are in the folder captures/ of the source, and 'make install' puts them into \
                \(beside).
                KUBESKEW_CAPTURES=DIR names another place.
                """)
    }

    private static func isThere(_ captures: String) -> Bool {
        access("\(captures)/\(incident)/audit-cp-1.log.gz", R_OK) == 0
    }

    /// The folders above the tool, nearest first: a build is a few levels below its checkout.
    private static func ancestors(of folder: String?) -> [String] {
        guard var rest = folder else { return [] }
        var found: [String] = []
        while let slash = rest.lastIndex(of: "/"), slash != rest.startIndex, found.count < 6 {
            rest = String(rest[..<slash])
            found.append(rest)
        }
        return found
    }

    static func absolute(_ path: String) throws -> String {
        guard let full = realpath(path, nil) else {
            throw Failure("cannot find \(path): \(String(cString: strerror(errno)))")
        }
        defer { free(full) }
        return String(cString: full)
    }
}
