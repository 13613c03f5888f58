import CNghttp2

/// One direction's HPACK decoder (RFC 7541), by libnghttp2.
///
/// Where the state of the sender's table is not known, its entries are stood in for by placeholders
/// of the smallest size, so that indices of entries seen since are right and all others are told
/// apart. A class because it holds the decoder; it is owned by one connection.
final class HeaderInflater {
    enum Outcome {
        case decoded
        /// The block cannot be decoded, and nothing behind it can with this state.
        case broken
    }

    private var inflater: OpaquePointer?
    /// The name of a placeholder: no field has it.
    private static let placeholder = UInt8(ascii: "?")
    private var tableSize = 4_096
    private var hasUnknownEntries = false

    init() { nghttp2_hd_inflate_new(&inflater) }

    deinit { nghttp2_hd_inflate_del(inflater) }

    /// The peer allows a table of this size; tables only grow here, and the sender says when.
    func allow(tableSize: Int) {
        guard tableSize > self.tableSize else { return }
        self.tableSize = min(tableSize, 1 << 20)
        nghttp2_hd_inflate_change_table_size(inflater, self.tableSize)
    }

    /// Forgets the table, whose entries are from now on unknown.
    func forgetTable() {
        nghttp2_hd_inflate_del(inflater)
        inflater = nil
        nghttp2_hd_inflate_new(&inflater)
        if tableSize > 4_096 { nghttp2_hd_inflate_change_table_size(inflater, tableSize) }
        // An entry counts its name, its value and 32 bytes.
        var block: [UInt8] = []
        for _ in 0..<(4_096 / 33) { block += [0x40, 1, HeaderInflater.placeholder, 0] }
        hasUnknownEntries = true
        _ = block.withUnsafeBytes { inflate($0) { _, _ in } }
    }

    /// Decodes a whole header block into a head.
    func decode(_ block: UnsafeRawBufferPointer, into head: inout Head) -> Outcome {
        head.removeAll()
        return inflate(block) { name, value in
            if name.count == 1, name[0] == HeaderInflater.placeholder {
                head.isPartial = true
            } else if name.byte(0) == UInt8(ascii: ":") {
                HeaderInflater.setPseudo(name, value, in: &head)
            } else if let field = HeaderField(name) {
                head.add(field, value)
            }
        }
    }

    private static func setPseudo(
        _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, in head: inout Head
    ) {
        if name.equalsIgnoringCase(":method") {
            head.setMethod(value)
        } else if name.equalsIgnoringCase(":path") {
            head.setTarget(value)
        } else if name.equalsIgnoringCase(":status"), value.count == 3 {
            head.status = HTTP1Message.decimal(value) ?? 0
        }
    }

    private func inflate(
        _ block: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Void
    ) -> Outcome {
        var rest = block
        while true {
            var pair = nghttp2_nv()
            var flags: Int32 = 0
            let used = nghttp2_hd_inflate_hd2(
                inflater, &pair, &flags, rest.baseAddress?.assumingMemoryBound(to: UInt8.self),
                rest.count, 1)
            guard used >= 0 else { return .broken }
            rest = rest.tail(used)
            if flags & Int32(NGHTTP2_HD_INFLATE_EMIT.rawValue) != 0 {
                body(
                    UnsafeRawBufferPointer(start: pair.name, count: pair.namelen),
                    UnsafeRawBufferPointer(start: pair.value, count: pair.valuelen))
            }
            if flags & Int32(NGHTTP2_HD_INFLATE_FINAL.rawValue) != 0 {
                nghttp2_hd_inflate_end_headers(inflater)
                return .decoded
            }
            if used == 0, flags & Int32(NGHTTP2_HD_INFLATE_EMIT.rawValue) == 0 { return .broken }
        }
    }
}
