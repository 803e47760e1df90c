/// What the command line says.
struct BenchArguments {
    var isServer = false, isGateway = false
    var what = ""
    var certificates = ""
    var port = 0
    /// The processes that serve, whose CPU time counts too.
    var servers: [Int32] = []
    var seconds = 1.2
    /// Connections, or calls that are kept open: what the case says.
    var number = 1

    /// Seconds to warm up: a share of the measured time.
    var warmUp: Double { seconds * 0.4 }

    struct Wrong: Error { let text: String }

    init(_ words: [String]) throws {
        var words = words[...]
        switch words.popFirst() {
        case "server": isServer = true
        case "gateway": isGateway = true
        case "assertion": what = "assertion"
        case "client": what = words.popFirst() ?? ""
        default: throw Wrong(text: "say server, gateway, assertion or client CASE")
        }
        while let name = words.popFirst() {
            guard let value = words.popFirst() else { throw Wrong(text: "\(name) needs a value") }
            switch name {
            case "--certificates": certificates = value
            case "--port": port = try Self.number(value)
            case "--server": servers.append(Int32(clamping: try Self.number(value)))
            case "--seconds": seconds = Double(value) ?? seconds
            case "--number": number = try Self.number(value)
            default: throw Wrong(text: "unknown option \(name)")
            }
        }
    }

    private static func number(_ text: String) throws -> Int {
        guard let number = Int(text), number >= 0 else { throw Wrong(text: "\(text) is no number") }
        return number
    }
}
