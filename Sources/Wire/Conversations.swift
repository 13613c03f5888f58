import KubeAPI

/// What stands above TCP: the conversations of all connections, their keys, and what they gave.
struct Conversations {
    /// Connections listed by name; the rest is counted.
    static let mostListed = 1_000
    /// Short connections may be over before their keys are in the log.
    static let mostLingering = 512

    var keys: KeyLog
    /// More keys may still come: connections wait for theirs, within bounds.
    var keysAreGrowing = false
    var undecryptable: [UndecryptableConnection] = []
    var output = WireOutput()
    var totals = WireStatistics()
    private var open: [Conversation?] = []
    /// Connections that are over and still wait for their keys.
    private var lingering: [(conversation: Conversation, closing: Closing, moment: Moment)] = []

    init(keys: KeyLog, servers: ServerMap) {
        self.keys = keys
        output.servers = servers
    }

    mutating func handle(_ place: Int, _ event: StreamEvent) {
        switch event {
        case .opened(let client, let server, let rolesKnown):
            while open.count <= place { open.append(nil) }
            open[place] = Conversation(client: client, server: server, rolesAreKnown: rolesKnown)
        case .bytes(let direction, let bytes, let moment):
            open[place]?.receive(direction, bytes, moment, keys, keysAreGrowing, &output)
        case .gap(let direction, let length, let moment):
            open[place]?.gap(direction, length, moment, &output)
        case .ended: break
        case .closed(let closing, let moment):
            guard var conversation = open[place] else { return }
            open[place] = nil
            if keysAreGrowing, lingering.count < Conversations.mostLingering,
                conversation.isWaitingForKeys
            {
                lingering.append((conversation, closing, moment))
            } else {
                close(&conversation, closing, moment)
            }
        }
    }

    /// Reads again what waits for keys that may have come since.
    mutating func retry() {
        for place in open.indices { open[place]?.retry(keys, &output) }
        let waiting = lingering
        lingering = []
        for (conversation, closing, moment) in waiting {
            var conversation = conversation
            conversation.retry(keys, &output)
            if conversation.isWaitingForKeys {
                lingering.append((conversation, closing, moment))
            } else {
                close(&conversation, closing, moment)
            }
        }
    }

    /// No key comes any more.
    mutating func endWaiting() {
        keysAreGrowing = false
        for var entry in lingering {
            close(&entry.conversation, entry.closing, entry.moment)
        }
        lingering = []
    }

    private mutating func close(
        _ conversation: inout Conversation, _ closing: Closing, _ moment: Moment
    ) {
        conversation.close(closing, moment, &output)
        settle(conversation)
    }

    /// Notes what became of a TLS connection.
    private mutating func settle(_ conversation: Conversation) {
        guard let tls = conversation.tls else { return }
        totals.earlyDataRecords += tls.earlyRecords
        guard let why = tls.failure else {
            totals.decryptedConnections += 1
            return
        }
        totals.undecryptableConnections += 1
        totals.undecryptableBytes += conversation.bytes
        guard undecryptable.count < Conversations.mostListed else { return }
        let connection = UndecryptableConnection(
            client: conversation.clientEndpoint, server: conversation.serverEndpoint,
            serverText: output.servers.name(conversation.serverEndpoint),
            serverName: tls.facts.serverName,
            applicationProtocol: tls.facts.applicationProtocol, bytes: conversation.bytes,
            first: conversation.first ?? Moment(time: 0, frame: 0), why: why)
        undecryptable.append(connection)
        output.traffic.rejects.append(
            Reject(
                source: connection.first.source, position: connection.first.frame,
                reason: connection.description))
    }
}
