import Foundation
import RPC

/// One line of standard input: what the runner wants done. Which fields count depends on `what`.
struct Command: Decodable {
    /// The answer has it too; servers, clients and calls are named by the command that made them.
    var id: Int
    var what: String
    /// `server`, `client`: bounds that differ from the defaults, times in milliseconds.
    var limits: [String: Int]?
    /// `server`, `client`: the name of the certificate.
    var certificate: String?
    var environment: String?
    /// `server`: the certificate authority's revocation list.
    var revocations: String?
    /// `client`: where the server is, and what its certificate must say.
    var port: Int?
    var peer: String?
    var retries: Int?
    /// `drain`, `health`, `reload`.
    var server: Int?
    var service: String?
    var serving: Bool?
    /// `call`, `close`.
    var client: Int?
    /// `cancel`.
    var call: Int?
    var method: String?
    var steps: [Step]?
    var milliseconds: Int?
    var metadata: [String: Data]?
    var operation: Data?
    var trace: Data?
    var compress: Bool?

    /// What a caller does, one after another.
    enum Step: Decodable {
        case send(Data)
        case finish
        case receive
        /// Takes responses to the end.
        case rest
        case cancel
        /// Does nothing until the call is cancelled.
        case hold
        /// By the client's function for calls of one request and one response.
        case unary(Data)

        private enum Key: String, CodingKey { case send, unary }

        init(from decoder: any Decoder) throws {
            if let word = try? decoder.singleValueContainer().decode(String.self) {
                switch word {
                case "finish": self = .finish
                case "receive": self = .receive
                case "rest": self = .rest
                case "cancel": self = .cancel
                case "hold": self = .hold
                default: throw Trouble(text: "unknown step \(word)")
                }
                return
            }
            let keyed = try decoder.container(keyedBy: Key.self)
            if let request = try keyed.decodeIfPresent(Data.self, forKey: .unary) {
                self = .unary(request)
            } else {
                self = .send(try keyed.decode(Data.self, forKey: .send))
            }
        }
    }

    func options() -> CallOptions {
        var options = CallOptions(
            timeout: milliseconds.map { .milliseconds($0) }, operationID: operation.map { Array($0) },
            traceContext: trace.map { Array($0) }, compress: compress ?? false)
        for (name, value) in metadata ?? [:] { options.metadata[name] = Array(value) }
        return options
    }

    func rpcLimits() throws -> RPCLimits {
        var result = RPCLimits()
        // The runner comes again for each case.
        result.handshakesPerSpanMax = 100_000
        for (name, value) in limits ?? [:] { try result.set(name, value) }
        return result
    }
}

extension RPCLimits {
    fileprivate mutating func set(_ name: String, _ value: Int) throws {
        switch name {
        case "message": messageBytesMax = value
        case "calls": callsMax = value
        case "budget": receiveBudgetBytes = value
        case "metadata": metadataBytesMax = value
        case "entries": metadataEntriesMax = value
        case "window": streamWindowBytes = value
        case "connections": connectionsMax = value
        case "connections-per-peer": connectionsPerPeerMax = value
        case "deadline": deadlineMax = .milliseconds(value)
        case "handshake": handshakeTimeout = .milliseconds(value)
        case "frame": frameTimeout = .milliseconds(value)
        case "rate": frameBytesPerSecondMin = value
        case "quiet": keepaliveInterval = .milliseconds(value)
        case "pong": keepaliveTimeout = .milliseconds(value)
        case "idle": idleTimeout = .milliseconds(value)
        case "age": connectionAgeMax = .milliseconds(value)
        case "grace": drainGrace = .milliseconds(value)
        default: throw Trouble(text: "unknown limit \(name)")
        }
    }
}

/// One line of standard output.
struct Answer: Encodable {
    var id: Int
    var port: Int?
    /// How a call ended, in the words of wire.md.
    var code: String?
    var reason: String?
    var message: String?
    var advice: String?
    var afterMilliseconds: Int?
    var details: Data?
    /// The responses that the caller took.
    var messages: [Data]?
    /// The command itself could not be done.
    var trouble: String?
}

/// What is wrong with a command.
struct Trouble: Error, CustomStringConvertible {
    var text: String
    var description: String { text }
}

extension RetryAdvice {
    var words: (advice: String, milliseconds: Int) {
        switch self {
        case .doNot: ("doNot", 0)
        case .neverSeen: ("neverSeen", 0)
        case .after(let time):
            (
                "after",
                Int(time.components.seconds) * 1000
                    + Int(time.components.attoseconds / 1_000_000_000_000_000)
            )
        }
    }
}
