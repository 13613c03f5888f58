public import Bytes

/// What a resource is called, each part an id in `Names.strings`.
public struct ResourceIDs: IDTuple {
    public let ids: SIMD4<UInt32>

    @inlinable public init(ids: SIMD4<UInt32>) { self.ids = ids }

    @inlinable
    public init(group: UInt32, version: UInt32, resource: UInt32, subresource: UInt32) {
        ids = SIMD4(group, version, resource, subresource)
    }

    @inlinable public var group: UInt32 { ids[0] }
    @inlinable public var version: UInt32 { ids[1] }
    @inlinable public var resource: UInt32 { ids[2] }
    @inlinable public var subresource: UInt32 { ids[3] }
}

/// Who asks, each part an id in `Names.strings`.
public struct ClientIDs: IDTuple {
    public let ids: SIMD4<UInt32>

    @inlinable public init(ids: SIMD4<UInt32>) { self.ids = ids }

    @inlinable
    public init(user: UInt32, userAgent: UInt32, address: UInt32 = 0, impersonated: UInt32 = 0) {
        ids = SIMD4(user, userAgent, address, impersonated)
    }

    @inlinable public var user: UInt32 { ids[0] }
    @inlinable public var userAgent: UInt32 { ids[1] }
    @inlinable public var address: UInt32 { ids[2] }
    @inlinable public var impersonated: UInt32 { ids[3] }

    /// The user that the client's requests run as: the impersonated one, where there is one.
    public var effectiveUser: UInt32 { impersonated != 0 ? impersonated : user }
}
