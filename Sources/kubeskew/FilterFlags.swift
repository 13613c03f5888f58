import Analysis
import Arguments
import Recording

/// Flags that narrow a list, with kubectl's names where it has one.
enum FilterFlags {
    private static let since = Flag(
        "since", .text("TIME"),
        help: "Not what ended before: an instant, 09:30, 10m (from the start), -10m (from the end)")
    private static let until = Flag("until", .text("TIME"), help: "Not what began then or later")
    private static let namespace = Flag(
        "namespace", short: "n", .text("NAME"), repeats: true, help: "Of this namespace only")
    private static let user = Flag(
        "user", .text("NAME"), repeats: true, help: "Of this user only; * stands for anything")
    private static let userAgent = Flag(
        "user-agent", .text("AGENT"), repeats: true,
        help: "Of this user agent only, such as 'kubectl/*'")
    private static let resource = Flag(
        "resource", .text("NAME"), repeats: true,
        help: "Of this resource only: pods, or deployments.apps")
    private static let server = Flag(
        "server", .text("NAME"), repeats: true, help: "Of this server only")

    static let all = [since, until, namespace, user, userAgent, resource, server]

    static func filter(_ context: Context, in recording: borrowing Recording) throws -> Filter {
        let arguments = context.arguments
        return try Filter(
            words: [
                .namespace: arguments.texts(namespace), .user: arguments.texts(user),
                .userAgent: arguments.texts(userAgent), .resource: arguments.texts(resource),
                .server: arguments.texts(server),
            ],
            since: arguments.text(since), until: arguments.text(until), in: recording)
    }
}
