import KubeAPI
import Testing

@Suite("What releases do otherwise than others") struct ReleaseTraitTests {
    /// Every known release with what it has: a new one gets a line here, and a look at each trait.
    private static let table: [(release: String, traits: Set<ReleaseTrait>)] = [
        ("1.28", records.union([.oneBadAddressSpoilsTheRequest])),
        ("1.29", records.union([.oneBadAddressSpoilsTheRequest])),
        ("1.30", records.union([.oneBadAddressSpoilsTheRequest, .answersDiscoveryV2])),
        (
            "1.31",
            records.union([
                .oneBadAddressSpoilsTheRequest, .answersDiscoveryV2, .emulatedVersion,
            ])
        ),
        ("1.32", records.union([.answersDiscoveryV2, .emulatedVersion])),
        ("1.33", discovery.union([.diesOfFailedFetch, .keepsDiscoveryV2beta1ByGate])),
        ("1.34", discovery.union([.diesOfFailedFetch, .keepsDiscoveryV2beta1ByGate])),
        ("1.35", discovery.union(filtered)),
        ("1.36", discovery.union(filtered).union(keeping)),
        ("1.37", discovery.union(filtered).union(keeping)),
        (
            "1.38",
            discovery.union(filtered).union(keeping).union([.answersUnknownPathsWithStatus])
        ),
    ]

    private static let records: Set<ReleaseTrait> = [
        .proxy, .knowsPeersByRecords, .answersDiscoveryV2beta1,
    ]
    private static let discovery: Set<ReleaseTrait> = [
        .proxy, .readsPeerDiscovery, .ignoresPeerAdvertiseFlags, .emulatedVersion,
        .answersDiscoveryV2,
    ]
    private static let filtered: Set<ReleaseTrait> = [
        .learnsOfLaterPeers, .excludesExtensions, .replacesIdentityLease, .mergesPeerDiscovery,
        .proxyGateNeedsIdentity,
    ]

    private static let keeping: Set<ReleaseTrait> = [.keepsWhatPeersSaid, .proxyGateIsBeta]

    @Test("every known release has the traits that are listed for it, and no others")
    func traits() throws {
        #expect(Self.table.map(\.release) == Release.all.map(\.description))
        for (text, traits) in Self.table {
            let release = try #require(Release(text))
            let found = Set(ReleaseTrait.allCases.filter(release.has))
            #expect(found == traits, "\(text): \(found.symmetricDifference(traits))")
        }
    }

    @Test("every trait is some known release's")
    func used() {
        for trait in ReleaseTrait.allCases {
            #expect(Release.all.contains { $0.has(trait) }, "\(trait)")
        }
    }

    @Test("before 1.28 there was no proxy, and no trait of it")
    func before() throws {
        let old = try #require(Release("1.27"))
        #expect(!ReleaseTrait.allCases.contains(where: old.has))
    }

    @Test(
        "a span is one release, two ends, or open",
        arguments: [
            ("1.35", "1.35", "1.34 1.36"), ("1.28-1.32", "1.28 1.30 1.32", "1.27 1.33"),
            ("1.36-", "1.36 1.37 1.99", "1.35"),
        ])
    func spans(text: String, inside: String, outside: String) throws {
        let span = try #require(ReleaseSpan(text))
        #expect(span.description == text)
        #expect(
            inside.split(separator: " ").compactMap { Release("\($0)") }.allSatisfy(span.contains))
        #expect(
            !outside.split(separator: " ").compactMap { Release("\($0)") }.contains(
                where: span.contains))
    }

    @Test(
        "what is no span is none",
        arguments: ["", "-", "1", "1.36-1.35", "1.28-x", "-1.28", "1.28--"])
    func noSpan(text: String) { #expect(ReleaseSpan(text) == nil) }
}
