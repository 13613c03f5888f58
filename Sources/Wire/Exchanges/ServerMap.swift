/// Which API server listens at which address, as the user says.
public struct ServerMap: Sendable {
    private var names: [Endpoint: String] = [:]

    public init() {}

    public mutating func add(_ name: String, at endpoint: Endpoint) { names[endpoint] = name }

    /// The name of the server at an address; the address itself where nobody gave it a name.
    public func name(_ endpoint: Endpoint) -> String { names[endpoint] ?? endpoint.description }

    public func knows(_ endpoint: Endpoint) -> Bool { names[endpoint] != nil }
}
