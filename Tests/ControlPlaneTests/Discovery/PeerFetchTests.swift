import Judgments
import ControlPlane
import Testing

/// What comes of one reading of one peer, by release (F3.18 to F3.22).
struct PeerFetchTests {
    private static let readers: [Dialect] = [
        .peerDiscovery, .filteredPeerDiscovery, .exclusionManager,
    ]

    @Test("C32: without an address the peer is absent, and it is tried again", arguments: readers)
    func noAddress(_ dialect: Dialect) {
        let outcome = dialect.outcome(of: PeerFetch(hasAddress: false))
        #expect(outcome.held.isEmpty)
        #expect(outcome.isTriedAgain)
        #expect(!outcome.endsProcess)
    }

    @Test("C33: 1.33 and 1.34 end of a failed call, be it one of the two")
    func fatal() {
        for (core, groups) in [(false, false), (true, false), (false, true)] {
            let fetch = PeerFetch(answersCore: core, answersGroups: groups)
            for dialect in Self.readers {
                #expect(dialect.outcome(of: fetch).endsProcess == (dialect == .peerDiscovery))
            }
        }
        #expect(!Dialect.peerDiscovery.outcome(of: PeerFetch()).endsProcess)
    }

    @Test("a peer that answers both calls is held whole", arguments: readers)
    func whole(_ dialect: Dialect) {
        let outcome = dialect.outcome(of: PeerFetch())
        #expect(outcome.held == [.core, .groups])
        #expect(!outcome.isTriedAgain)
    }

    @Test("F3.22: without /api the core group is missing for good, without /apis it is tried again")
    func halves() {
        for dialect in Self.readers.dropFirst() {
            let withoutCore = dialect.outcome(of: PeerFetch(answersCore: false))
            #expect(withoutCore.held == .groups)
            #expect(!withoutCore.isTriedAgain)
            let coreOnly = dialect.outcome(of: PeerFetch(answersGroups: false))
            #expect(coreOnly.held == .core)
            #expect(coreOnly.isTriedAgain)
            let neither = dialect.outcome(
                of: PeerFetch(answersCore: false, answersGroups: false))
            #expect(neither.held.isEmpty)
            #expect(neither.isTriedAgain)
        }
    }

    @Test("until 1.32 no peer is read")
    func none() {
        for dialect in [Dialect.storageVersion, .storageVersionSkippingBadAddresses] {
            let outcome = dialect.outcome(of: PeerFetch())
            #expect(outcome.held.isEmpty)
            #expect(!outcome.isTriedAgain)
            #expect(outcome.counters.isEmpty)
        }
    }
}
