import Contracts
import RPC
import Store
import SwiftProtobuf

/// `Store/Status`: what county IT may know of the store, without anything of any child.
extension ServiceHandler {
    func status(_ request: CommonStoreStatusRequest) async throws -> CommonStoreStatusResponse {
        if let (code, refusal) = kit.inspection.refusedWrites.min(by: { $0.key < $1.key }) {
            throw RPCError(
                .failedPrecondition, reason: "store-not-written",
                message: "Partition \(code) cannot be written. \(refusal.message)")
        }
        var response = CommonStoreStatusResponse()
        for code in try await kit.store.codes() {
            response.partitions.append(try await status(of: code, withDigest: request.withDigest))
        }
        return response
    }

    private func status(of code: String, withDigest: Bool) async throws -> CommonStoreStatusResponse.Partition
    {
        let database = try await kit.store.partition(code)
        let (pending, parked) = try await database.read { transaction in
            (try Outbox.pending(in: transaction), try Inbox.parked(in: transaction))
        }
        var status = CommonStoreStatusResponse.Partition()
        status.code = code
        status.outboxPending = UInt64(clamping: pending)
        status.inboxParked = UInt64(clamping: parked)
        status.schema = kit.store.schema() ?? ""
        status.bytes = try await kit.inspection.bytes(code)
        if withDigest {
            status.digest = try await kit.inspection.domainDigest(code)
            let chain = AuditChain(vault: kit.vault, partition: code)
            if case .whole = try await chain.verify(in: database) { status.auditChainWhole = true }
        }
        return status
    }
}
