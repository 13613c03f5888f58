import Judgments
import Recording
import Testing

@testable import Analysis

@Suite("Controllers' starts and leaders")
struct ControllerMomentsTests {
    private let second: Int64 = 1_000_000_000

    private func lease(
        _ at: Int64, _ server: String = "cp-1", agent: String = "kube-controller-manager/v1.35.6 x",
        from address: String = "10.0.0.1"
    ) -> ControllerSign {
        ControllerSign(
            at: at * second, name: "kube-controller-manager", isLease: true, server: server,
            user: "system:kube-controller-manager", userAgent: agent, sourceIP: address)
    }

    private func token(_ at: Int64, agent: String = "kube-controller-manager/v1.36.2 x")
        -> ControllerSign
    {
        ControllerSign(
            at: at * second, name: "generic-garbage-collector", isLease: false, server: "cp-3",
            user: "system:kube-controller-manager", userAgent: agent, sourceIP: "127.0.0.1")
    }

    private func words(_ signs: [ControllerSign]) -> [String] {
        ControllerMoments.all(signs).map { "\($0.at / second) \($0.what.rawValue)" }
    }

    @Test("a lease that its holder renews says nothing, whichever server it goes through")
    func renewals() {
        #expect(words((0..<20).map { lease($0 * 2, $0 < 10 ? "cp-1" : "cp-2") }).isEmpty)
    }

    @Test("another address, or another release, is another leader")
    func leaders() {
        #expect(
            words([lease(0), lease(2), lease(18, from: "10.0.0.2"), lease(20, from: "10.0.0.2")])
                == ["18 took-over"])
        #expect(
            words([lease(0), lease(17, agent: "kube-controller-manager/v1.36.2 x")])
                == ["17 took-over"])
    }

    @Test("from a loopback address the server tells the node")
    func loopback() {
        #expect(
            words([lease(0, "cp-1", from: "127.0.0.1"), lease(16, "cp-2", from: "127.0.0.1")])
                == ["16 took-over"])
    }

    @Test("a lease that ran out and was taken again by its holder is a new term")
    func resumed() {
        #expect(words([lease(0), lease(2), lease(19)]) == ["19 resumed"])
    }

    @Test("a token is a start, and within its hour a renewal")
    func starts() {
        #expect(words([token(0), token(12)]) == ["0 started", "12 started"])
        #expect(words([token(0), token(48 * 60)]) == ["0 started"])
        #expect(words([token(0, agent: "kubectl/v1.36")]).isEmpty)
    }
}
