import Contracts
import SwiftProtobuf
import RPC
import Security
import ServiceKit
import Synchronization

/// Finds out on whose behalf a call is made: the system by its certificate, the person by what the system says and
/// what Registry's posts confirm. Confirmations are kept for a minute, so a post that ends is felt within that time.
final class CallerIdentification: Sendable {
    private struct Key: Hashable {
        var municipality: String
        var claim: GatewayRules.Claim
    }
    private struct Confirmation {
        var post: RegistryConfirmRoleResponse
        var until: ContinuousClock.Instant
    }
    /// So many confirmations are kept at most; all are dropped when there would be more.
    private static let confirmationsMax = 10_000

    private let services: Services
    private let county: String
    private let confirmed = Mutex<[Key: Confirmation]>([:])

    init(services: Services, county: String) {
        self.services = services
        self.county = county
    }

    /// The caller of a call, or the reason why the call is refused.
    func caller(of call: any ServerCall) async throws -> Caller {
        let context = call.context
        let peer = try GatewayRules.admit(context.peer, to: call.method, county: county)
        guard peer.kind == .system else {
            return Caller(system: peer, purpose: "operations")
        }
        let claim = try GatewayRules.claim(in: context.metadata)
        var caller = Caller(
            system: peer, purpose: try GatewayRules.purpose(in: context.metadata, claim: claim))
        guard let claim else { return caller }
        let post = try await confirmation(
            of: claim, municipality: peer.municipality, deadline: context.deadline)
        caller.person = claim.person
        caller.role = claim.role
        caller.post = PostID(post.postID)
        caller.institution = InstitutionID(post.institutionID)
        caller.institutionKind = post.institutionKind
        caller.className = post.className
        return caller
    }

    private func confirmation(
        of claim: GatewayRules.Claim, municipality: String, deadline: ContinuousClock.Instant
    ) async throws -> RegistryConfirmRoleResponse {
        let key = Key(municipality: municipality, claim: claim)
        let now = ContinuousClock.now
        if let kept = confirmed.withLock({ $0[key] }), kept.until > now { return kept.post }
        let request = RegistryConfirmRoleRequest.with {
            $0.municipality = municipality
            $0.personID = claim.person.data
            $0.role = claim.role
        }
        let post = try await services.call(RegistryMethods.confirmRole, request, parent: deadline)
        guard post.confirmed else {
            throw ServiceError(
                .notAllowed, "role-not-confirmed",
                "The register knows no present post that gives this person the role \"\(claim.role)\" here.")
        }
        confirmed.withLock {
            if $0.count >= Self.confirmationsMax { $0.removeAll() }
            $0[key] = Confirmation(post: post, until: now + .seconds(60))
        }
        return post
    }
}
