import Judgments
import Recording

/// When controllers started and leaders changed, by the requests that show it.
enum ControllerMoments {
    private static let second: Int64 = 1_000_000_000
    /// How long a lease of the control plane's controllers holds, unless it is renewed.
    static let leaseDuration = 15 * second
    /// A token is renewed within the hour that it holds for: no start.
    private static let renewal = (40 * 60 * second)...(75 * 60 * second)

    /// - Parameter signs: in the order of time.
    static func all(_ signs: [ControllerSign]) -> [ControllerMoment] {
        var moments: [ControllerMoment] = []
        var holders: [String: (holder: String, at: Int64)] = [:]
        var fetches: [String: Int64] = [:]
        for sign in signs {
            if sign.isLease {
                if let last = holders[sign.name], let what = change(from: last, to: sign) {
                    moments.append(moment(sign, sign.name, what))
                }
                holders[sign.name] = (holder(sign), sign.until)
            } else if sign.userAgent.hasPrefix("kube-controller-manager/") {
                let last = fetches.updateValue(sign.at, forKey: holder(sign))
                let isRenewal = last.map { renewal.contains(sign.at &- $0) } ?? false
                if !isRenewal { moments.append(moment(sign, "kube-controller-manager", .started)) }
            }
        }
        return moments
    }

    private static func change(
        from last: (holder: String, at: Int64), to sign: ControllerSign
    ) -> ControllerMoment.What? {
        if last.holder != holder(sign) { return .tookOver }
        return sign.at &- last.at > leaseDuration ? .resumed : nil
    }

    /// Who wrote it; from a loopback address one is told by the server, which is on its node.
    private static func holder(_ sign: ControllerSign) -> String {
        let isLocal = sign.sourceIP.hasPrefix("127.") || sign.sourceIP == "::1"
        return [sign.user, sign.userAgent, isLocal ? sign.server : sign.sourceIP]
            .joined(separator: "\n")
    }

    private static func moment(
        _ sign: ControllerSign, _ component: String, _ what: ControllerMoment.What
    ) -> ControllerMoment {
        ControllerMoment(
            at: sign.at, component: component, what: what, server: sign.server,
            client: sign.userAgent.split(separator: " ").first.map(String.init) ?? "")
    }
}
