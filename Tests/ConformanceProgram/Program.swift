import Foundation
import Logging
import RPC
import Security
import Synchronization

/// Servers and clients of the real RPC, run as the commands say.
final class Program: Sendable {
    private struct State {
        var servers: [Int: Server] = [:]
        var health: [Int: HealthRegistry] = [:]
        var clients: [Int: (client: Client, running: Task<Void, any Error>)] = [:]
        var calls: [Int: Task<Answer, any Error>] = [:]
    }

    private let certificates: String
    private let logger: Logger
    private let state = Mutex(State())

    init(certificates: String, logger: Logger) {
        self.certificates = certificates
        self.logger = logger
    }

    func perform(_ command: Command) async -> Answer {
        do {
            switch command.what {
            case "server": return try await startServer(command)
            case "client": return try startClient(command)
            case "call": return try await call(command)
            case "cancel": state.withLock { $0.calls[command.call ?? 0] }?.cancel()
            case "close":
                let entry = state.withLock { $0.clients.removeValue(forKey: command.client ?? 0) }
                entry?.client.shutDown()
                try await entry?.running.value
            case "drain": try server(command).drain()
            case "nothing": break
            case "reload": try server(command).reloadCertificates()
            case "health":
                let health = state.withLock { $0.health[command.server ?? 0] }
                health?.set(command.serving == true ? .serving : .notServing, service: command.service ?? "")
            default: throw Trouble(text: "unknown command \(command.what)")
            }
            return Answer(id: command.id)
        } catch let error as RPCError {
            return Answer(
                id: command.id, code: "\(error.code)", reason: error.reason, message: error.message)
        } catch {
            return Answer(id: command.id, trouble: "\(error)")
        }
    }

    private func tls(_ command: Command, _ name: String) -> TLSConfiguration {
        var tls = TLSConfiguration(directory: certificates, name: command.certificate ?? name)
        tls.trustRootsFile = "\(certificates)/ca.pem"
        tls.revocationListFile = command.revocations
        return tls
    }

    private func startServer(_ command: Command) async throws -> Answer {
        let health = HealthRegistry()
        let server = Server(
            configuration: ServerConfiguration(
                tls: tls(command, "registry"),
                environmentID: command.environment ?? "laane-viru.example/conformance",
                software: Software(name: "conformance-program", version: "1"),
                limits: try command.rpcLimits()),
            handler: InteropHandler(holds: Holds()), health: health, logger: logger)
        // Ends with the program.
        Task { try await server.run() }
        let port = try await server.boundAddress.port
        state.withLock {
            $0.servers[command.id] = server
            $0.health[command.id] = health
        }
        return Answer(id: command.id, port: port)
    }

    private func server(_ command: Command) throws -> Server {
        guard let server = state.withLock({ $0.servers[command.server ?? 0] }) else {
            throw Trouble(text: "no such server")
        }
        return server
    }

    private func startClient(_ command: Command) throws -> Answer {
        let client = Client(
            configuration: ClientConfiguration(
                addresses: [PeerAddress(host: "127.0.0.1", port: command.port ?? 0)],
                tls: tls(command, "gateway"),
                environmentID: command.environment ?? "laane-viru.example/conformance",
                software: Software(name: "conformance-program", version: "1"),
                expectedPeer: command.peer ?? "registry", limits: try command.rpcLimits(),
                backoff: Backoff(first: .milliseconds(10), longest: .milliseconds(200)),
                retriesMax: command.retries ?? 0),
            logger: logger)
        let running = Task { try await client.run() }
        state.withLock { $0.clients[command.id] = (client, running) }
        return Answer(id: command.id)
    }

    private func call(_ command: Command) async throws -> Answer {
        guard let client = state.withLock({ $0.clients[command.client ?? 0]?.client }) else {
            throw Trouble(text: "no such client")
        }
        let task = Task { try await Caller(client: client, command: command).run() }
        state.withLock { $0.calls[command.id] = task }
        defer { state.withLock { _ = $0.calls.removeValue(forKey: command.id) } }
        return try await task.value
    }
}
