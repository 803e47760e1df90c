public import Logging
public import ServiceLifecycle

/// The kit's standing work beside the calls: seals audit entries within seconds, tries parked events again each minute,
/// forgets old operations each hour. A failure is logged and tried again at the next turn.
public struct Housekeeping: Service {
    private let kit: StandingKit
    private let endpoint: any ServiceEndpoint
    private let logger: Logger
    /// Entries are sealed within five seconds.
    private let sealEvery: Duration

    /// `sealEvery`: the wait between two rounds of the audit's sealer.
    public init(
        kit: StandingKit, endpoint: any ServiceEndpoint, sealEvery: Duration = .seconds(2),
        logger: Logger = Logger(label: "tugi.housekeeping")
    ) {
        self.kit = kit
        self.sealEvery = sealEvery
        self.logger = logger
        self.endpoint = endpoint
    }

    /// Works until the service group shuts down; seals once more what was written during the drain.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await attempt("look for leftovers") { try await kit.lookForLeftovers() }
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await every(sealEvery, "seal audit") { try await kit.sealAudit() } }
                group.addTask {
                    await every(.seconds(60), "retry parked events") {
                        try await kit.retryParked(by: endpoint)
                    }
                }
                group.addTask { await every(.seconds(3600), "forget old") { try await kit.forgetOld() } }
            }
        }
        // What was written during the drain is sealed too.
        await attempt("seal audit") { try await kit.sealAudit() }
    }

    private func every(_ pause: Duration, _ what: String, _ work: () async throws -> Void) async {
        while !Task.isCancelled {
            await attempt(what, work)
            try? await Task.sleep(for: pause)
        }
    }

    private func attempt(_ what: String, _ work: () async throws -> Void) async {
        do {
            try await work()
        } catch is CancellationError {
            return
        } catch {
            logger.warning(
                "standing work failed and will be tried again",
                metadata: ["work": "\(what)", "cause": "\(FailureText.describe(error))"])
        }
    }
}
