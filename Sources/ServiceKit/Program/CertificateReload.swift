public import Logging
public import ServiceLifecycle
import UnixSignals

/// Takes changed certificates, keys and revocation lists into use when the program gets SIGHUP: at once, instead of at the
/// next look that servers and clients take by themselves.
public struct CertificateReload: Service {
    private let logger: Logger
    private let reload: @Sendable () throws -> Void

    /// `reload`: what reads the files again; what it throws is logged, and the old ones stay in use.
    public init(logger: Logger, reload: @escaping @Sendable () throws -> Void) {
        self.logger = logger
        self.reload = reload
    }

    /// Until the group shuts down.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in await UnixSignalsSequence(trapping: .sighup) {
                do {
                    try reload()
                } catch {
                    logger.error(
                        "certificates not reloaded", metadata: ["reason": "\(ProgramFailure(error).message)"])
                }
            }
        }
    }
}
