import Bytes
import CCompression

/// gzip inside a record, as subscription filters send it: inflated in memory, with a bound.
///
/// Whole files are the shell's; this is for the few kilobytes that base64 carries. A record can
/// claim any size, so the output is bounded absolutely and by what the input could honestly hold.
enum Inflation {
    enum Outcome {
        /// The bytes, and how many of the array they are; there is padding behind them.
        case inflated([UInt8], Int)
        case tooLarge
        case broken
    }

    static let maximumSize = 64 << 20

    static func isGzip(_ bytes: ByteRun) -> Bool {
        bytes.count > 18 && bytes[0] == 0x1F && bytes[1] == 0x8B
    }

    static func inflate(_ bytes: ByteRun, atMost most: Int = maximumSize) -> Outcome {
        var stream = z_stream()
        // 15 bits of window, 16 for the gzip wrapper.
        guard
            inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
                == Z_OK
        else { return .broken }
        defer { inflateEnd(&stream) }
        stream.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
        stream.avail_in = UInt32(truncatingIfNeeded: bytes.count)
        var output = [UInt8](repeating: 0, count: max(4096, min(bytes.count * 8, 1 << 20)))
        var length = 0
        while true {
            let room = output.count - Unwrapper.padding - length
            let status = output.withUnsafeMutableBufferPointer { buffer -> Int32 in
                stream.next_out = buffer.baseAddress.map { $0 + length }
                stream.avail_out = UInt32(truncatingIfNeeded: room)
                return CCompression.inflate(&stream, Z_NO_FLUSH)
            }
            length += room - Int(stream.avail_out)
            switch status {
            case Z_STREAM_END: return length > most ? .tooLarge : .inflated(output, length)
            case Z_OK where stream.avail_out == 0, Z_BUF_ERROR where stream.avail_out == 0:
                guard length <= most else { return .tooLarge }
                let size = min(2 * output.count, most + Unwrapper.padding + 1)
                output.append(contentsOf: repeatElement(0, count: size - output.count))
            default: return .broken
            }
        }
    }
}
