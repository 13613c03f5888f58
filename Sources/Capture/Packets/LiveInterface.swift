import CPcap
import Glibc

/// Why an interface cannot be captured from.
public enum LiveFailure: Error, Equatable, Sendable, CustomStringConvertible {
    case noLibrary
    case notPermitted(interface: String, program: String)
    case interface(String, reason: String)
    case filter(String, reason: String)
    case output(OutputError)

    public var description: String {
        switch self {
        case .noLibrary:
            "live capture needs libpcap, which is not installed: "
                + "'apt install libpcap0.8', 'dnf install libpcap' or the like"
        case .notPermitted(let interface, let program):
            "capturing from \(interface) is not permitted; as root once: "
                + "setcap cap_net_raw,cap_net_admin=eip \(program)"
        case .interface(let name, let reason): "cannot capture from \(name): \(reason)"
        case .filter(let filter, let reason): "the filter '\(filter)' is none: \(reason)"
        case .output(let error): error.description
        }
    }
}

/// An open interface: libpcap with a large ring, so that a busy moment is not a loss.
///
/// Packets come in blocks, at the latest after `delay`: waking up for each would cost more than
/// reading it.
final class LiveInterface {
    private static let ringBytes: CInt = 64 << 20
    private static let delay: CInt = 100
    private static let snapLength: CInt = 262_144

    private let handle: OpaquePointer
    let linkType: Int
    /// Nanoseconds in one unit of a timestamp's fraction.
    let unit: Int64

    init(_ name: String, filter: String?, program: String) throws(LiveFailure) {
        guard CPcapLoad() else { throw .noLibrary }
        var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        guard let handle = pcap_create(name, &message) else {
            throw .interface(name, reason: LiveInterface.text(message))
        }
        pcap_set_snaplen(handle, LiveInterface.snapLength)
        pcap_set_timeout(handle, LiveInterface.delay)
        pcap_set_buffer_size(handle, LiveInterface.ringBytes)
        pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO)
        let status = pcap_activate(handle)
        guard status >= 0 else {
            let reason = String(cString: pcap_geterr(handle))
            let general = String(cString: pcap_statustostr(status))
            pcap_close(handle)
            if status == PCAP_ERROR_PERM_DENIED || status == PCAP_ERROR_PROMISC_PERM_DENIED {
                throw .notPermitted(interface: name, program: program)
            }
            throw .interface(name, reason: reason.isEmpty ? general : reason)
        }
        self.handle = handle
        linkType = LiveInterface.linkType(handle)
        unit = pcap_get_tstamp_precision(handle) == PCAP_TSTAMP_PRECISION_NANO ? 1 : 1_000
        // libpcap itself would wait for a packet as long as it takes; see `wait`.
        guard pcap_setnonblock(handle, 1, &message) == 0 else {
            throw .interface(name, reason: LiveInterface.text(message))
        }
        if let filter { try apply(filter) }
    }

    /// Waits for packets, a signal, or the delay to be over.
    private func wait() {
        let descriptor = pcap_get_selectable_fd(handle)
        guard descriptor >= 0 else {
            usleep(UInt32(LiveInterface.delay) * 1_000)
            return
        }
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&wanted, 1, LiveInterface.delay)
    }

    deinit { pcap_close(handle) }

    private func apply(_ filter: String) throws(LiveFailure) {
        var program = bpf_program()
        guard pcap_compile(handle, &program, filter, 1, PCAP_NETMASK_UNKNOWN) == 0 else {
            throw .filter(filter, reason: String(cString: pcap_geterr(handle)))
        }
        defer { pcap_freecode(&program) }
        guard pcap_setfilter(handle, &program) == 0 else {
            throw .filter(filter, reason: String(cString: pcap_geterr(handle)))
        }
    }

    /// The number that files hold for the link type.
    ///
    /// Raw IP alone has another one inside of libpcap.
    private static func linkType(_ handle: OpaquePointer) -> Int {
        let type = Int(pcap_datalink(handle))
        return type == 12 || type == 14 ? 101 : type
    }

    /// What the kernel and the interface have dropped since the beginning.
    var dropped: UInt64 {
        var statistics = pcap_stat()
        guard pcap_stats(handle, &statistics) == 0 else { return 0 }
        return UInt64(statistics.ps_drop) + UInt64(statistics.ps_ifdrop)
    }

    /// Waits up to the delay for packets and passes them on; nil when the interface is gone.
    func read(_ body: (Int64, UnsafeRawBufferPointer, Int) -> Void) -> Int? {
        wait()
        return withoutActuallyEscaping(body) { body in
            var context = LivePackets(unit: unit, body: body)
            let count = withUnsafeMutablePointer(to: &context) { pointer in
                pcap_dispatch(
                    handle, 4_096,
                    { user, header, bytes in
                        guard let user, let header, let bytes else { return }
                        user.withMemoryRebound(to: LivePackets.self, capacity: 1) { packets in
                            packets.pointee.take(header.pointee, bytes)
                        }
                    }, UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: UInt8.self))
            }
            return count < 0 ? nil : Int(count)
        }
    }

    var failure: String { String(cString: pcap_geterr(handle)) }

    private static func text(_ message: [CChar]) -> String {
        String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// What libpcap's callback is given.
private struct LivePackets {
    let unit: Int64
    let body: (Int64, UnsafeRawBufferPointer, Int) -> Void

    func take(_ header: pcap_pkthdr, _ bytes: UnsafePointer<UInt8>) {
        let time =
            Int64(header.ts.tv_sec) * 1_000_000_000 + Int64(header.ts.tv_usec) * unit
        body(time, UnsafeRawBufferPointer(start: bytes, count: Int(header.caplen)), Int(header.len))
    }
}
