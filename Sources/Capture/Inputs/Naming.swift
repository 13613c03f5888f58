import AuditLog
import Synchronization

/// Who wrote the sources of one input: the user's word, or what their paths say.
struct Naming {
    /// The file on the disk.
    private let path: String
    private let server: String?
    /// On the disk, to be read again; a stream comes but once.
    private let isFile: Bool
    private var folders: SiblingFolders
    private var isListed = false

    init(_ file: FoundFile, folders: SiblingFolders) {
        path = file.path
        server = file.server
        isFile = file.size > 0
        self.folders = folders
    }

    func beginning(of source: String) -> Piece {
        let pathServer =
            server == nil ? ServerFromPath.server(path: source, siblings: folders) : nil
        return .begin(SourceOrigin(name: source, server: server, pathServer: pathServer))
    }

    /// Lists an archive once a member is met whose folder alone may name its server.
    ///
    /// Whether other folders stand beside it shows only at the end of the archive, and by then its
    /// records are stored. Archives whose files carry names are not read twice.
    mutating func look(inside archive: String, for member: String, _ signals: CaptureSignals) {
        guard server == nil, !isListed, isFile, ServerFromPath.restsOnFolder(path: member) else {
            return
        }
        isListed = true
        // What it reads is no progress, so it counts elsewhere; damage is met again in the reading.
        guard var source: ByteSource = try? FileSource(path: path, CaptureSignals()) else { return }
        for _ in 0..<Reading.deepestPacking {
            guard let (whole, packing) = try? Packing.peek(source) else { return }
            guard let packing else { return }
            if packing.isArchive {
                guard let files = try? Archive(whole, packing) else { return }
                return list(files, name: archive, signals)
            }
            source = packing.unpacking(whole)
        }
    }

    private mutating func list(_ archive: Archive, name: String, _ signals: CaptureSignals) {
        while let member = try? archive.next(), !signals.isStopping.load(ordering: .relaxed) {
            if mayBeLog(member.path) { folders.add(path: "\(name)/\(member.path)") }
        }
    }
}
