import ArgumentParser
import Contracts
import FoundationEssentials
import Logging
import RPC
import Security
import SwiftProtobuf

/// How to reach the gateway and as whom; the same on every command.
///
/// What is not given comes from a profile: a small JSON file under `HOME/profiles` that says who somebody is
/// (certificate, municipality, person, role, purpose), so that `--as NAME` is enough.
struct ConnectionOptions: ParsableArguments {
    @Option(name: .long, help: "Folder with certificates/ and profiles/ (or TUGI_HOME; else ./data).")
    var home: String?

    @Option(name: .customLong("as"), help: "Profile to act as: HOME/profiles/NAME.json.")
    var profile: String?

    @Option(
        help:
            "Gateway as HOST:PORT; may be repeated by commas (or TUGI_GATEWAY; else the profile, else 127.0.0.1:7400)."
    )
    var gateway: String?

    @Option(help: "Certificate chain to show, PEM.")
    var certificate: String?

    @Option(help: "Key of that certificate, PEM.")
    var key: String?

    @Option(help: "Authority that the gateway's certificate must come from, PEM.")
    var authority: String?

    @Option(help: "Municipality (EHAK code); else the profile's.")
    var municipality: String?

    @Option(help: "Acting person's id; else the profile's.")
    var person: String?

    @Option(help: "Role of the acting person, e.g. class-teacher; else the profile's.")
    var role: String?

    @Option(help: "Why the data is needed, e.g. case-work; else the profile's.")
    var purpose: String?

    @Option(help: "The county's trust domain; else the profile's, else laane-viru.example.")
    var county: String?

    @Option(help: "Environment that both sides must name; else the profile's, else \"development\".")
    var environment: String?

    @Option(help: "Seconds that a call may take.")
    var timeout: Double?

    @Option(help: "Operation id (UUID) of this change: the same id again changes nothing.")
    var operationID: String?

    @Flag(help: "Print JSON instead of tables.")
    var json = false

    var output: Output { Output(json: json) }
}

/// Who acts, as a file: written by `main-job`, edited by hand.
struct Profile: Codable, Sendable, Equatable {
    var gateway: String?
    var certificate: String?
    var key: String?
    var authority: String?
    var municipality: String?
    var person: String?
    var role: String?
    var purpose: String?
    var environment: String?
    var county: String?

    /// Reads HOME/profiles/NAME.json; relative paths inside are relative to HOME.
    static func read(_ name: String, home: String) throws -> Profile {
        guard name.utf8.allSatisfy({ $0 != 0x2f && $0 != 0 }), !name.isEmpty, !name.hasPrefix(".") else {
            throw UsageError(
                "profile-name", "A profile's name holds no \"/\" and begins with no dot.",
                next: "give the name without folder and .json, e.g. --as class-teacher")
        }
        let path = "\(home)/profiles/\(name).json"
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw UsageError(
                "profile-missing", "There is no profile \(path).",
                next: "look what is in \(home)/profiles; give its parent folder as --home or TUGI_HOME")
        }
        guard let profile = try? JSONDecoder().decode(Profile.self, from: data) else {
            throw UsageError(
                "profile-unreadable", "\(path) is no profile.", next: "compare it with another one there")
        }
        return profile
    }
}

/// A connection to the gateway for the length of one command.
struct Session: Sendable {
    let channel: any CallChannel
    /// The municipality that the command is about.
    let municipality: String
    let output: Output
    private let metadata: Metadata
    private let timeout: Duration?
    private let fixedOperation: [UInt8]?
    /// How long a call is tried again while a program cannot be reached; nothing for a person at a prompt.
    private let patience: Duration

    init(
        channel: any CallChannel, municipality: String, output: Output, person: UUIDText? = nil,
        role: String? = nil,
        purpose: String? = nil, timeout: Duration? = nil, operation: [UInt8]? = nil,
        patience: Duration = .zero
    ) {
        self.channel = channel
        self.municipality = municipality
        self.output = output
        var metadata = Metadata()
        if let person { metadata["tugi-person"] = person.bytes }
        if let role { metadata["tugi-role"] = Array(role.utf8) }
        if let purpose { metadata["tugi-purpose"] = Array(purpose.utf8) }
        self.metadata = metadata
        self.timeout = timeout
        fixedOperation = operation
        self.patience = patience
    }

    /// One call; a changing one carries an operation id that stays the same over all tries of this command.
    func call<Request, Response>(
        _ method: Method<Request, Response>, _ request: Request, operation: [UInt8]? = nil
    ) async throws -> Response {
        // Made before the first try: whatever became of a try that was cut off, the next one cannot do it twice.
        let options = options(method.descriptor, operation: operation)
        return try await patiently { try await channel.unary(method, request, options) }
    }

    /// One call with several requests, for methods that take a stream and answer once.
    func send<Request, Response>(
        _ method: Method<Request, Response>, _ requests: [Request]
    ) async throws -> Response {
        let options = options(method.descriptor)
        return try await patiently {
            let call = try await channel.open(method.descriptor, options)
            do {
                for request in requests { try await call.send(try encode(request)) }
                try await call.finishSending()
                guard let buffer = try await call.receive() else {
                    throw RPCError(
                        .internal, reason: "response-missing", message: "The call ended without an answer.")
                }
                // The call has ended well only when nothing follows.
                _ = try await call.receive()
                return try decode(buffer)
            } catch {
                call.cancel()
                throw error
            }
        }
    }

    /// One call whose answer comes in several messages.
    func collect<Request, Response>(
        _ method: Method<Request, Response>, _ request: Request
    ) async throws -> [Response] {
        try await patiently {
            let call = try await channel.open(method.descriptor, options(method.descriptor))
            do {
                try await call.send(try encode(request))
                try await call.finishSending()
                var responses: [Response] = []
                while let buffer = try await call.receive() { responses.append(try decode(buffer)) }
                return responses
            } catch {
                call.cancel()
                throw error
            }
        }
    }

    /// Does it again while a program cannot be reached, until patience ends. `body` must be safe to repeat.
    func patiently<Result>(_ body: () async throws -> Result) async throws -> Result {
        let end = ContinuousClock.now + patience
        while true {
            do {
                return try await body()
            } catch let error as RPCError
                where error.code == .unavailable && ConnectionTrouble(error) == nil
                && ContinuousClock.now < end
            {
                try await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    /// What a call of this session carries.
    func options(_ method: MethodDescriptor, operation: [UInt8]? = nil) -> CallOptions {
        CallOptions(
            timeout: timeout,
            operationID: method.mutating ? operation ?? fixedOperation ?? UUIDText.newOperation().bytes : nil,
            metadata: metadata)
    }
}

/// Sixteen bytes that people see as a UUID.
struct UUIDText: Sendable, Hashable, CustomStringConvertible {
    let bytes: [UInt8]

    init(bytes: some Collection<UInt8>) { self.bytes = Array(bytes) }

    init(_ text: String, what: String) throws {
        guard let uuid = UUID(uuidString: text) else {
            throw UsageError(
                "id-malformed", "\(what) is an id such as 0198c0de-0000-7000-8000-000000000000.",
                next: "copy the id from the list that shows it")
        }
        bytes = withUnsafeBytes(of: uuid.uuid) { Array($0) }
    }

    /// UUIDv7 (RFC 9562): time in milliseconds, then random bits.
    static func newOperation() -> UUIDText {
        let milliseconds = UInt64(max(0, Date().timeIntervalSince1970 * 1000))
        var bytes = SecureRandom.bytes(16)
        for index in 0..<6 {
            bytes[index] = UInt8(truncatingIfNeeded: milliseconds >> UInt64(40 - 8 * index))
        }
        bytes[6] = bytes[6] & 0x0f | 0x70
        bytes[8] = bytes[8] & 0x3f | 0x80
        return UUIDText(bytes: bytes)
    }

    /// Derived from a name: the same name always gives the same id (RFC 9562, version 8).
    static func derived(_ name: String) -> UUIDText {
        var bytes = Array(Digest.sha256(Array(name.utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0f | 0x80
        bytes[8] = bytes[8] & 0x3f | 0x80
        return UUIDText(bytes: bytes)
    }

    var data: Data { Data(bytes) }

    var description: String {
        guard bytes.count == 16 else { return "" }
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return text
    }
}

/// The id in a bytes field, as text; empty when there is none.
func text(_ id: Data) -> String { UUIDText(bytes: id).description }
