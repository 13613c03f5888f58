import ControlPlane
import KubeAPI
import Reference
import Testing

/// The upstream cases of the router, each with its id; the final local handler always answers.
struct LadderTests {
    /// What a case expects.
    enum Expected: Equatable {
        case local(Rung)
        case unavailable
        /// Forwarded to one of these; where the peer cannot be reached, the client gets a 503.
        case forwarded([Int])

        var exits: [Exit] {
            switch self {
            case .local(let rung): [.handlers(rung)]
            case .unavailable: [.noAddress]
            case .forwarded(let peers): peers.map(Exit.forward)
            }
        }
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var id: String
        var dialects: [Dialect]
        var knowledge: Knowledge
        var expected: Expected
        var testDescription: String { id }

        init(
            _ id: String, _ dialects: [Dialect], _ expected: Expected, isResource: Bool = true,
            header: PeerProxiedHeader = .absent, synced: Bool = true, local: Bool = false,
            peers: [(id: Int, hasAddress: Bool)] = []
        ) {
            self.id = id
            self.dialects = dialects
            self.expected = expected
            knowledge = Knowledge(
                isResource: isResource, header: header, hasSynced: Known(synced),
                servesLocally: Known(local),
                peers: peers.map {
                    Knowledge.Peer(id: $0.id, lists: .yes, hasAddress: Known($0.hasAddress))
                })
        }
    }

    static let a: [Dialect] = [.storageVersion, .storageVersionSkippingBadAddresses]
    static let oldA: [Dialect] = [.storageVersion]
    static let b: [Dialect] = [.storageVersionSkippingBadAddresses]
    static let c: [Dialect] = [.peerDiscovery]
    static let e: [Dialect] = [.filteredPeerDiscovery, .exclusionManager]
    static let m: [Dialect] = [.exclusionManager]

    /// Peers by number, as in the cases: P or P1, P2, X.
    static let p = 1
    static let p2 = 2
    static let x = 3

    static let cases: [Case] = [
        Case("A1", a, .local(.notAResource), isResource: false, synced: false),
        Case("A2", a, .local(.alreadyForwarded), header: .guarding, synced: false),
        Case("A3", a, .local(.notSynced), header: .spoofed, synced: false),
        Case("A4", a, .local(.noPeer)),
        Case("A5", a, .local(.noPeer), peers: []),
        Case("A6", a, .unavailable, peers: [(p, false)]),
        Case("A7", a, .local(.servesLocally), local: true),
        Case("A8 and A9", a, .forwarded([p]), peers: [(p, true)]),
        Case("A10", oldA, .unavailable, peers: [(p, true), (x, false)]),
        Case("A11", oldA, .local(.servesLocally), local: true, peers: [(x, false)]),
        Case("A12", a, .forwarded([p, p2]), peers: [(p, true), (p2, true)]),
        Case("A15 and A16", a, .forwarded([p]), header: .spoofed, peers: [(p, true)]),
        Case("A17", a, .local(.noPeer)),
        Case("B1", b, .forwarded([p]), peers: [(x, false), (p, true)]),
        Case("B2", b, .unavailable, peers: [(x, false), (p, false)]),
        Case("B3", b, .forwarded([p]), peers: [(x, false), (p, true)]),
        Case("B4", b, .local(.servesLocally), local: true, peers: [(x, false)]),
        Case("C1", c, .local(.notAResource), isResource: false, synced: false),
        Case("C2", c, .local(.alreadyForwarded), header: .guarding, synced: false),
        Case("C3", c, .local(.notSynced), synced: false),
        Case("C4", c, .local(.servesLocally), local: true),
        Case("C5", c, .local(.noPeer)),
        Case("C6", c, .unavailable, peers: [(p, false)]),
        Case("C7", c, .forwarded([p]), peers: [(p, true)]),
        Case("C8", c, .forwarded([p]), peers: [(p, true), (p2, false)]),
        Case("C12", c, .local(.servesLocally), local: true, peers: [(p, true)]),
        Case("C13", c, .forwarded([p]), peers: [(p, true)]),
        Case("C14", c, .unavailable, peers: [(p, false)]),
        Case("C15", c, .local(.servesLocally), local: true, peers: [(p, false)]),
        Case("E1", e, .local(.notAResource), isResource: false, synced: false),
        Case("E2", e, .local(.alreadyForwarded), header: .guarding, synced: false),
        Case("E3", e, .local(.notSynced), synced: false),
        Case("E4", e, .local(.servesLocally), local: true),
        Case("E5", e, .local(.noPeer)),
        Case("E6", e, .unavailable, peers: [(p, false)]),
        Case("E7", e, .forwarded([p]), peers: [(p, true)]),
        Case("E8", e, .forwarded([p]), peers: [(p, true), (p2, false)]),
        Case("M6", m, .unavailable, peers: [(p, false)]),
        Case("M7", m, .forwarded([p]), peers: [(p, true)]),
        Case("M8", m, .forwarded([p]), peers: [(p, true), (p2, false)]),
    ]

    @Test("the ladder leads to the exit of the upstream case", arguments: cases)
    func upstream(_ example: Case) {
        for dialect in example.dialects {
            #expect(dialect.exits(example.knowledge) == example.expected.exits, "\(dialect)")
        }
    }

    @Test(
        "what a local cache says counts by its value",
        arguments: [
            ("C9", ["foo/v1/bars": false], "foo/v1/bars", false),
            ("E10", [:], "foo/v1/bars", false),
            ("E20", ["foo/v1/bars": true], "foo/v1/bars", true),
            ("E21", ["foo/v1/bars": false], "foo/v1/bars", false),
            ("E22", ["foo/v1/bars": true], "foo/v1/baz", false),
            ("E23", [:], "foo/v1/bars", false),
        ] as [(String, [String: Bool], String, Bool)])
    func localCache(id: String, cache: [String: Bool], asked: String, isLocal: Bool) {
        for dialect in Dialect.allCases {
            #expect(dialect.servesLocally(cached: cache[asked]) == isLocal, "\(id)")
        }
    }

    @Test("what a peer cache says counts by its value until 1.34, then by its key (C10, E9)")
    func peerCache() {
        #expect(!Dialect.peerDiscovery.peerServes(cached: false))
        #expect(Dialect.filteredPeerDiscovery.peerServes(cached: false))
        #expect(Dialect.exclusionManager.peerServes(cached: false))
        for dialect in Dialect.allCases { #expect(!dialect.peerServes(cached: nil)) }
    }

    @Test("the core group is called core in the caches until 1.34 (C36)")
    func coreGroup() {
        #expect(Dialect.storageVersion.cacheKey(group: "") == "core")
        #expect(Dialect.peerDiscovery.cacheKey(group: "") == "core")
        #expect(Dialect.filteredPeerDiscovery.cacheKey(group: "") == "")
        #expect(Dialect.peerDiscovery.cacheKey(group: "apps") == "apps")
    }

    @Test("a release has the dialect of its family, and 1.27 has none")
    func families() {
        let found = (27...37).map { Dialect(Release(minor: $0)) }
        #expect(
            found == [
                nil, .storageVersion, .storageVersion, .storageVersion, .storageVersion,
                .storageVersionSkippingBadAddresses, .peerDiscovery, .peerDiscovery,
                .filteredPeerDiscovery, .exclusionManager, .exclusionManager,
            ])
    }

    @Test("tries end after 155 ms in 1.33 and 1.34, and after 55 minutes from 1.35 on (F3.19)")
    func retries() {
        let millisecond: Int64 = 1_000_000
        let few = Dialect.peerDiscovery.retryDelays
        #expect(few.count == 5)
        #expect(few.reduce(0, +) == 155 * millisecond)
        let many = Dialect.exclusionManager.retryDelays
        #expect(many.count == 20)
        let minutes = many.reduce(0, +) / millisecond / 60_000
        #expect(minutes == 55)
        #expect(many.max() == 1000 * 1000 * millisecond)
        #expect(Dialect.storageVersion.retryDelays.isEmpty)
    }

    /// Every way of settling what is unknown.
    private func worlds(_ knowledge: Knowledge) -> [Knowledge] {
        var worlds = [knowledge]
        func settle(_ field: WritableKeyPath<Knowledge, Known>) {
            worlds = worlds.flatMap { world -> [Knowledge] in
                guard world[keyPath: field] == .maybe else { return [world] }
                return [Known.no, .yes].map { value in
                    var settled = world
                    settled[keyPath: field] = value
                    return settled
                }
            }
        }
        settle(\.hasSynced)
        settle(\.servesLocally)
        for index in knowledge.peers.indices {
            settle(\.peers[index].lists)
            settle(\.peers[index].hasAddress)
        }
        return worlds
    }

    @Test("with unknowns, the exits are exactly those of all ways to settle them")
    func unknowns() {
        let all: [Known] = [.no, .maybe, .yes]
        for dialect in Dialect.allCases {
            for synced in all {
                for local in all {
                    for seed in 0..<81 {
                        let knowledge = Knowledge(
                            hasSynced: synced, servesLocally: local,
                            peers: [
                                .init(id: 1, lists: all[seed % 3], hasAddress: all[seed / 3 % 3]),
                                .init(
                                    id: 2, lists: all[seed / 9 % 3], hasAddress: all[seed / 27]),
                            ])
                        let settled = Set(worlds(knowledge).flatMap(dialect.exits))
                        #expect(Set(dialect.exits(knowledge)) == settled, "\(dialect) \(knowledge)")
                    }
                }
            }
        }
    }
}
