/// The folders of one capture's inputs that may be named after servers, beside one another.
///
/// `cp-1/audit.log` and `cp-2/audit.log` tell two servers apart; `INC-4711/audit.log` on its own is
/// the log of an incident. So a folder's name counts only where siblings differ in it.
public struct SiblingFolders: Sendable {
    /// Under the folder that holds them.
    private var names: [String: Set<String>] = [:]

    public init() {}

    /// Takes in a file's path; one of an archive's members goes on behind the archive's own.
    public mutating func add(path: String) {
        let parts = ServerFromPath.parts(of: path)
        for folder in [ServerFromPath.hostFolder(of: parts), ServerFromPath.hostArchive(of: parts)]
        {
            guard let folder else { continue }
            names[folder.parent, default: []].insert(folder.name)
        }
    }

    func differ(_ folder: ServerFromPath.HostFolder) -> Bool {
        names[folder.parent, default: []].count > 1
    }
}
