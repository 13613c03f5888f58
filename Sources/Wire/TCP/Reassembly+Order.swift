/// The order of delivery: what is due goes out, what is not waits, what never comes is a gap.
extension Reassembly {
    mutating func take(
        _ segment: Segment, _ side: Int, _ place: Int, _ emit: (Int, StreamEvent) -> Void
    ) {
        guard connections[place]?.isOpen == true else {
            counters.repeatedBytes += segment.payload.count
            return
        }
        var sequence = segment.sequence
        if segment.flags.contains(.syn) { sequence &+= 1 }
        begin(segment, side, place, sequence)
        let isEmpty = segment.payload.isEmpty && segment.missing == 0
        if isEmpty, segment.flags.isDisjoint(with: [.fin, .rst]) {
            settle(place, segment.moment, emit)
            return
        }
        let isDue =
            connections[place].map {
                $0.waiting.isEmpty
                    && $0.isDue(
                        side: side, sequence: sequence, acknowledgment: segment.acknowledgment,
                        flags: segment.flags)
            } ?? false
        if isDue {
            deliver(
                side, place, sequence, segment.payload, segment.missing, segment.flags,
                segment.moment, emit)
            return
        }
        hold(segment, side, place, sequence)
        settle(place, segment.moment, emit)
    }

    /// Notes what the headers of a segment say of both directions.
    private mutating func begin(_ segment: Segment, _ side: Int, _ place: Int, _ sequence: UInt32) {
        connections[place]?.withSide(side) { own in
            if !own.isStarted {
                own.start(at: sequence)
                own.initial = segment.sequence
                own.hasSyn = segment.flags.contains(.syn)
            } else if segment.flags.contains(.syn) {
                own.initial = segment.sequence
                own.hasSyn = true
            }
        }
        guard segment.flags.contains(.ack), !segment.flags.contains(.rst) else { return }
        connections[place]?.withSide(1 - side) { other in
            if !other.isStarted {
                other.start(at: segment.acknowledgment)
                other.initial = segment.acknowledgment
            } else if distance(other.acknowledged, segment.acknowledgment) > 0 {
                other.acknowledged = segment.acknowledgment
            }
        }
    }

    private mutating func hold(
        _ segment: Segment, _ side: Int, _ place: Int, _ sequence: UInt32
    ) {
        counters.outOfOrder += 1
        connections[place]?.waiting.append(
            WaitingSegment(
                side: side, sequence: sequence, acknowledgment: segment.acknowledgment,
                flags: segment.flags, bytes: Array(segment.payload), missing: segment.missing,
                moment: segment.moment))
        connections[place]?.waitingBytes += segment.payload.count
        waitingBytes += segment.payload.count
    }

    /// Delivers what is due; gives up holes that nothing will fill.
    private mutating func settle(
        _ place: Int, _ moment: Moment, _ emit: (Int, StreamEvent) -> Void
    ) {
        drain(place, emit)
        while let connection = connections[place], connection.isOpen {
            guard let oldest = connection.waiting.first else {
                connections[place]?.waited = 0
                return
            }
            let waited = connection.waited + 1
            let isLost =
                (connection.hasConfirmedHole && waited > limits.patience)
                || connection.waiting.count > limits.segmentsPerConnection
                || connection.waitingBytes > limits.bytesPerConnection
                || waitingBytes > limits.bytesInAll
                || moment.time &- oldest.moment.time > limits.patienceTime
            guard isLost else {
                connections[place]?.waited = waited
                return
            }
            connections[place]?.waited = 0
            giveUp(place, moment, emit)
            drain(place, emit)
        }
    }

    private mutating func drain(_ place: Int, _ emit: (Int, StreamEvent) -> Void) {
        while let connection = connections[place], connection.isOpen,
            let index = connection.waiting.firstIndex(where: {
                connection.isDue(
                    side: $0.side, sequence: $0.sequence, acknowledgment: $0.acknowledgment,
                    flags: $0.flags)
            })
        {
            var held = connection.waiting[index]
            let limit = earlierBytes(connection, before: index)
            connections[place]?.waiting.remove(at: index)
            connections[place]?.waitingBytes -= held.bytes.count
            waitingBytes -= held.bytes.count
            connections[place]?.waited = 0
            if let limit, limit < held.bytes.count {
                // Bytes that another segment brought first: this one gives way there.
                var rest = held
                rest.sequence = held.sequence &+ UInt32(truncatingIfNeeded: limit)
                rest.bytes.removeFirst(limit)
                connections[place]?.waiting.insert(rest, at: index)
                connections[place]?.waitingBytes += rest.bytes.count
                waitingBytes += rest.bytes.count
                held.bytes.removeLast(held.bytes.count - limit)
                held.missing = 0
                held.flags.subtract([.fin, .rst])
            }
            held.bytes.withUnsafeBytes {
                deliver(
                    held.side, place, held.sequence, $0, held.missing, held.flags, held.moment,
                    emit)
            }
        }
    }

    /// How many bytes of a waiting segment come before those of a segment that arrived earlier.
    private func earlierBytes(_ connection: TCPConnection, before index: Int) -> Int? {
        let held = connection.waiting[index]
        var limit: Int?
        for other in connection.waiting[..<index] where other.side == held.side {
            let offset = distance(held.sequence, other.sequence)
            if offset > 0, offset < held.bytes.count, !other.bytes.isEmpty {
                limit = min(limit ?? offset, offset)
            }
        }
        return limit
    }

    /// Declares the hole that the oldest waiting segment waits for.
    private mutating func giveUp(
        _ place: Int, _ moment: Moment, _ emit: (Int, StreamEvent) -> Void
    ) {
        guard let connection = connections[place], let oldest = connection.waiting.first else {
            return
        }
        let other = connection.side(1 - oldest.side)
        let waitsForOther =
            oldest.flags.contains(.ack) && other.isStarted && !other.isEnded
            && distance(other.next, oldest.acknowledgment) > 0
        let side = waitsForOther ? 1 - oldest.side : oldest.side
        let next = connection.side(side).next
        // Up to what was acknowledged, or to the first byte behind the hole that is here.
        var target = waitsForOther ? distance(next, other.acknowledged) : Int.max
        for held in connection.waiting where held.side == side {
            let ahead = distance(next, held.sequence)
            if ahead >= 0 { target = min(target, ahead) }
        }
        guard target > 0, target < Int.max else {
            // Segments that each acknowledge the other: no sender makes them.
            dropOldest(place)
            return
        }
        counters.gaps += 1
        counters.gapBytes += target
        connections[place]?.withSide(side) { $0.next = next &+ UInt32(truncatingIfNeeded: target) }
        emit(place, .gap(connection.direction(side), target, oldest.moment))
    }

    private mutating func dropOldest(_ place: Int) {
        guard let oldest = connections[place]?.waiting.first else { return }
        connections[place]?.waiting.removeFirst()
        connections[place]?.waitingBytes -= oldest.bytes.count
        waitingBytes -= oldest.bytes.count
    }

    /// Passes on what is new of a segment whose turn has come.
    private mutating func deliver(
        _ side: Int, _ place: Int, _ sequence: UInt32, _ bytes: UnsafeRawBufferPointer,
        _ missing: Int, _ flags: TCPFlags, _ moment: Moment, _ emit: (Int, StreamEvent) -> Void
    ) {
        guard let connection = connections[place] else { return }
        let own = connection.side(side)
        let direction = connection.direction(side)
        if own.isEnded {
            counters.repeatedBytes += bytes.count
        } else {
            let known = min(max(0, distance(sequence, own.next)), bytes.count + missing)
            counters.repeatedBytes += min(known, bytes.count)
            let fresh = bytes.tail(known)
            let lost = min(missing, bytes.count + missing - known)
            connections[place]?.withSide(side) {
                $0.next = own.next &+ UInt32(truncatingIfNeeded: fresh.count + lost)
            }
            if !fresh.isEmpty { emit(place, .bytes(direction, fresh, moment)) }
            if lost > 0 {
                counters.gaps += 1
                counters.gapBytes += lost
                emit(place, .gap(direction, lost, moment))
            }
        }
        if flags.contains(.rst) {
            counters.resets += 1
            close(place, .reset, moment, emit)
        } else if flags.contains(.fin), !own.isEnded {
            connections[place]?.withSide(side) {
                $0.isEnded = true
                $0.next &+= 1
            }
            emit(place, .ended(direction, moment))
            if connection.side(1 - side).isEnded { close(place, .finished, moment, emit) }
        }
    }

    mutating func close(
        _ place: Int, _ closing: Closing, _ moment: Moment?, _ emit: (Int, StreamEvent) -> Void
    ) {
        guard connections[place]?.isOpen == true else { return }
        var last = moment ?? Moment(time: connections[place]?.lastSeen ?? 0, frame: 0)
        if closing != .reset, closing != .finished {
            // The end comes from outside: what waits is delivered around its holes first.
            while let oldest = connections[place]?.waiting.first, connections[place]?.isOpen == true
            {
                if moment == nil { last = oldest.moment }
                giveUp(place, oldest.moment, emit)
                drain(place, emit)
            }
            guard connections[place]?.isOpen == true else { return }
        }
        waitingBytes -= connections[place]?.waitingBytes ?? 0
        connections[place]?.waiting = []
        connections[place]?.waitingBytes = 0
        connections[place]?.isOpen = false
        emit(place, .closed(closing, last))
    }
}
