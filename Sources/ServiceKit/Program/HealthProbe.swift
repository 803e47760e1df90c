import Logging
import RPC

/// Asks a program of this machine whether it serves, with the program's own certificate: for a supervisor that starts
/// a command to learn of health. Opens no store.
struct HealthProbe {
    /// What came out.
    enum Finding: Sendable {
        case serving(PeerAddress, Duration)
        case notServing(String)
    }

    let deployment: Deployment
    /// How long the whole may take.
    let timeout: Duration

    /// One call of Health/Check over a connection of its own. The settings must be without faults.
    func run(at address: PeerAddress) async -> Finding {
        let quiet = Logger(label: "tugi.probe") { _ in SwiftLogNoOpLogHandler() }
        let client = Client(
            configuration: ClientConfiguration(
                addresses: [address], tls: deployment.tls, environmentID: deployment.environmentID,
                software: Software(name: "tugi-probe", version: ProgramVersion.current),
                expectedPeer: deployment.name, backoff: Backoff(first: .milliseconds(50)), patience: timeout),
            logger: quiet)
        let began = ContinuousClock.now
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await client.run() }
            defer { group.cancelAll() }
            do {
                let report = try await client.unary(
                    BuiltInMethods.healthCheck, .init(), CallOptions(timeout: timeout))
                guard report.state == .serving else {
                    let reason = report.reason.isEmpty ? "" : ": \(report.reason)"
                    return .notServing(
                        "\(deployment.name) at \(address) answers that it does not serve\(reason)")
                }
                return .serving(address, began.duration(to: .now))
            } catch {
                return .notServing(
                    "\(deployment.name) at \(address) is not reached: \(ProgramFailure(error).message)")
            }
        }
    }
}
