import Analysis
import Arguments
import Bytes
import Configuration
import ControlPlane
import KubeAPI
import Planning

/// The flags of a what-if without a scenario file: for `replay`, `scenario` and `plan`.
enum WhatIfFlags {
    static let to = Flag(
        "to", .text("RELEASE"), help: "Ask about an upgrade to this release, such as 1.37")
    static let from = Flag(
        "from", .text("RELEASE"), help: "What is upgraded (default: what the recording shows)")
    static let order = Flag(
        "order", .text("A,B,C"),
        help: "The servers in the order of the upgrade; who is not named stays as it is")
    static let start = Flag(
        "start", .text("TIME"),
        help: "When the first server stops: an offset from the first request (10m), from the last "
            + "(-10m), or an instant")
    static let down = Flag("down", .duration, help: "From a server's stop to its new start")
    static let ready = Flag("ready", .duration, help: "From its start to its readiness")
    static let settle = Flag(
        "settle", .duration, help: "From a server's readiness to the next stop")
    static let withProxy = Flag(
        "with-proxy", .none, help: "With the Mixed Version Proxy on, and the flags that it needs")
    static let withoutProxy = Flag("without-proxy", .none, help: "With the proxy off")
    static let flagsFrom = Flag(
        "flags-from", .file("FILE"), repeats: true,
        help: "Take the servers' command lines from this file: kubeadm's configuration, a static "
            + "pod's manifest")
    static let rollback = Flag(
        "rollback", .none, help: "The upgrade is given up at its end: the servers go back")

    /// Of `plan`, and of `replay` whichever way it is asked.
    static let demand = Flag(
        "demand", .choice(["components", "recorded"]), fallback: "components",
        help: "In a what-if add what the new release's own components will ask for, as predicted, "
            + "or keep to recorded requests")

    /// Those of `replay` and `scenario`.
    static let all = [
        to, from, order, start, down, ready, settle, withProxy, withoutProxy, flagsFrom, rollback,
    ]

    /// The question that the flags ask; nil where they ask none.
    static func question(_ arguments: ParsedArguments) throws -> UpgradeQuestion? {
        guard let text = arguments.text(to) else {
            let others = all.dropFirst().filter { arguments.isGiven($0) }
            guard let other = others.first else { return nil }
            throw UsageError("--\(other.name) needs --to RELEASE")
        }
        var question = UpgradeQuestion(to: try release(text, to))
        try read(into: &question, arguments)
        if let text = arguments.text(start) { question.start = try start(of: text) }
        question.settle = arguments.nanoseconds(settle)
        question.proxy = try proxy(arguments)
        question.goesBack = arguments.isOn(rollback)
        return question
    }

    /// Reads the flags that `plan` has too.
    static func read(into question: inout UpgradeQuestion, _ arguments: ParsedArguments) throws {
        question.from = try arguments.text(from).map { try release($0, from) }
        question.order = (arguments.text(order) ?? "").split(separator: ",").map {
            String($0).trimmed
        }
        question.down = arguments.nanoseconds(down)
        question.ready = arguments.nanoseconds(ready)
        question.configured = try arguments.texts(flagsFrom).flatMap(configured)
    }

    static func release(_ text: String, _ flag: Flag) throws -> Release {
        guard let release = Release(text), Release.known.contains(release) else {
            throw UsageError(
                "--\(flag.name) takes a release from \(Release.known.lowerBound) to "
                    + "\(Release.known.upperBound), not '\(text)'")
        }
        return release
    }

    static func start(of text: String) throws -> UpgradeQuestion.Start {
        if let offset = DurationText.nanoseconds(text) { return .offset(offset) }
        if let instant = RFC3339.nanoseconds(text) { return .instant(instant) }
        throw UsageError(
            "--start takes an offset such as 10m or -1h, or an RFC 3339 instant, not '\(text)'")
    }

    private static func proxy(_ arguments: ParsedArguments) throws -> ProxySetting {
        switch (arguments.isOn(withProxy), arguments.isOn(withoutProxy)) {
        case (true, true): throw UsageError("--with-proxy and --without-proxy exclude each other")
        case (true, false): .on
        case (false, true): .off
        case (false, false): .asConfigured
        }
    }

    private static func configured(
        _ file: String
    ) throws -> [UpgradeQuestion.CommandLine] {
        let reading = ConfigurationFile.read(try WholeFile(file).bytes, fileName: file)
        complain(of: reading.problems)
        guard !reading.problems.contains(where: { $0.severity == .error }) else {
            throw Failure("\(file) has errors")
        }
        guard !reading.servers.isEmpty else {
            throw Failure("\(file) configures no API server")
        }
        return reading.servers.map {
            UpgradeQuestion.CommandLine(name: $0.name, release: $0.release, flags: $0.flags)
        }
    }
}

/// The words of `--start every:…`, `--window` and `--days`.
enum StartWords {
    private static let minute: Int64 = 60 * 1_000_000_000
    private static let days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    /// Nil where none of them is given.
    static func starts(every: String?, window: String?, days: String?) throws -> StartTimes? {
        guard every != nil || window != nil || days != nil else { return nil }
        guard let step = DurationText.nanoseconds(every ?? "15m"), step >= 1_000_000_000 else {
            throw UsageError("--start every: takes a duration of a second or more")
        }
        return StartTimes(
            every: step, window: try window.map(hours), weekdays: try weekdays(days))
    }

    private static func hours(_ text: String) throws -> (from: Int64, until: Int64) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(time)
        guard parts.count == 2, let from = parts[0], let until = parts[1] else {
            throw UsageError("--window takes hours such as 02:00-06:00, not '\(text)'")
        }
        return (from, until)
    }

    private static func time(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let hour = Int64(parts[0]), let minutes = Int64(parts[1]),
            (0...24).contains(hour), (0..<60).contains(minutes)
        else { return nil }
        return (hour * 60 + minutes) * minute
    }

    private static func weekdays(_ text: String?) throws -> Set<Int> {
        let names = (text ?? "").split(separator: ",")
        return Set(
            try names.map { name in
                guard let number = days.firstIndex(of: name.prefix(3).lowercased()) else {
                    throw UsageError("--days takes days such as mon,tue, not '\(name)'")
                }
                return number
            })
    }
}
