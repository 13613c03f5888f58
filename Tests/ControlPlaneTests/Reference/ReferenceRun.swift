import Bytes
public import ControlPlane
import KubeAPI

/// One way in which the control plane of a scenario may have gone, event by event.
///
/// Upstream's caches and queues are played as they are, with every delay drawn that the facts leave
/// open. Nothing of the compiled table is used: whatever this run answers, the table must admit.
public final class ReferenceRun {
    enum Event {
        case leaseMade(life: Int)
        case leaseDeleted(life: Int)
        case leaseCollected(life: Int)
        case published(life: Int)
        case withdrawn(life: Int)
        case recorded(life: Int)
        case recordsCollected(server: Int)
        /// An item of a worker's queue: it is added, its pause is over, the worker comes to it.
        case heard(life: Int, item: Int)
        case due(life: Int, item: Int)
        case work(life: Int, item: Int)
        case changed(life: Int, item: Int)
        case reap(life: Int)
    }

    let scenario: Scenario
    var random: Draws
    private(set) var instant: Int64 = .min
    var lives: [Life] = []
    /// By life; nil where no peers are read.
    var workers: [PeerWorker?] = []
    let ids: [String]
    /// By server: whether its identity lease is there; which process wrote its address.
    private var hasLease: [Bool]
    var endpoints: [Int?]
    var records = RecordBook()
    /// A server that a failed reading killed, against the scenario (F3.21).
    public private(set) var dead: Int?
    private let collectsRecords: Bool
    private var queue: [(at: Int64, number: Int, event: Event)] = []
    private var count = 0

    public init(_ scenario: Scenario, seed: UInt64) {
        self.scenario = scenario
        random = Draws(seed: seed)
        ids = scenario.servers.map { ServerID.of(hostname: $0.hostname) }
        hasLease = scenario.servers.map { _ in false }
        endpoints = scenario.servers.map { _ in nil }
        collectsRecords = random.isOne(in: 2)
        for (number, server) in scenario.servers.enumerated() {
            for (index, process) in server.processes.enumerated() {
                let next = index + 1 < server.processes.count ? index + 1 : nil
                let life = Life(
                    process, of: number, in: scenario,
                    next: next.map { server.processes[$0].startedAt }, &random)
                guard life.activation.state != .refused else { continue }
                lives.append(life)
                workers.append(
                    life.activation.forwards && process.release.has(.readsPeerDiscovery)
                        ? PeerWorker(process.release) : nil)
            }
        }
        for life in lives.indices { plan(life) }
    }

    private func schedule(_ event: Event, at time: Int64) {
        count += 1
        let place = queue.partitioningIndex { ($0.at, $0.number) < (time, count) }
        queue.insert((time, count, event), at: place)
    }

    /// What does not depend on others.
    private func plan(_ number: Int) {
        let life = lives[number]
        let replaces = life.process.release.has(.replacesIdentityLease)
        if life.leaseAt < life.stoppedAt, life.activation.hasIdentity {
            schedule(.leaseMade(life: number), at: life.leaseAt)
            if life.stoppedAt < .max {
                if replaces, life.isGraceful {
                    schedule(
                        .leaseDeleted(life: number), at: life.stoppedAt + random.upTo(300))
                } else {
                    let age = random.instant(3590 * .s, 7400 * .s)
                    schedule(.leaseCollected(life: number), at: life.stoppedAt + age)
                }
            }
        }
        if life.activation.writesStorageVersions, life.recordsAt < life.stoppedAt {
            schedule(.recorded(life: number), at: life.recordsAt)
        }
        guard life.activation.publishesAddress, life.readyAt < life.stoppedAt,
            life.publishedAt < life.stoppedAt
        else { return }
        schedule(.published(life: number), at: life.publishedAt)
        guard life.stoppedAt < .max else { return }
        let after =
            life.isGraceful ? random.upTo(500) : random.instant(5 * .s, 16_500 * .ms)
        schedule(.withdrawn(life: number), at: life.stoppedAt + after)
    }

    /// Plays everything up to an instant, and what happens at it.
    public func advance(to time: Int64) {
        while let next = queue.last, next.at <= time, dead == nil {
            queue.removeLast()
            instant = next.at
            play(next.event)
        }
        instant = time
    }

    private func play(_ event: Event) {
        switch event {
        case .leaseMade(let life): makeLease(of: life)
        case .leaseDeleted(let life):
            let server = lives[life].server
            hasLease[server] = false
            notify(about: server)
            collectRecords(of: server)
        case .leaseCollected(let life): collectLease(of: life)
        case .published(let life): endpoints[lives[life].server] = life
        case .withdrawn(let life):
            let server = lives[life].server
            if endpoints[server] == life { endpoints[server] = nil }
        case .recorded(let life): records.write(lives[life], id: ids[lives[life].server])
        case .recordsCollected(let server):
            if !hasLease[server] { records.remove(id: ids[server]) }
        case .heard(let life, let item): queue(life, item)
        case .due(let life, let item):
            if workers[life]?.endPause(of: item, at: instant) == true { queue(life, item) }
        case .work(let life, let item): work(life, item)
        case .changed(let life, let item): change(life, item)
        case .reap(let life): workers[life]?.reap(at: instant)
        }
    }

    // MARK: Leases

    private func makeLease(of number: Int) {
        let life = lives[number]
        let isVisible =
            !hasLease[life.server] || life.process.release.has(.replacesIdentityLease)
        hasLease[life.server] = true
        if isVisible { notify(about: life.server) }
        guard workers[number] != nil else { return }
        for (item, entry) in scenario.extensions.enumerated() {
            // Those that are there when the informers start, and those that come later.
            schedule(.changed(life: number, item: item), at: max(instant, entry.from))
            if let until = entry.until, until >= instant {
                schedule(.changed(life: number, item: item), at: until + random.upTo(400))
            }
        }
        for server in ids.indices where server != life.server && hasLease[server] {
            schedule(.heard(life: number, item: server), at: instant + random.upTo(150))
        }
    }

    private func collectLease(of number: Int) {
        let server = lives[number].server
        let isRenewed = lives.contains {
            $0.server == server && $0.leaseAt > lives[number].leaseAt && $0.leaseAt <= instant
                && $0.leaseAt < $0.stoppedAt
        }
        guard !isRenewed, hasLease[server] else { return }
        hasLease[server] = false
        notify(about: server)
        collectRecords(of: server)
    }

    private func collectRecords(of server: Int) {
        guard collectsRecords else { return }
        schedule(.recordsCollected(server: server), at: instant + random.upTo(5000))
    }

    private func notify(about server: Int) {
        for (number, life) in lives.enumerated()
        where workers[number] != nil && life.server != server && life.isWorking(at: instant) {
            schedule(.heard(life: number, item: server), at: instant + random.upTo(150))
        }
    }

    // MARK: Custom and aggregated APIs

    private func change(_ life: Int, _ item: Int) {
        guard lives[life].isWorking(at: instant) else { return }
        let active = Set(
            scenario.extensions.filter { entry in
                entry.from <= instant && entry.until.map { instant < $0 } ?? true
            }.map(\.groupVersion))
        let id = scenario.extensions[item].groupVersion
        workers[life]?.changed(id, active: active, at: instant)
        guard !active.contains(id) else { return }
        let grace = DestructiveExclusion.grace
        let isLater = lives[life].process.release.has(.keepsWhatPeersSaid)
        schedule(
            .reap(life: life),
            at: instant + grace + 1 + (isLater ? random.upTo(1000) : random.upTo(60_000)))
    }

    // MARK: Readings of peers

    private func queue(_ number: Int, _ item: Int) {
        guard lives[number].isWorking(at: instant), workers[number]?.enqueue(item) == true
        else { return }
        schedule(.work(life: number, item: item), at: instant)
    }

    private func work(_ number: Int, _ item: Int) {
        let life = lives[number]
        guard life.isWorking(at: instant), let busy = workers[number]?.busyUntil else { return }
        guard instant >= busy else {
            schedule(.work(life: number, item: item), at: busy)
            return
        }
        workers[number]?.dequeue(item)
        var read: [String: PeerDocumentCache.Entry] = [:]
        var hasFailed = false
        var now = instant
        for peer in ids.indices.shuffled(using: &random)
        where peer != life.server && hasLease[peer] {
            let (entry, delay, isFatal) = fetch(peer, by: life, at: now)
            now += delay
            if let entry { read[ids[peer]] = entry } else { hasFailed = true }
            if isFatal, life.process.release.has(.diesOfFailedFetch) {
                lives[number].diedAt = instant
                dead = life.server
                return
            }
        }
        now += random.upTo(20)
        workers[number]?.busyUntil = now
        workers[number]?.store(read)
        if !hasFailed {
            workers[number]?.forget(item)
        } else if let due = workers[number]?.putBack(item, at: now) {
            schedule(.due(life: number, item: item), at: due)
        }
    }

    /// Reads the discovery of whoever answers at a peer's address (F3.16).
    private func fetch(
        _ peer: Int, by reader: Life, at now: Int64
    ) -> (PeerDocumentCache.Entry?, delay: Int64, isFatal: Bool) {
        guard let writer = endpoints[peer] else { return (nil, 0, false) }
        let target = random.one(of: target(of: writer).servers)
        if let fault = fault(from: reader.server, to: target, at: now) {
            return (nil, fault == .timeout ? 30 * .s : 0, true)
        }
        guard let up = life(of: target, at: now) else { return (nil, 0, true) }
        guard lives[up].activation.trustsPeers else { return (nil, 0, true) }
        return (lives[up].document(scenario.extensions, at: now), 0, false)
    }

    func life(of server: Int, at time: Int64) -> Int? {
        lives.firstIndex { $0.server == server && $0.isUp(at: time) }
    }

    func fault(from: Int, to: Int, at time: Int64) -> Scenario.Fault.Kind? {
        scenario.faults.first { fault in
            scenario.servers[from].name == fault.from && scenario.servers[to].name == fault.to
                && fault.at <= time && fault.until.map { time < $0 } ?? true
        }?.kind
    }

    /// Who may answer at the address that a process published, and whether the guard is stripped.
    func target(of writer: Int) -> (servers: [Int], strips: Bool) {
        let life = lives[writer]
        let address = life.activation.advertised?.description
        guard let balancer = scenario.loadBalancers.first(where: { $0.address == address }) else {
            return ([life.server], false)
        }
        let servers = balancer.servers.compactMap { name in
            scenario.servers.firstIndex { $0.name == name }
        }
        return (servers, balancer.strips.contains("x-kubernetes-peer-proxied"))
    }
}
