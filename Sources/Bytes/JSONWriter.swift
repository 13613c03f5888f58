/// Builds one JSON object or array, with commas where they belong.
public struct JSONWriter {
    public private(set) var bytes: [UInt8] = []
    @usableFromInline var needsComma = false

    public init() { bytes.reserveCapacity(2048) }

    public mutating func open(_ bracket: StaticString) {
        separate()
        append(bracket)
        needsComma = false
    }

    public mutating func close(_ bracket: StaticString) {
        append(bracket)
        needsComma = true
    }

    public mutating func key(_ name: StaticString) {
        separate()
        append("\"")
        append(name)
        append("\":")
        needsComma = false
    }

    @inlinable
    public mutating func key(_ name: some Sequence<UInt8>) {
        text(name)
        append(":")
        needsComma = false
    }

    /// A name that is escaped already, where it needs to be.
    public mutating func key(escaped name: ByteRun) {
        separate()
        append("\"")
        bytes.append(contentsOf: name)
        append("\":")
        needsComma = false
    }

    /// A value that is JSON already.
    @inlinable
    public mutating func json(_ value: some Sequence<UInt8>) {
        separate()
        let isWritten: Void? = value.withContiguousStorageIfAvailable { write(plain: $0) }
        if isWritten == nil { Array(value).withUnsafeBufferPointer { write(plain: $0) } }
        needsComma = true
    }

    @inlinable
    public mutating func text(_ characters: some Sequence<UInt8>) {
        separate()
        let isWritten: Void? = characters.withContiguousStorageIfAvailable { write($0) }
        if isWritten == nil { Array(characters).withUnsafeBufferPointer { write($0) } }
        needsComma = true
    }

    public mutating func text(_ value: String) { text(value.utf8) }

    public mutating func number(_ value: Int) { json(String(value).utf8) }

    @usableFromInline
    mutating func write(plain text: ByteRun) { bytes.append(contentsOf: text) }

    @usableFromInline
    mutating func write(_ characters: ByteRun) { JSONText.append(characters, to: &bytes) }

    @usableFromInline
    mutating func separate() {
        if needsComma { append(",") }
    }

    @usableFromInline
    mutating func append(_ text: StaticString) {
        bytes.append(
            contentsOf: ByteRun(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
