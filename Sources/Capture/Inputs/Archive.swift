import CArchive
import Glibc

/// An archive, read from front to back by libarchive: must-gather bundles and log exports come so.
///
/// Gives the plain files alone, one at a time: the next one can be asked for when this one was
/// read, or not. Nothing is ever written anywhere, so a path is only a name; links, devices and
/// files with holes, which a few bytes make as large as one likes, are passed over.
final class Archive {
    private let source: ByteSource
    private let packing: Packing
    private let handle: OpaquePointer?
    private let block: UnsafeMutableRawBufferPointer
    /// Why the source gave no more, which libarchive cannot say.
    private var failure: ReadFailure?
    // What is left of the piece that libarchive gave last, and where in the file it belongs.
    private var piece = UnsafeRawBufferPointer(start: nil, count: 0)
    private var position: Int64 = 0

    /// Nobody's log has a longer one; a hostile header does.
    private static let longestPath = 4_096

    struct Member {
        var path: String
        var bytes: ByteSource
    }

    init(_ source: ByteSource, _ packing: Packing) throws(ReadFailure) {
        self.source = source
        self.packing = packing
        handle = archive_read_new()
        block = .allocate(byteCount: 256 << 10, alignment: 16)
        switch packing {
        case .zip: archive_read_support_format_zip(handle)
        case .sevenZip:
            archive_read_support_format_7zip(handle)
            if source.isSeekable { try SevenZipHeader.check(source) }
        case .bzip2:
            archive_read_support_filter_bzip2(handle)
            archive_read_support_format_raw(handle)
        case .lz4:
            archive_read_support_filter_lz4(handle)
            archive_read_support_format_raw(handle)
        default: archive_read_support_format_tar(handle)
        }
        try open()
    }

    deinit {
        archive_read_free(handle)
        block.deallocate()
    }

    /// The next plain file; nil at the end.
    func next() throws(ReadFailure) -> Member? {
        while true {
            piece = UnsafeRawBufferPointer(start: nil, count: 0)
            position = 0
            var entry: OpaquePointer?
            let code = archive_read_next_header(handle, &entry)
            if code == ARCHIVE_EOF { return nil }
            guard code >= ARCHIVE_WARN, let entry else { throw damage }
            guard isPlainFile(entry) else { continue }
            let path = Archive.path(of: entry)
            return Member(
                path: String(decoding: path.utf8.prefix(Archive.longestPath), as: UTF8.self),
                bytes: refusal(path).map(RefusedSource.init) ?? MemberSource(self))
        }
    }

    /// Why the file in hand is not read; nil where it is.
    private func refusal(_ path: String) -> String? {
        if path.utf8.count > Archive.longestPath {
            return "the file's path is longer than \(Archive.longestPath) bytes"
        }
        return isBounded ? nil : "the file is packed by a method of zip that is not read"
    }

    /// Whether what unpacks the file in hand takes little memory whatever it is given.
    ///
    /// Of the methods of zip only those that everybody uses do; the format's name ends with it.
    private var isBounded: Bool {
        guard packing == .zip, let name = archive_format_name(handle) else { return true }
        let method = String(cString: name).drop { $0 != "(" }.dropFirst()
        return ["uncompressed", "deflation", "bzip"].contains { method.hasPrefix($0) }
    }

    private func isPlainFile(_ entry: OpaquePointer) -> Bool {
        if !packing.isArchive { return true }
        return mode_t(archive_entry_filetype(entry)) == S_IFREG
            && archive_entry_hardlink(entry) == nil && archive_entry_sparse_count(entry) == 0
    }

    private static func path(of entry: OpaquePointer) -> String {
        guard let text = archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry) else {
            return ""
        }
        return String(cString: text)
    }

    /// Reads of the file in hand.
    fileprivate func read(
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(ReadFailure) -> Int {
        while piece.isEmpty {
            var start: UnsafeRawPointer?
            var count = 0
            var offset: la_int64_t = 0
            let code = archive_read_data_block(handle, &start, &count, &offset)
            if code == ARCHIVE_EOF { return 0 }
            guard code >= ARCHIVE_WARN else { throw damage }
            guard offset == position else {
                throw ReadFailure(reason: "a file of the archive has holes")
            }
            piece = UnsafeRawBufferPointer(start: start, count: count)
            position += Int64(count)
        }
        let count = min(piece.count, buffer.count)
        let part = UnsafeRawBufferPointer(rebasing: piece[..<count])
        buffer.copyMemory(from: part)
        piece = UnsafeRawBufferPointer(rebasing: piece[count...])
        return count
    }

    private var damage: ReadFailure {
        if let failure { return failure }
        let why = archive_error_string(handle).map { String(cString: $0) } ?? "no reason given"
        return ReadFailure(reason: "the \(packing.rawValue) data are damaged: \(why)")
    }

    // MARK: The way to the source

    private func open() throws(ReadFailure) {
        archive_read_set_callback_data(handle, Unmanaged.passUnretained(self).toOpaque())
        archive_read_set_read_callback(handle) { _, context, start in
            Archive.at(context)?.give(start) ?? -1
        }
        if source.isSeekable {
            archive_read_set_seek_callback(handle) { _, context, offset, whence in
                Archive.at(context)?.source.seek(to: offset, whence) ?? -1
            }
        }
        guard archive_read_open1(handle) >= ARCHIVE_WARN else { throw damage }
    }

    private static func at(_ context: UnsafeMutableRawPointer?) -> Archive? {
        context.map { Unmanaged<Archive>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Gives libarchive a block of the source; negative where there is none to be had.
    private func give(_ start: UnsafeMutablePointer<UnsafeRawPointer?>?) -> Int {
        start?.pointee = UnsafeRawPointer(block.baseAddress)
        do throws(ReadFailure) {
            return try source.read(into: block)
        } catch {
            failure = error
            return -1
        }
    }
}

/// A file that is not read: one that would take any amount of memory, or whose header is mad.
private final class RefusedSource: ByteSource {
    private let reason: String

    init(_ reason: String) { self.reason = reason }

    override func read(
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(ReadFailure) -> Int {
        throw ReadFailure(reason: reason)
    }
}

/// The bytes of an archive's file in hand.
private final class MemberSource: ByteSource {
    private let archive: Archive

    init(_ archive: Archive) { self.archive = archive }

    override func read(
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(ReadFailure) -> Int {
        try archive.read(into: buffer)
    }
}
