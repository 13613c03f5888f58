/// Writes packets as pcapng, in nanoseconds, with drops and keys at the end.
///
/// One section, one interface. Whoever reads the file later needs no key log beside it.
final class PcapngWriter {
    private static let flushAt = 1 << 20

    let path: String
    private let file: OutputFile
    private var buffer: [UInt8] = []
    private(set) var failure: OutputError?

    /// - Parameter inputs: what the capture reads, none of which may be the output.
    init(path: String, linkType: Int, reading inputs: [String]) throws(LiveFailure) {
        self.path = path
        do throws(OutputError) {
            file = try OutputFile(path, reading: inputs)
        } catch {
            throw .output(error)
        }
        // byte order mark | version 1.0 | length of the section not stated
        block(0x0A0D_0D0A) {
            $0.append(UInt32(0x1A2B_3C4D))
            $0.append(UInt32(1))
            $0.append(UInt64.max)
        }
        // link type | reserved | snap length | if_tsresol: nanoseconds
        block(1) {
            $0.append(UInt32(UInt16(truncatingIfNeeded: linkType)))
            $0.append(UInt32(262_144))
            $0.append(UInt32(9 | 1 << 16))
            $0.append(UInt32(9))
            $0.append(UInt32(0))
        }
    }

    func write(time: Int64, _ bytes: UnsafeRawBufferPointer, originalLength: Int) {
        let stamp = UInt64(bitPattern: time)
        block(6) {
            $0.append(UInt32(0))
            $0.append(UInt32(stamp >> 32))
            $0.append(UInt32(truncatingIfNeeded: stamp))
            $0.append(UInt32(bytes.count))
            $0.append(UInt32(clamping: originalLength))
            $0.append(contentsOf: bytes)
        }
        if buffer.count >= PcapngWriter.flushAt { flush() }
    }

    /// Ends the file; `keys` are the lines of the key log that was used.
    func finish(dropped: UInt64, keys: [UInt8], time: Int64) {
        if !keys.isEmpty {
            block(10) {
                $0.append(UInt32(0x544C_534B))
                $0.append(UInt32(keys.count))
                $0 += keys
            }
        }
        let stamp = UInt64(bitPattern: time)
        block(5) {
            $0.append(UInt32(0))
            $0.append(UInt32(stamp >> 32))
            $0.append(UInt32(truncatingIfNeeded: stamp))
            $0.append(UInt32(5 | 8 << 16))
            $0.append(dropped)
            $0.append(UInt32(0))
        }
        flush()
        commit()
    }

    private func block(_ type: UInt32, _ body: (inout [UInt8]) -> Void) {
        let start = buffer.count
        buffer.append(type)
        buffer.append(UInt32(0))
        body(&buffer)
        while (buffer.count - start) % 4 != 0 { buffer.append(UInt8(0)) }
        let length = UInt32(buffer.count - start + 4)
        buffer.append(length)
        for index in 0..<4 {
            buffer[start + 4 + index] = UInt8(truncatingIfNeeded: length >> UInt32(8 * index))
        }
    }

    func flush() {
        guard failure == nil else { return buffer.removeAll(keepingCapacity: true) }
        do throws(OutputError) {
            try file.write(buffer)
        } catch {
            failure = error
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Puts the file in its place; what there is of it where writing failed is dropped.
    private func commit() {
        guard failure == nil else { return }
        do throws(OutputError) {
            try file.commit()
        } catch {
            failure = error
        }
    }
}

extension [UInt8] {
    /// Appends a number in little-endian order.
    fileprivate mutating func append<Number: FixedWidthInteger>(_ number: Number) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}
