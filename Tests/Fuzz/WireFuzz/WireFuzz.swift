import Bytes
import Glibc
import KubeAPI
import Randomness
import Wire

// Hostile input for every layer of packet capture, made from captures by seeded mutation.
//
//     WireFuzz CAPTURE… [--layer file|packets|tcp|tls|http] [--seconds N] [--seed N]
//     WireFuzz CAPTURE… --seeds FOLDER         the corpus of `tls` for ReaderFuzz
//
// `file` changes bytes of the capture files, `packets` bytes of packets behind their headers'
// start, `tcp` drops, repeats, reorders and renumbers segments, `tls` changes what connections
// carried, `http` what was inside of TLS, as plain text. A crash prints nothing: the last line
// printed names the seed of the round to repeat. Everything read must keep its promises (`check`).

extension SplitMix {
    mutating func below(_ bound: Int) -> Int {
        bound <= 0 ? 0 : Int(truncatingIfNeeded: next() >> 1) % bound
    }
}

/// Changes bytes in a few of the ways that parsers get wrong.
func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
    for _ in 0...random.below(4) {
        guard !bytes.isEmpty else { return }
        let at = random.below(bytes.count)
        switch random.below(7) {
        case 0: bytes[at] ^= 1 << UInt8(random.below(8))
        case 1: bytes[at] = [0, 1, 0x7F, 0x80, 0xFF, 13, 10, 32][random.below(8)]
        case 2: bytes.removeSubrange(at..<min(bytes.count, at + 1 + random.below(16)))
        case 3:
            bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + random.below(64))], at: at)
        case 4: bytes.removeLast(random.below(bytes.count))
        case 5:
            for index in at..<min(bytes.count, at + 4) { bytes[index] = 0xFF }
        default: bytes[at] = UInt8(truncatingIfNeeded: random.next())
        }
    }
}

/// One packet, or what is to become one.
struct Piece {
    var linkType = 1
    var bytes: [UInt8]
}

/// Something a connection carried, in order.
struct Said {
    var direction: Direction
    var bytes: [UInt8]
}

/// What the captures give to start from.
struct Corpus {
    var files: [[UInt8]] = []
    var packets: [[Piece]] = []
    var keys = KeyLog()
    var keyLines: [[UInt8]] = []
    /// Connections as TCP carried them, and as HTTP was inside of TLS.
    var carried: [[Said]] = []
    var plain: [[Said]] = []

    init(_ paths: [String]) {
        for path in paths {
            guard let file = read(path) else { continue }
            files.append(file)
            var list: [Piece] = []
            file.withUnsafeBytes { bytes in
                var capture = CaptureFile()
                _ = capture.read(bytes, isLast: true) { event in
                    if case .packet(let packet) = event {
                        list.append(Piece(linkType: packet.linkType, bytes: Array(packet.bytes)))
                    } else if case .secrets(_, let lines) = event {
                        keys.read(lines)
                        keyLines += Array(lines).split(separator: 10).map { Array($0) }
                    }
                }
            }
            packets.append(list)
        }
        for list in packets { addConnections(list) }
    }

    private mutating func addConnections(_ list: [Piece]) {
        var decoder = PacketDecoder()
        var tcp = Reassembly()
        var open: [Int: [Said]] = [:]
        var done: [[Said]] = []
        for (index, piece) in list.enumerated() {
            piece.bytes.withUnsafeBytes { bytes in
                decoder.decode(
                    CapturedPacket(
                        linkType: piece.linkType, moment: Moment(time: 0, frame: Int64(index)),
                        bytes: bytes, originalLength: bytes.count)
                ) { segment in
                    tcp.receive(segment) { place, event in
                        switch event {
                        case .opened: open[place] = []
                        case .bytes(let direction, let bytes, _):
                            open[place]?.append(Said(direction: direction, bytes: Array(bytes)))
                        case .closed: done.append(open.removeValue(forKey: place) ?? [])
                        default: break
                        }
                    }
                }
            }
        }
        carried += (done + open.keys.sorted().compactMap { open[$0] }).filter { !$0.isEmpty }
        for connection in carried {
            var tls = TLSConnection()
            var inside: [Said] = []
            for said in connection {
                said.bytes.withUnsafeBytes {
                    tls.receive(said.direction, $0, Moment(time: 0, frame: 0), keys: keys) {
                        if case .plaintext(let direction, let bytes, _) = $0 {
                            inside.append(Said(direction: direction, bytes: Array(bytes)))
                        }
                    }
                }
            }
            plain.append(inside.isEmpty ? connection : inside)
        }
    }

    /// Writes the shorter connections of TLS for `ReaderFuzz`: keys, then who said what.
    func writeSeeds(to folder: String) {
        for (index, connection) in carried.enumerated() {
            let first = connection.first?.bytes ?? []
            guard first.count > 43, first[0] == 22 else { continue }
            let digits = Array("0123456789abcdef".utf8)
            let random = first[11..<43].flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
            let lines = keyLines.filter { $0.dropFirst(10).contains(random) }
            var seed = counted(Array(lines.joined(separator: [10])))
            for said in connection where seed.count < 6_000 {
                seed += [said.direction.rawValue] + counted(said.bytes)
            }
            guard let file = fopen("\(folder)/tls-\(index)", "w") else { continue }
            fwrite([UInt8(ascii: "t")] + seed, 1, seed.count + 1, file)
            fclose(file)
        }
    }

    private func counted(_ bytes: [UInt8]) -> [UInt8] {
        let bytes = bytes.prefix(4_096)
        return [UInt8(bytes.count >> 8), UInt8(bytes.count & 255)] + bytes
    }

    private func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&block, 1, block.count, file)
            if count == 0 { return bytes }
            bytes += block[..<count]
        }
    }
}

/// A reader with everything that it is given and gives.
struct Subject {
    var reader: WireReader
    var names = Names()
    var traffic = Traffic()
    var frame: Int64 = 0

    init(_ keys: KeyLog) {
        var limits = TCPLimits()
        limits.connections = 64
        limits.bytesPerConnection = 1 << 20
        reader = WireReader(keys: keys, limits: limits)
    }

    mutating func receive(_ piece: Piece, originalLength: Int? = nil) {
        frame += 1
        piece.bytes.withUnsafeBytes {
            reader.receive(
                CapturedPacket(
                    linkType: piece.linkType, moment: Moment(time: frame * 1_000, frame: frame),
                    bytes: $0, originalLength: originalLength ?? $0.count),
                names: &names, into: &traffic)
        }
    }

    /// What every reading must keep, whatever it was given.
    mutating func check() {
        reader.finish(names: &names, into: &traffic)
        for request in traffic.requests {
            precondition(Int(request.resource) < names.resources.count)
            precondition(Int(request.client) < names.clients.count)
            precondition(Int(request.server) < names.servers.count)
            for text in [request.path, request.query, request.namespace, request.name] {
                precondition(Int(text) < names.strings.count)
            }
        }
        for object in traffic.objects { precondition(object.request < traffic.requests.count) }
        for deletion in traffic.deletions {
            precondition(deletion.request < traffic.requests.count)
        }
    }
}

/// Carries what was said in segments of a TCP connection, as packets.
func packets(_ connection: [Said], _ random: inout SplitMix) -> [Piece] {
    var sequence: [UInt32] = [UInt32(truncatingIfNeeded: random.next()), 7]
    var list = [piece(0, &sequence, 0x02, []), piece(1, &sequence, 0x12, [])]
    for said in connection {
        let side = Int(said.direction.rawValue)
        var rest = said.bytes[...]
        repeat {
            let part = rest.prefix(1 + random.below(1_460))
            list.append(piece(side, &sequence, 0x18, Array(part)))
            rest = rest.dropFirst(part.count)
        } while !rest.isEmpty
    }
    return list
}

private func piece(
    _ side: Int, _ sequence: inout [UInt32], _ flags: UInt8, _ payload: [UInt8]
) -> Piece {
    func big(_ value: UInt32, _ bytes: Int) -> [UInt8] {
        (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: value >> UInt32($0 * 8)) }
    }
    let ports: [UInt32] = side == 0 ? [40_000, 6_443] : [6_443, 40_000]
    let tcp =
        big(ports[0], 2) + big(ports[1], 2) + big(sequence[side], 4) + big(sequence[1 - side], 4)
        + [0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0] + payload
    let addresses: [UInt8] = side == 0 ? [10, 0, 0, 9, 10, 0, 0, 1] : [10, 0, 0, 1, 10, 0, 0, 9]
    let ip =
        [0x45, 0] + big(UInt32(20 + tcp.count), 2) + [0, 0, 0, 0, 64, 6, 0, 0] + addresses + tcp
    sequence[side] &+= UInt32(payload.count) &+ (flags & 0x02 != 0 ? 1 : 0)
    return Piece(linkType: 101, bytes: ip)
}

/// One round of one layer.
func play(_ layer: String, _ corpus: Corpus, _ random: inout SplitMix) {
    var subject = Subject(corpus.keys)
    switch layer {
    case "file":
        var file = corpus.files[random.below(corpus.files.count)]
        for _ in 0...random.below(6) { mutate(&file, &random) }
        let step = 1 + random.below(1 << 16)
        feed(file, step: step, &subject)
    case "packets":
        for var piece in corpus.packets[random.below(corpus.packets.count)] {
            if random.below(8) == 0 { mutate(&piece.bytes, &random) }
            if random.below(64) == 0 {
                piece.linkType = [0, 1, 12, 101, 108, 113, 276][random.below(7)]
            }
            subject.receive(piece, originalLength: piece.bytes.count + random.below(2) * 9)
        }
    case "tcp":
        var list = corpus.packets[random.below(corpus.packets.count)]
        for _ in 0..<20 {
            let at = random.below(list.count)
            switch random.below(4) {
            case 0: list.remove(at: at)
            case 1: list.insert(list[at], at: random.below(list.count))
            case 2: list.swapAt(at, random.below(list.count))
            default:
                // Sequence, acknowledgment and flags of TCP behind Ethernet and IPv4.
                let place = 38 + random.below(10)
                if place < list[at].bytes.count {
                    list[at].bytes[place] = UInt8(truncatingIfNeeded: random.next())
                }
            }
        }
        for piece in list { subject.receive(piece) }
    default:
        let source = layer == "tls" ? corpus.carried : corpus.plain
        var connection = source[random.below(source.count)]
        for index in connection.indices where random.below(6) == 0 {
            mutate(&connection[index].bytes, &random)
        }
        var list = packets(connection, &random)
        if random.below(3) == 0 { list.remove(at: random.below(list.count)) }
        for piece in list { subject.receive(piece) }
    }
    subject.check()
}

private func feed(_ file: [UInt8], step: Int, _ subject: inout Subject) {
    var capture = CaptureFile()
    file.withUnsafeBytes { bytes in
        var start = 0
        var end = 0
        repeat {
            end = min(end + step, bytes.count)
            let used = subject.reader.read(
                UnsafeRawBufferPointer(rebasing: bytes[start..<end]), of: &capture,
                isLast: end == bytes.count, names: &subject.names, into: &subject.traffic)
            precondition(used >= 0 && used <= end - start, "more consumed than given")
            precondition(end < bytes.count || used == end - start, "the end was not consumed")
            start += used
        } while end < bytes.count
    }
}

@main
struct WireFuzz {
    static func main() {
        var paths: [String] = []
        var options = ["--seconds": "60", "--seed": "1", "--layer": "", "--seeds": ""]
        var words = CommandLine.arguments.dropFirst()
        while let word = words.popFirst() {
            if options[word] != nil { options[word] = words.popFirst() } else { paths.append(word) }
        }
        let corpus = Corpus(paths)
        guard !corpus.files.isEmpty, let seconds = options["--seconds"].flatMap(Int.init),
            let seed = options["--seed"].flatMap(UInt64.init)
        else {
            print("usage: WireFuzz CAPTURE… [--layer NAME] [--seconds N] [--seed N]")
            exit(2)
        }
        if let folder = options["--seeds"], !folder.isEmpty {
            corpus.writeSeeds(to: folder)
            return
        }
        let chosen = options["--layer"] ?? ""
        let layers = chosen.isEmpty ? ["file", "packets", "tcp", "tls", "http"] : [chosen]
        for layer in layers {
            let end = time(nil) + seconds
            var round = seed
            while time(nil) < end {
                if (round - seed) % 200 == 0 {
                    print("\(layer) seed \(round)")
                    fflush(nil)
                }
                var random = SplitMix(state: round)
                play(layer, corpus, &random)
                round += 1
            }
            print("\(layer): \(round - seed) rounds")
        }
    }
}
