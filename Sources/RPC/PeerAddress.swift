/// Where a program listens: a name or number, and a port.
public struct PeerAddress: Sendable, Hashable, CustomStringConvertible {
    /// A DNS name, an IPv4 or an IPv6 address; the latter without brackets.
    public var host: String
    /// TCP port, 0 to 65,535; 0 where a listener takes any free one.
    public var port: Int

    /// All values as documented at the properties; nothing is checked.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads "host:port", "1.2.3.4:7401" or "[::1]:7401"; nil for anything else.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty else { return nil }
        self.init(host: String(host), port: port)
    }

    /// "host:port", an IPv6 address in brackets; ``init(_:)`` reads it again.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
