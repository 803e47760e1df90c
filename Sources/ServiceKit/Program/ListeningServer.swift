#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
public import RPC
public import ServiceLifecycle

/// A server as a member of a service group: it tells standard output once where it listens, and drains when the group
/// shuts down.
public struct ListeningServer: Service {
    private let server: Server
    private let name: String

    /// `name`: as in the ready line, e.g. "registry".
    public init(_ server: Server, name: String) {
        self.server = server
        self.name = name
    }

    /// Serves until the group shuts down, then drains; prints the ready line when the address is known.
    public func run() async throws {
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                group.addTask { ReadyLine(service: name, address: try await server.boundAddress).print() }
                try await group.waitForAll()
            }
        } onGracefulShutdown: {
            server.drain()
        }
    }
}

/// The one line that a program prints when it can be called:
/// `{"ready":true,"service":"registry","host":"127.0.0.1","port":7401}`.
public struct ReadyLine: Sendable {
    /// As in settings and events: "registry".
    public var service: String
    /// Where the program listens; the port that was taken, never 0.
    public var address: PeerAddress
    /// More ports, by name ("json": 7443).
    public var more: [(name: String, port: Int)] = []

    /// All values as documented at the properties.
    public init(service: String, address: PeerAddress, more: [(name: String, port: Int)] = []) {
        self.service = service
        self.address = address
        self.more = more
    }

    /// The line without its end, as JSON.
    public var text: String {
        let others = more.map { ",\(JSONText.string($0.name)):\($0.port)" }.joined()
        return "{\"ready\":true,\"service\":\(JSONText.string(service)),"
            + "\"host\":\(JSONText.string(address.host)),\"port\":\(address.port)\(others)}"
    }

    /// Writes it at once, past any buffer.
    public func print() {
        let bytes = Array((text + "\n").utf8)
        _ = bytes.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
    }
}
