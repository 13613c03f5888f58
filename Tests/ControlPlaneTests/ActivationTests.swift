import Judgments
import ControlPlane
import KubeAPI
import Testing

private let gateOn = "--feature-gates=UnknownVersionInteroperabilityProxy=true"
private let gateOff = "--feature-gates=UnknownVersionInteroperabilityProxy=false"
private let storageGates =
    "--feature-gates=UnknownVersionInteroperabilityProxy=true,StorageVersionAPI=true"
private let storageAPI = "--runtime-config=internal.apiserver.k8s.io/v1alpha1=true"
private let authority = "--peer-ca-file=ca.crt"
private let pair = ["--proxy-client-cert-file=c.crt", "--proxy-client-key-file=c.key"]

private func activation(
    _ minor: Int, _ flags: String..., strict: Bool = false
) -> Activation {
    Activation(release: Release(minor: minor), flags: ServerFlags(flags), isStrict: strict)
}

private func gates(_ minor: Int) -> String { minor <= 32 ? storageGates : gateOn }

@Suite("Option validation")
struct OptionValidationTests {
    @Test("V1 V2 V3: a peer flag needs the gate", arguments: Release.all.map(\.minor))
    func peerFlagNeedsGate(minor: Int) {
        for flag in ["peer-ca-file=foo", "peer-advertise-ip=1.2.3.4", "peer-advertise-port=1"] {
            let name = flag.prefix { $0 != "=" }
            let refused = activation(minor, gateOff, "--\(flag)")
            #expect(refused.state == .refused)
            #expect(
                refused.refusals.map(\.text) == [
                    "--\(name) requires UnknownVersionInteroperabilityProxy feature to be turned on"
                ])
            #expect(refused.refusals.first?.facts == ["F2.4"])
        }
    }

    @Test("V4: until 1.32 the gate needs StorageVersionAPI", arguments: 28...32)
    func gateNeedsStorageVersions(minor: Int) {
        #expect(
            activation(minor, gateOn).refusals.map(\.text) == [
                "UnknownVersionInteroperabilityProxy feature requires StorageVersionAPI feature"
                    + " flag to be enabled"
            ])
    }

    @Test("says no more than a hundred things", arguments: [100, 101])
    func remarks(count: Int) {
        let letters = Array("abcdefghijk")
        let gates = (0..<count).map { number in
            "UnknownVersionInteroperabilityProxy\(letters[number / 11])\(letters[number % 11])=x"
        }
        let all = activation(36, "--feature-gates=\(gates.joined(separator: ","))").refusals
        #expect(all.count == 100)
    }

    @Test("V5: from 1.33 it does not", arguments: 33...36)
    func gateAlone(minor: Int) {
        #expect(activation(minor, gateOn, authority).state == .active)
    }

    @Test("V6: from 1.35 the gate needs APIServerIdentity", arguments: Release.all.map(\.minor))
    func gateNeedsIdentity(minor: Int) {
        let without = activation(minor, gates(minor) + ",APIServerIdentity=false")
        #expect((without.state == .refused) == (minor >= 35))
        if minor >= 35 { #expect(without.refusals.first?.facts == ["F2.8"]) }
    }

    @Test("V7: a peer CA needs the proxy's client certificate", arguments: Release.all.map(\.minor))
    func needsClientCertificate(minor: Int) {
        let none = activation(minor, gates(minor), authority, strict: true)
        #expect(
            none.refusals.map(\.text)
                == ["error building peer proxy handler, proxy-cert-file not specified"])
        let half = activation(minor, gates(minor), authority, pair[0], strict: true)
        #expect(
            half.refusals.map(\.text)
                == ["error building peer proxy handler, proxy-key-file not specified"])
        #expect(activation(minor, gates(minor), authority).refusals == [])
    }

    @Test(
        "V8: the gate without a peer CA is valid, and there is no filter",
        arguments: Release.all.map(\.minor))
    func noAuthority(minor: Int) {
        let partial = activation(minor, gates(minor), storageAPI, strict: true)
        #expect(partial.state == .partial)
        #expect(!partial.forwards && partial.publishesAddress)
        #expect(partial.reasons.first?.facts == ["F2.2", "V10"])
    }

    @Test(
        "V9: one of the peer's advertise flags alone is ignored",
        arguments: Release.all.map(\.minor))
    func halfAnAddress(minor: Int) {
        for flag in ["--peer-advertise-ip=1.2.3.4", "--peer-advertise-port=1"] {
            let half = activation(
                minor, gates(minor), storageAPI, authority, flag, "--advertise-address=10.0.0.1")
            #expect(half.state == .active)
            #expect(half.ignored.count == 1)
            #expect(half.advertised?.description == "10.0.0.1:6443")
        }
    }

    @Test("L8: an IPv6 address is published in brackets")
    func addressOfSix() {
        let server = activation(36, "--advertise-address=fd00::1", "--secure-port=6443")
        #expect(server.advertised?.description == "[fd00::1]:6443")
        #expect(HostPort("[fd00::1]:6443") == HostPort(host: "fd00::1", port: 6443))
        for text in ["fd00::1:6443", "10.0.0.1", "10.0.0.1:", ":6443", "a:0", "a:65536", "[]:1"] {
            #expect(HostPort(text) == nil, "\(text)")
        }
    }
}

@Suite("Activation")
struct ActivationTests {
    @Test(
        "is off by default until 1.35, and from 1.36 nothing but an address",
        arguments: Release.all.map(\.minor))
    func defaults(minor: Int) {
        let server = activation(minor)
        #expect(server.state == (minor >= 36 ? .partial : .inert))
        #expect(server.isGateOn == (minor >= 36))
        #expect(server.forwards == false)
    }

    @Test("did not exist before 1.28")
    func before() {
        #expect(activation(27).state == .inert)
        #expect(activation(27, authority).why.text == "unknown flag: --peer-ca-file")
        #expect(
            activation(27, gateOn).why.text
                == "unrecognized feature gate: UnknownVersionInteroperabilityProxy")
    }

    @Test("follows the emulated version's defaults")
    func emulation() {
        let emulating = activation(36, "--emulated-version=1.35")
        #expect(emulating.state == .inert)
        #expect(emulating.why.text.contains("off by default when 1.36 emulates 1.35"))
        #expect(activation(36, "--emulated-version=kube=1.35", gateOn, authority).state == .active)
        #expect(activation(36, "--emulated-version=1.37").state == .refused)
        #expect(activation(30, "--emulated-version=1.29").state == .refused)
    }

    @Test("knows AllAlpha and AllBeta, and that a gate's own setting beats them")
    func families() {
        #expect(activation(35, "--feature-gates=AllAlpha=true", authority).state == .active)
        #expect(activation(36, "--feature-gates=AllBeta=false").state == .inert)
        #expect(
            activation(34, "--feature-gates=AllAlpha=true", gateOff).state == .inert)
        #expect(activation(36, "--feature-gates=AllBeta=false", gateOn).state == .refused)
    }

    @Test("takes the last of several settings of a gate, and says so")
    func repeated() {
        let server = activation(35, gateOn, gateOff)
        #expect(server.state == .inert)
        #expect(server.ignored.count == 1)
        #expect(activation(35, "--feature_gates=UnknownVersionInteroperabilityProxy=1").isGateOn)
    }

    @Test("is refused where a gate is misspelt or not set to a boolean")
    func badGates() {
        let slip = activation(35, "--feature-gates=UnknownVersionInteroperabiltyProxy=true")
        #expect(slip.why.text.hasPrefix("unrecognized feature gate: UnknownVersionInterop"))
        for value in ["A", "A=yes"] {
            #expect(activation(36, "--feature-gates=\(value)").state == .refused)
        }
        #expect(activation(36, "--feature-gates=GenericWorkload=true").refusals == [])
    }

    @Test("until 1.32 never becomes ready without the StorageVersion API", arguments: 28...32)
    func storageVersions(minor: Int) {
        let without = activation(minor, storageGates, authority)
        #expect(without.state == .inert)
        #expect(!without.becomesReady)
        #expect(without.why.facts.contains("F2.7"))
        for config in [
            storageAPI, "--runtime-config=api/all=true", "--runtime-config=api/alpha=true",
        ] {
            #expect(activation(minor, storageGates, authority, config).state == .active)
        }
    }

    @Test("without APIServerIdentity forwards, but nobody finds it", arguments: 33...34)
    func noIdentity(minor: Int) {
        let server = activation(minor, gateOn + ",APIServerIdentity=false", authority)
        #expect(server.state == .partial)
        #expect(server.forwards && !server.publishesAddress)
    }

    @Test(
        "publishes what --peer-advertise-* say until 1.32 alone",
        arguments: Release.all.map(\.minor))
    func advertised(minor: Int) {
        let server = activation(
            minor, gates(minor), storageAPI, authority, "--advertise-address=10.0.0.1",
            "--peer-advertise-ip=10.9.9.9", "--peer-advertise-port=8443")
        let expected = minor <= 32 ? "10.9.9.9:8443" : "10.0.0.1:6443"
        #expect(server.advertised?.description == expected)
        #expect(server.ignored.map(\.facts) == (minor <= 32 ? [] : [["V3"]]))
    }

    @Test("with a port that is no number publishes nothing")
    func badPort() {
        let server = activation(
            32, storageGates, storageAPI, authority, "--peer-advertise-ip=10.9.9.9",
            "--peer-advertise-port=https")
        #expect(server.state == .partial)
        #expect(server.forwards && !server.publishesAddress)
    }
}

@Suite("Forwarding from one server to another")
struct ForwardingTests {
    private func outcome(_ origin: Activation, _ peer: Activation) -> Forwarding.Outcome {
        Forwarding(from: origin, to: peer).outcome
    }

    @Test("needs the filter here and an address there")
    func both() {
        let active = activation(36, authority)
        let partial = activation(36)
        let off = activation(35)
        #expect(outcome(active, active) == .forwards)
        #expect(outcome(active, partial) == .forwards)
        #expect(outcome(partial, active) == .never)
        #expect(outcome(active, off) == .never)
        #expect(outcome(off, active) == .never)
    }

    @Test("in a default upgrade from 1.35 to 1.36 is impossible, peer CA or not")
    func defaultUpgrade() {
        let old = activation(35)
        let new = activation(36, authority)
        for pair in [(old, new), (new, old)] {
            #expect(outcome(pair.0, pair.1) == .never)
        }
        let prepared = activation(35, gateOn, authority)
        #expect(outcome(prepared, new) == .forwards)
        #expect(outcome(new, prepared) == .forwards)
    }

    @Test("in 1.33 and 1.34 depends on who started last")
    func retries() {
        let server = activation(33, gateOn, authority)
        let forwarding = Forwarding(from: server, to: activation(34, gateOn, authority))
        #expect(forwarding.outcome == .depends)
        #expect(forwarding.why.facts.contains("V8"))
        #expect(forwarding.state == .partial)
    }

    @Test("until 1.32 goes by StorageVersion records, and ends in 503 where the address is missing")
    func storageVersions() {
        let origin = activation(32, storageGates, storageAPI, authority)
        #expect(outcome(origin, origin) == .forwards)
        #expect(
            outcome(origin, activation(32, "--feature-gates=StorageVersionAPI=true", storageAPI))
                == .unavailable)
        #expect(outcome(origin, activation(33, gateOn, authority)) == .never)
        #expect(outcome(origin, activation(33, storageGates, storageAPI)) == .forwards)
    }

    @Test("is turned away by a peer that trusts no front proxy; 1.33 and 1.34 die of it")
    func trust() {
        let peer = activation(36, authority, pair[0], pair[1], strict: true)
        #expect(outcome(activation(36, authority), peer) == .turnedAway)
        let older = Forwarding(from: activation(34, gateOn, authority), to: peer)
        #expect(older.outcome == .turnedAway)
        #expect(older.why.facts.contains("F3.21"))
    }
}
