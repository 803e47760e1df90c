import Logging
import RPC
import ServiceLifecycle
import Store

/// A program whose store cannot be written does not serve: nothing is shown without its record, and nothing
/// kept. Tells health so, tries the store again and again, and tells when it can be written.
struct StoreWatch: Service {
    let store: SQLiteStore
    let health: HealthRegistry
    let logger: Logger
    /// The wait between two looks.
    var pause: Duration = .seconds(2)

    /// Why health says that the program does not serve.
    static let reason = "store-not-written"

    /// Until the group shuts down.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            var isRefused = false
            while !Task.isCancelled {
                let refusal = await refusal()
                if let refusal, !isRefused {
                    logger.error(
                        "the store cannot be written, so this program does not serve",
                        metadata: ["partition": "\(refusal.partition)", "what": "\(refusal.error.message)"])
                    health.set(.notServing, reason: Self.reason)
                } else if refusal == nil, isRefused {
                    logger.notice("the store can be written again")
                    health.set(.serving)
                }
                isRefused = refusal != nil
                try? await Task.sleep(for: pause)
            }
        }
    }

    /// A partition that the disk refuses to write still.
    private func refusal() async -> (partition: String, error: StoreError)? {
        for code in store.refusedWrites.keys { try? await store.tryWriting(code) }
        return store.refusedWrites.min { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
