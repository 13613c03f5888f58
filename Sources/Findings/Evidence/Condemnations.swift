import Judgments
import Bytes
import ControlPlane
import KubeAPI
import Replay

/// A GET by the garbage collector whose 404 made it take an object for gone (F6.8 to F6.11).
struct Condemnation: Sendable {
    /// How sure it is that the 404 was wrong, before anything is known of the object.
    enum Strength: Sendable {
        case certain
        /// The verdict is open, or the API had only just appeared.
        case possible
        /// By the verdict it was right: nobody who was running served the resource just then. An
        /// object that is seen alive afterwards was condemned all the same.
        case needsProof
    }

    var request: RecordedRequest
    /// When the answer had arrived.
    var at: Int64
    var strength: Strength
    /// The answering server by name.
    var server: String
}

/// What the garbage collector asks for: the coordinates of an object, without its uid.
struct Coordinates: Hashable, Sendable {
    var group: UInt32
    var version: UInt32
    var resource: UInt32
    var namespace: UInt32
    var name: UInt32
}

/// Everything that the garbage collector took for gone in this run, by what it asked for.
///
/// Whether an object was asked for as an owner or as an item makes no difference: either way its
/// dependents find it in the cache of absent owners (F6.9, F6.19).
struct Condemnations: Sendable {
    private(set) var all: [Coordinates: [Condemnation]] = [:]
    /// In the order of their first 404.
    private(set) var order: [Coordinates] = []

    init(_ run: RunView) {
        let mapper = RESTMapper(run)
        for entry in run.judged where run.role(entry.request) == .collector {
            let request = entry.request
            guard request.verb == .get, request.name != 0, run.subresource(request.resource) == 0,
                let strength = strength(entry, mapper, run)
            else { continue }
            let resource = run.names.resources[request.resource]
            let key = Coordinates(
                group: resource.group, version: resource.version, resource: resource.resource,
                namespace: request.namespace, name: request.name)
            if all[key] == nil { order.append(key) }
            all[key, default: []].append(
                Condemnation(
                    request: request, at: run.isAsRecorded ? request.at : run.endOf(request),
                    strength: strength, server: run.answeringServer(entry)))
        }
    }

    /// Nil for what condemns nothing.
    private func strength(
        _ entry: FindingsInput.Judged, _ mapper: RESTMapper, _ run: RunView
    ) -> Condemnation.Strength? {
        let request = entry.request
        let verdict = entry.verdict
        let id = run.resources[Int(request.resource)]
        let isSettling = run.control.isSettling(id, at: request.at)
        let isCertain = verdict.certainty == .certain && !isSettling
        guard run.isAsRecorded else {
            guard verdict.outcome == .wrongNotFound, !isSettling else { return nil }
            let column = run.columns[Int(request.resource)]
            switch mapper.knows(column, client: request.client, at: request.at) {
            // F6.7: a kind that is missing from discovery is safe; the GET would not be sent.
            case .no: return nil
            case .maybe: return .possible
            case .yes: return isCertain ? .certain : .possible
            }
        }
        if verdict.outcome == .wrongNotFound { return isCertain ? .certain : .possible }
        guard request.notFound.isRouteLevel else { return nil }
        return verdict.alternatives.contains(.wrongNotFound) ? .possible : .needsProof
    }
}

/// Whether the collector's REST mapper knows a kind in this run (F6.6, F6.7).
///
/// It goes by the last document that the controller-manager at that address asked for, from the
/// server it asked; where none is in the recording, by what all servers would say.
struct RESTMapper: Sendable {
    private struct Reading: Sendable {
        var at: Int64
        var server: Int
        var address: UInt32
    }

    private let run: RunView
    private let readings: [Reading]

    init(_ run: RunView) {
        self.run = run
        let path = run.names.strings.find("/apis")
        readings = run.controllers.compactMap { request in
            guard run.role(request) == .mapper, request.resource == 0, request.path == path,
                request.isSuccess, let server = run.serverNumber(request)
            else { return nil }
            return Reading(
                at: request.at, server: server, address: run.address(request.client))
        }
    }

    func knows(_ column: Int, client: UInt32, at instant: Int64) -> Known {
        guard let reading = reading(for: client, before: instant) else {
            return run.control.listsAnywhere(column, at: instant)
        }
        return run.control.listsAsAsked(reading.server, column, at: reading.at)
    }

    private func reading(for client: UInt32, before instant: Int64) -> Reading? {
        let address = run.address(client)
        let earlier = readings[..<readings.partitioningIndex { $0.at >= instant }]
        return earlier.last { $0.address == address } ?? earlier.last
    }
}
