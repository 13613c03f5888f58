import Configuration
import Judgments
import KubeAPI
import Testing

/// A file that is wrong, and all that must be said about it.
struct BadFile: CustomTestStringConvertible, Sendable {
    var name: String
    var text: String
    var problems: [String]

    var testDescription: String { name }

    init(_ name: String, _ text: String, _ problems: String...) {
        self.name = name
        self.text = text
        self.problems = problems.map { "f.yaml:\($0)" }
    }
}

private let head = "apiVersion: kubeskew.dev/v1alpha1\nkind: Scenario\n"
private let cp1 = head + "servers:\n  cp-1: {timeline: [{at: 0s, start: \"1.36\"}]}\n"

private func timeline(_ events: String) -> String {
    head + "servers:\n  cp-1:\n    timeline:\n"
        + events.split(separator: "\n").map { "      - {\($0)}\n" }.joined()
}

let badFiles: [BadFile] = [
    BadFile(
        "nothing", "",
        "1:1: error: expected a scenario, found nothing"),
    BadFile(
        "no YAML", head + "servers: [a, b",
        "4:1: error: not YAML: while parsing a flow sequence: did not find expected "
            + "',' or ']'"),
    BadFile(
        "a tab", head + "servers:\n\ta: b\n",
        "4:1: error: not YAML: while scanning for the next token: found character "
            + "that cannot start any token"),
    BadFile(
        "two documents", cp1 + "---\n" + cp1,
        "6:1: error: expected one document, found 2"),
    BadFile(
        "a list", "- a\n",
        "1:1: error: expected a mapping, found a list"),
    BadFile(
        "another kind", cp1.replacing("Scenario", with: "ClusterConfiguration"),
        #"2:7: error: kind: expected Scenario, found "ClusterConfiguration""#),
    BadFile(
        "no header", "servers: {a: {timeline: [{at: 0s, start: \"1.36\"}]}}\n",
        #"1:1: warning: key "apiVersion" is missing: expected kubeskew.dev/v1alpha1"#,
        #"1:1: warning: key "kind" is missing: expected Scenario"#),
    BadFile(
        "no servers", head,
        #"1:1: error: key "servers" is missing: expected the API servers, each with a "#
            + "timeline"),
    BadFile(
        "servers that are a list", head + "servers: [cp-1]\n",
        "3:10: error: servers: expected a mapping, found a list"),
    BadFile(
        "no server", head + "servers: {}\n",
        "3:10: error: servers: expected at least one server"),
    BadFile(
        "a server without a timeline", head + "servers:\n  cp-1: {address: \"a:1\"}\n",
        #"4:9: error: servers.cp-1: key "timeline" is missing: expected a list of "#
            + "starts and stops"),
    BadFile(
        "an empty timeline", head + "servers:\n  cp-1: {timeline: []}\n",
        "4:20: error: servers.cp-1.timeline: expected at least one start"),
    BadFile(
        "a bad server name", head + "servers:\n  \"\": {timeline: []}\n",
        #"4:3: error: servers."": expected a server name of 1 to 253 bytes without "#
            + "control characters"),
    BadFile(
        "keys with a slip", cp1 + "sede: 1\nentri: uniform\nfrobnicate: 1\n",
        #"5:1: error: sede: unknown key "sede": did you mean "seed"?"#,
        #"6:1: error: entri: unknown key "entri": did you mean "entry"?"#,
        #"7:1: error: frobnicate: unknown key "frobnicate"; valid here: apiVersion, "#
            + "kind, name, origin, servers, upgrade, extensions, entry, loadBalancers, "
            + "network, seed, strictFlags"),
    BadFile(
        "a key twice", cp1 + "seed: 1\nseed: 2\n",
        "6:1: error: seed: the key is given twice, first in line 5"),
    BadFile(
        "a merge key", head + "servers:\n  cp-1: {<<: {timeline: []}}\n",
        #"4:9: error: servers.cp-1: key "timeline" is missing: expected a list of "#
            + "starts and stops",
        "4:10: error: servers.cp-1.<<: merge keys are not read; repeat the keys"),
    BadFile(
        "a key that is a list", head + "servers:\n  [a]: 1\n",
        "4:3: error: servers: expected a key, found a structure",
        "4:3: error: servers: expected at least one server"),
    BadFile(
        "a bad origin", cp1 + "origin: yesterday\n",
        "5:9: error: origin: expected capture or an RFC 3339 instant, found "
            + #""yesterday""#),
    BadFile(
        "a bad seed", cp1 + "seed: -1\n",
        #"5:7: error: seed: expected a natural number, found "-1""#),
    BadFile(
        "a bad switch", cp1 + "strictFlags: maybe\n",
        #"5:14: error: strictFlags: expected true or false, found "maybe""#),
    BadFile(
        "an event without at", timeline("start: \"1.36\""),
        #"6:9: error: servers.cp-1.timeline[0]: key "at" is missing: expected an "#
            + "offset such as 10m or an RFC 3339 instant"),
    BadFile(
        "an event without an action", timeline("at: 0s"),
        "6:9: error: servers.cp-1.timeline[0]: expected either start: or stop:, "
            + "found neither"),
    BadFile(
        "an event with two actions", timeline("at: 0s, start: \"1.36\", stop: crash"),
        "6:9: error: servers.cp-1.timeline[0]: expected either start: or stop:, "
            + "found both"),
    BadFile(
        "a time that is none", timeline("at: soon, start: \"1.36\""),
        "6:14: error: servers.cp-1.timeline[0].at: expected an offset such as 10m or "
            + #"an RFC 3339 instant, found "soon""#),
    BadFile(
        "a time out of range", timeline("at: 9999999999h, start: \"1.36\""),
        "6:14: error: servers.cp-1.timeline[0].at: expected an offset such as 10m or "
            + #"an RFC 3339 instant, found "9999999999h""#),
    BadFile(
        "a list for a time", timeline("at: [0s], start: \"1.36\""),
        "6:14: error: servers.cp-1.timeline[0].at: expected an offset such as 10m or "
            + "an RFC 3339 instant, found a list"),
    BadFile(
        "a negative duration", timeline("at: 0s, start: \"1.36\", ready: -4s"),
        "6:40: error: servers.cp-1.timeline[0].ready: expected a duration that is "
            + #"not negative, found "-4s""#),
    BadFile(
        "a duration without a unit", timeline("at: 0s, start: \"1.36\", ready: 4"),
        "6:40: error: servers.cp-1.timeline[0].ready: expected a duration such as "
            + #"90s, 1h30m or 250ms, found "4""#),
    BadFile(
        "a release that is none", timeline("at: 0s, start: latest"),
        "6:25: error: servers.cp-1.timeline[0].start: expected a release from 1.28 "
            + "to \(Release.known.upperBound), found \"latest\""),
    BadFile(
        "a release that is not known", timeline("at: 0s, start: \"1.27\""),
        "6:25: error: servers.cp-1.timeline[0].start: release 1.27 is not known: the "
            + "routing model covers 1.28 to \(Release.known.upperBound)"),
    BadFile(
        "a release that is yet to come", timeline("at: 0s, start: \"1.99\""),
        "6:25: error: servers.cp-1.timeline[0].start: release 1.99 is not known: the "
            + "routing model covers 1.28 to \(Release.known.upperBound)"),
    BadFile(
        "another way to stop", timeline("at: 0s, start: \"1.36\"\nat: 1s, stop: gracefull"),
        "7:24: error: servers.cp-1.timeline[1].stop: expected one of graceful, "
            + #"crash, found "gracefull": did you mean "graceful"?"#),
    BadFile(
        "a drain at a start", timeline("at: 0s, start: \"1.36\", drain: 6s"),
        "6:40: error: servers.cp-1.timeline[0].drain: only a stop has a drain"),
    BadFile(
        "flags at a stop, a drain at a crash",
        timeline("at: 0s, start: \"1.36\"\nat: 1s, stop: crash, flags: [], drain: 6s"),
        "7:38: error: servers.cp-1.timeline[1].flags: only a start has flags",
        "7:49: warning: servers.cp-1.timeline[1].drain: a crash does not drain: "
            + "ignored"),
    BadFile(
        "flags with an unquoted comma",
        timeline("at: 0s, start: \"1.36\", flags: [--a=B=true,C=true]"),
        "6:52: error: servers.cp-1.timeline[0].flags[1]: expected a flag such as "
            + #""--name=value", found "C=true"; a value with commas needs quotes inside [ ]"#),
    BadFile(
        "flags that are a mapping", timeline("at: 0s, start: \"1.36\", flags: {a: b}"),
        "6:40: error: servers.cp-1.timeline[0].flags: expected a flag such as "
            + #""--name=value", found a mapping"#),
    BadFile(
        "two starts", timeline("at: 0s, start: \"1.35\"\nat: 5m, start: \"1.36\""),
        "7:9: error: servers.cp-1.timeline[1]: starts at 5m while the process "
            + "started in line 6 still runs: a stop is missing"),
    BadFile(
        "a stop before any start", timeline("at: 5m, start: \"1.36\"\nat: 0s, stop: crash"),
        "7:9: error: servers.cp-1.timeline[1]: stops at 0s, but no process runs then"),
    BadFile(
        "a start during the drain",
        timeline(
            "at: 0s, start: \"1.35\"\nat: 10m, stop: graceful, drain: 6s\nat: 10m5s, start: \"1.36\""
        ),
        "8:9: error: servers.cp-1.timeline[2]: starts at 10m5s while the process "
            + "stopped in line 7 drains until 10m6s"),
    BadFile(
        "one host name for two servers",
        cp1 + "  cp-2: {hostname: cp-1, timeline: [{at: 0s, start: \"1.36\"}]}\n",
        #"5:20: warning: servers.cp-2.hostname: server cp-1 has the host name "cp-1" "#
            + "too: both have one identity lease (F3.1)"),
    BadFile(
        "an address without a port",
        head + "servers:\n  a: {address: 10.0.0.1, timeline: [{at: 0s, start: \"1.36\"}]}\n",
        "4:16: error: servers.a.address: expected an address with a port such as "
            + #""10.0.0.1:6443" or "[fd00::1]:6443", found "10.0.0.1""#),
    BadFile(
        "an extension without its names", cp1 + "extensions:\n  - {group: a.io}\n",
        #"6:5: error: extensions[0]: key "version" is missing: expected an API "#
            + "version such as v1",
        #"6:5: error: extensions[0]: key "resources" is missing: expected a list of "#
            + "resources"),
    BadFile(
        "an extension that ends before it begins",
        cp1
            + "extensions:\n  - {group: a.io, version: v1, resources: [{name: as, kind: A}], from: 2m, until: 1m}\n",
        "6:83: error: extensions[0].until: ends at 1m, not after it begins at 2m"),
    BadFile(
        "one resource twice at a time",
        cp1
            + "extensions:\n  - {group: a.io, version: v1, resources: [{name: as, kind: A}], until: 2m}\n  - {group: a.io, version: v1, resources: [{name: as, kind: A}], from: 1m}\n",
        "7:5: error: extensions[1]: as of a.io/v1 is already there from 0s to 2m"),
    BadFile(
        "a CRD that is unavailable",
        cp1
            + "extensions:\n  - {group: a.io, version: v1, resources: [{name: as, kind: A}], available: false}\n",
        "6:77: warning: extensions[0].available: only an aggregated API can be "
            + "unavailable: ignored"),
    BadFile(
        "another way in", cp1 + "entry: random\n",
        "5:8: error: entry: expected recorded, uniform or {weights: {…}}, found "
            + #""random""#),
    BadFile(
        "weights of nobody", cp1 + "entry: {weights: {cp-2: 1, cp-1: 0.5}}\n",
        #"5:19: error: entry.weights.cp-2: no server is called "cp-2": did you mean "#
            + #""cp-1"?"#,
        #"5:34: error: entry.weights.cp-1: expected a natural number, found "0.5""#),
    BadFile(
        "weights of nothing", cp1 + "entry: {weights: {cp-1: 0}}\n",
        "5:18: error: entry.weights: expected a weight above 0 for at least one "
            + "server"),
    BadFile(
        "a load balancer for nobody",
        cp1 + "loadBalancers:\n  - {address: \"10.0.0.9:6443\", to: [cp-2]}\n  - {to: []}\n",
        "6:5: warning: loadBalancers[0]: no server advertises 10.0.0.9:6443 "
            + "(--advertise-address, --secure-port), so no peer will call it (F5.4)",
        #"6:37: error: loadBalancers[0].to[0]: no server is called "cp-2": did you "#
            + #"mean "cp-1"?"#,
        #"7:5: error: loadBalancers[1]: key "address" is missing: expected an address "#
            + #"such as "10.0.0.9:6443""#,
        "7:10: error: loadBalancers[1].to: expected at least one server"),
    BadFile(
        "a fault between nobodies",
        cp1
            + "network:\n  - {from: cp1, to: web, fails: refuses}\n  - {from: cp-1, to: cp-1, fails: tls}\n",
        #"6:12: error: network[0].from: no server is called "cp1": did you mean "#
            + #""cp-1"?"#,
        #"6:21: error: network[0].to: no server is called "web"; there are: cp-1"#,
        "6:33: error: network[0].fails: expected one of refuse, timeout, tls, found "
            + #""refuses": did you mean "refuse"?"#,
        "7:5: warning: network[1]: from and to are the same server"),
    BadFile(
        "an upgrade without its releases", head + "upgrade: {servers: [a]}\n",
        #"3:10: error: upgrade: key "from" is missing: expected a release such as "#
            + #""1.35""#,
        #"3:10: error: upgrade: key "to" is missing: expected a release such as "1.35""#),
    BadFile(
        "an upgrade of nobody", head + "upgrade: {from: \"1.35\", to: \"1.36\"}\n",
        #"3:10: error: upgrade: key "servers" is missing: expected a list of server "#
            + "names"),
    BadFile(
        "an upgrade in a bad order",
        head
            + "upgrade: {from: \"1.35\", to: \"1.36\", servers: [cp-1, cp-2], order: [cp-2, cp-3, cp-2]}\n",
        "3:67: warning: upgrade.order: never upgraded: cp-1",
        #"3:74: error: upgrade.order[1]: no server "cp-3" is upgraded: did you mean "#
            + #""cp-1"?"#,
        #"3:80: error: upgrade.order[2]: server "cp-2" is named twice"#),
    BadFile(
        "an upgrade of a server with a timeline",
        cp1 + "upgrade: {from: \"1.35\", to: \"1.36\", servers: [cp-1]}\n",
        "4:20: error: servers.cp-1.timeline: the server is under upgrade:, which "
            + "writes its timeline"),
    BadFile(
        "an upgrade that skips a minor release",
        head + "upgrade: {from: \"1.33\", to: \"1.35\", servers: [a, b]}\n",
        "3:29: error: upgrade.to: an upgrade goes from one minor release to the next: API "
            + "servers of 1.33 and 1.35 are not supported beside each other"),
    BadFile(
        "an upgrade of all servers at once",
        head
            + "upgrade: {from: \"1.35\", to: \"1.36\", servers: [a, b], down: 0s, ready: 0s, settle: 0s}\n",
        "3:10: error: upgrade: all servers are replaced at one instant, so that no two releases "
            + "ever run beside each other: leave down, ready and settle out, or give one of them"),
    BadFile(
        "an upgrade that begins at no instant",
        head + "upgrade: {from: \"1.35\", to: \"1.36\", servers: [a, b], start: end2h}\n",
        "3:61: error: upgrade.start: expected end, or end and an offset such as end-2h, found "
            + "\"end2h\""),
    BadFile(
        "an upgrade that drains too long",
        head + "upgrade: {from: \"1.35\", to: \"1.36\", servers: [a], down: 5s, drain: 6s}\n",
        "3:68: error: upgrade.drain: the drain is longer than the server is down"),
    BadFile(
        "flags that the release refuses",
        timeline(
            "at: 0s, start: \"1.35\", flags: [--v=2, --peer-ca-file=ca.crt, --peer-advertise-ip=1.1.1.1]"
                + "\nat: 1m, stop: crash\nat: 2m, start: \"1.32\", flags: [--feature-gates UnknownVersionInteroperabilityProxy=true]"
        ),
        "6:48: error: servers.cp-1.timeline[0].flags[1]: kube-apiserver 1.35 does "
            + "not start: --peer-ca-file requires UnknownVersionInteroperabilityProxy "
            + "feature to be turned on (F2.4)",
        "6:71: error: servers.cp-1.timeline[0].flags[2]: kube-apiserver 1.35 does "
            + "not start: --peer-advertise-ip requires UnknownVersionInteroperabilityProxy "
            + "feature to be turned on (F2.4)",
        "8:41: error: servers.cp-1.timeline[2].flags[0]: kube-apiserver 1.32 does "
            + "not start: UnknownVersionInteroperabilityProxy feature requires "
            + "StorageVersionAPI feature flag to be enabled (F2.6)"),
    BadFile(
        "flags refused only where they are strict",
        "strictFlags: true\n" + timeline("at: 0s, start: \"1.36\", flags: [--peer-ca-file=ca.crt]"),
        "7:41: error: servers.cp-1.timeline[0].flags[0]: kube-apiserver 1.36 does "
            + "not start: error building peer proxy handler, proxy-cert-file not specified "
            + "(F2.3)"),
    BadFile(
        "flags without effect",
        timeline(
            "at: 0s, start: \"1.36\", flags: [--peer-advertise-ip=1.1.1.1, --feature-gates, \"A=true,A=false\"]"
        ),
        "6:41: warning: servers.cp-1.timeline[0].flags[0]: --peer-advertise-ip and "
            + "--peer-advertise-port have no effect from 1.33 on: the advertise address and "
            + "the secure port are published (V3)",
        "6:70: warning: servers.cp-1.timeline[0].flags[1]: A is set twice, to true "
            + "and to false: the last counts (F2.1)"),
    BadFile(
        "a misspelt gate in an upgrade",
        head
            + "upgrade:\n  from: \"1.34\"\n  to: \"1.35\"\n  servers: [a, b]\n  flags: {to: [--feature-gates=UnknownVersionInteroperabilityProxi=true]}\n",
        "7:16: error: upgrade.flags.to[0]: kube-apiserver 1.35 does not start: "
            + "unrecognized feature gate: UnknownVersionInteroperabilityProxi (did you "
            + "mean UnknownVersionInteroperabilityProxy?) (F2.1)"),
    BadFile(
        "a load balancer that no peer calls",
        head
            + "servers:\n  a:\n    timeline: [{at: 0s, start: \"1.36\", flags: [--advertise-address=10.0.0.8]}]\nloadBalancers:\n  - {address: \"10.0.0.9:6443\", to: [a]}\n  - {address: \"10.0.0.8:6443\", to: [a]}\n",
        "7:5: warning: loadBalancers[0]: no server advertises 10.0.0.9:6443 "
            + "(--advertise-address, --secure-port), so no peer will call it (F5.4)"),
]
