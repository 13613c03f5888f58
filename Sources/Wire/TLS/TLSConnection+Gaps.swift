/// Finding back into step after a gap: a record that authenticates tells where and which it is.
extension TLSConnection {
    mutating func resynchronise(
        _ half: inout Half, _ direction: Direction, _ moment: Moment, _ keys: borrowing KeyLog,
        _ isGrowing: Bool, _ emit: (TLSEvent) -> Void
    ) {
        guard half.epoch != .plain else {
            failure = .handshakeIncomplete
            return
        }
        let bytes = half.pending
        half.pending = []
        bytes.withUnsafeBytes { bytes in
            var at = 0
            while at + TLSRecord.header <= bytes.count {
                guard isCandidate(bytes.part(at, TLSRecord.header)) else {
                    at += 1
                    continue
                }
                let length = TLSRecord.header + Int(bytes.big16(at + 3))
                guard at + length <= bytes.count else { break }
                let record = TLSRecord(
                    type: bytes[at], version: bytes.big16(at + 1),
                    fragment: bytes.part(at + TLSRecord.header, length - TLSRecord.header))
                let skipped = (half.lost ?? 0) + at
                if tryRecord(record, &half, direction, moment, keys, skipped: skipped, emit) {
                    half.pending = Array(bytes.tail(at + length))
                    return
                }
                if half.trials < 0 {
                    failure = .lostTrack
                    return
                }
                at += 1
            }
            half.lost = (half.lost ?? 0) + at
            half.pending = Array(bytes.tail(at))
        }
        if half.lost == nil { readPending(&half, direction, moment, keys, isGrowing, emit) }
    }

    /// What lay behind the record that opened is read in the ordinary way.
    private mutating func readPending(
        _ half: inout Half, _ direction: Direction, _ moment: Moment, _ keys: borrowing KeyLog,
        _ isGrowing: Bool, _ emit: (TLSEvent) -> Void
    ) {
        let bytes = half.pending
        half.pending = []
        guard !bytes.isEmpty else { return }
        bytes.withUnsafeBytes {
            _ = readAll(&half, direction, $0, moment, keys, isGrowing, emit)
        }
    }

    private func isCandidate(_ header: UnsafeRawBufferPointer) -> Bool {
        header.big16(1) == 0x0303 && (20...23).contains(header.byte(0))
            && (!facts.isVersion13 || header.byte(0) == 23)
            && (17...TLSRecord.longest).contains(Int(header.big16(3)))
    }

    private mutating func tryRecord(
        _ record: TLSRecord, _ half: inout Half, _ direction: Direction, _ moment: Moment,
        _ keys: borrowing KeyLog, skipped: Int, _ emit: (TLSEvent) -> Void
    ) -> Bool {
        let next = nextCipher(half, direction, keys)
        return withUnsafeTemporaryAllocation(
            byteCount: record.fragment.count + 32, alignment: 16
        ) { output in
            // No record is shorter than its header and tag.
            let window = UInt64(min(skipped / 22 + 1, 512))
            for (cipher, first, isNext) in [
                (half.cipher, half.cipher?.sequence ?? 0, false), (next?.cipher, 0, true),
            ] {
                guard let cipher else { continue }
                for number in first...first &+ window {
                    half.trials -= record.fragment.count
                    if half.trials < 0 { return false }
                    guard let (type, range) = cipher.open(record, at: number, into: output) else {
                        continue
                    }
                    let missing = lostPlaintext(
                        cipher, half, skipped: skipped, records: Int(number - first),
                        isNext: isNext)
                    if isNext, let next { advance(&half, to: next) }
                    half.cipher?.sequence = number + 1
                    half.opened += 1
                    half.lost = nil
                    half.handshake = []
                    emit(.gap(direction, missing, moment))
                    opened(
                        type, UnsafeRawBufferPointer(rebasing: output[range]), &half, direction,
                        moment, emit)
                    return true
                }
            }
            return false
        }
    }

    /// The plaintext in the records that were lost, where it follows from their number.
    private func lostPlaintext(
        _ cipher: RecordCipher, _ half: Half, skipped: Int, records: Int, isNext: Bool
    ) -> Int? {
        guard !isNext, half.epoch == .traffic, let overhead = cipher.overhead else { return nil }
        let length = skipped - records * (TLSRecord.header + overhead)
        return length >= 0 ? length : nil
    }
}
