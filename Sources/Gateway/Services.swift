import Contracts
import RPC
import Security
import ServiceKit
import SwiftProtobuf

/// The services behind the gateway, and the two ways to call them: as the gateway itself, and for a caller.
struct Services: Sendable {
    private let channels: [Peer: any CallChannel]
    private let signer: AssertionSigner
    /// The gateway as a caller: opens no data about children.
    let own: Caller

    init(channels: [Peer: any CallChannel], signer: AssertionSigner, county: String) {
        self.channels = channels
        self.signer = signer
        own = Caller(
            system: PeerIdentity(county: county, municipality: "0060", kind: .system, name: "gateway"),
            purpose: "operations")
    }

    func channel(_ peer: Peer) throws(RPCError) -> any CallChannel {
        guard let channel = channels[peer] else {
            throw RPCError(
                .unavailable, reason: "peer-not-configured",
                message:
                    "No address of \(peer.rawValue) is configured: set peers.\(peer.rawValue).addresses.",
                retry: .neverSeen)
        }
        return channel
    }

    /// What a call to `peer` carries when it is made for `caller`.
    func options(
        for caller: Caller, to peer: Peer, method: MethodDescriptor, parent: ContinuousClock.Instant?,
        operationID: [UInt8]? = nil, traceContext: [UInt8]? = nil
    ) throws -> CallOptions {
        var metadata = Metadata()
        metadata[bytes: "tugi-assertion"] = try signer.assertion(
            for: caller, audience: peer.rawValue, methods: [method.id])
        return CallOptions(
            parent: parent, operationID: operationID, metadata: metadata, traceContext: traceContext)
    }

    /// One unary call to the service that owns the method, as the gateway itself unless a caller is named.
    func call<Request, Response>(
        _ method: Method<Request, Response>, _ request: Request, as caller: Caller? = nil,
        parent: ContinuousClock.Instant? = nil, operationID: [UInt8]? = nil
    ) async throws -> Response {
        guard let peer = GatewayRules.owner(of: method.descriptor.id) else {
            throw RPCError(
                .internal, reason: "method-without-owner",
                message: "\(method.descriptor.name) belongs to no service.")
        }
        return try await call(
            method, request, to: peer, as: caller, parent: parent, operationID: operationID)
    }

    /// The same to a named service: for the methods that every service offers.
    func call<Request, Response>(
        _ method: Method<Request, Response>, _ request: Request, to peer: Peer, as caller: Caller? = nil,
        parent: ContinuousClock.Instant? = nil, operationID: [UInt8]? = nil
    ) async throws -> Response {
        let options = try options(
            for: caller ?? own, to: peer, method: method.descriptor, parent: parent, operationID: operationID)
        return try await reaching(peer) { try await $0.unary(method, request, options) }
    }

    /// Does something with the connection to `peer`; that it cannot be reached is told in words that help who asked,
    /// who knows neither our addresses nor our certificates.
    func reaching<Result>(
        _ peer: Peer, _ body: (any CallChannel) async throws -> Result
    ) async throws -> Result {
        do {
            return try await body(try channel(peer))
        } catch let error as RPCError where error.code == .unavailable && error.retry == .neverSeen {
            throw ServiceUnreachable(peer: peer, cause: error).told
        }
    }
}

/// A service that the gateway cannot reach.
struct ServiceUnreachable {
    static let reason = "service-unreachable"
    let peer: Peer
    let cause: RPCError

    /// The gateway has waited already; a client that tried again at once would only wait longer.
    var told: RPCError {
        RPCError(
            .unavailable, reason: Self.reason,
            message: "tugi-\(peer.rawValue) cannot be reached (\(cause.reason)); nothing was changed there. "
                + "Start it, or try again when it runs.",
            retry: .after(.seconds(1)))
    }
}
