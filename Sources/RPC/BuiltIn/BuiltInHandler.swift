import FoundationEssentials
import NIOCore
import Security
import SwiftProtobuf

/// The built-in services: every server answers about its health, version, methods and connections.
struct BuiltInHandler: CallHandler {
    let health: HealthRegistry
    let software: Software
    let environment: String
    let limits: RPCLimits
    let schema: RPCSchemaReport
    let monitor: ConnectionMonitor
    let mayInspect: @Sendable (PeerIdentity?) -> Bool

    /// The application's methods too: reflection tells all.
    let methods: [MethodDescriptor]
    private let reflection: RPCMethodsReport

    init(
        application: [MethodDescriptor], health: HealthRegistry, software: Software, environment: String,
        limits: RPCLimits, schema: [UInt8], monitor: ConnectionMonitor,
        mayInspect: @escaping @Sendable (PeerIdentity?) -> Bool
    ) {
        self.health = health
        self.software = software
        self.environment = environment
        self.limits = limits
        self.schema = .with {
            $0.descriptorSet = .init(schema)
            $0.digest = .init(Digest.sha256(schema))
        }
        self.monitor = monitor
        self.mayInspect = mayInspect
        methods = (BuiltInMethod.allCases.map(\.descriptor) + application).sorted { $0.id < $1.id }
        reflection = Self.report(on: methods)
    }

    func handle(_ call: any ServerCall) async throws {
        guard let method = BuiltInMethod(rawValue: call.method.id) else {
            throw RPCError.unknownMethod(call.method.id)
        }
        guard let request = try await call.receive() else { throw RPCError.requestMissing(call.method) }
        switch method {
        case .healthCheck: try await check(decode(request), call)
        case .healthWatch: try await watch(decode(request), call)
        case .healthList: try await reply(healthList, call)
        case .versionGet: try await reply(version, call)
        case .versionLimits: try await reply(RPCLimitsReport(limits), call)
        case .reflectionMethods: try await reply(reflection, call)
        case .reflectionSchema:
            guard !schema.descriptorSet.isEmpty else {
                throw RPCError(
                    .notFound, reason: "schema-unknown", message: "This program was made without its schema.")
            }
            try await reply(schema, call)
        case .introspectionConnections:
            guard mayInspect(call.context.peer) else {
                throw RPCError(
                    .permissionDenied, reason: "introspection-not-allowed",
                    message: "Only the county's own programs and operators may look at connections.")
            }
            try await reply(await monitor.report(), call)
        }
    }

    private func reply(_ message: some Message, _ call: any ServerCall) async throws {
        try await call.send(encode(message))
    }

    private func check(_ request: RPCHealthRequest, _ call: any ServerCall) async throws {
        guard let state = health.state(service: request.service) else {
            throw RPCError(
                .notFound, reason: "service-unknown",
                message: "No service of that name reports its health here.")
        }
        try await reply(RPCHealthReport(state, health.reason(service: request.service)), call)
    }

    private func watch(_ request: RPCHealthRequest, _ call: any ServerCall) async throws {
        let changes = health.changes()
        var shown = health.state(service: request.service)
        try await reply(RPCHealthReport(shown, health.reason(service: request.service)), call)
        for await _ in changes {
            let state = health.state(service: request.service)
            if state != shown {
                try await reply(RPCHealthReport(state, health.reason(service: request.service)), call)
            }
            shown = state
        }
        try Task.checkCancellation()
    }

    private var healthList: RPCHealthListReport {
        .with {
            $0.services = health.all().map { service, state in
                .with {
                    $0.service = service
                    $0.state = RPCHealthReport(state).state
                }
            }
        }
    }

    private var version: RPCVersionReport {
        var report = RPCVersionReport()
        report.software = software.name
        report.version = software.version
        report.protocol = Software.protocolName
        report.environment = environment
        return report
    }

    private static func report(on methods: [MethodDescriptor]) -> RPCMethodsReport {
        var report = RPCMethodsReport()
        report.methods = methods.map { RPCServedMethod($0) }
        let lines = report.methods.map(\.line).joined(separator: "\n")
        report.digest = .init(Digest.sha256(Array(lines.utf8)))
        return report
    }
}

/// Name and version of a program, as peers and operators see it.
public struct Software: Sendable, Hashable {
    /// The program's name: "tugi-registry".
    public var name: String
    /// The program's version: "0.1.0".
    public var version: String

    /// All values as documented at the properties.
    public init(name: String, version: String) {
        self.name = name
        self.version = version
    }

    /// "tugi-registry/0.1.0".
    var text: String { "\(name)/\(version)" }

    static let protocolName = "tugi/1"
}

extension RPCHealthReport {
    fileprivate init(_ state: HealthRegistry.State?, _ reason: String = "") {
        self.init()
        self.reason = state == .notServing ? reason : ""
        self.state =
            switch state {
            case .serving: .serving
            case .notServing: .notServing
            case nil: .serviceUnknown
            }
    }
}

extension RPCServedMethod {
    fileprivate init(_ method: MethodDescriptor) {
        self.init()
        id = method.id
        name = method.name
        kind = UInt32(method.kind.rawValue)
        mutating = method.mutating
        audience = UInt32(method.audience.rawValue)
        requestBytesMax = UInt64(clamping: method.requestBytesMax)
        responseBytesMax = UInt64(clamping: method.responseBytesMax)
        deadlineMilliseconds = UInt64(clamping: method.deadline.milliseconds)
    }

    /// What the digest covers, one line per method.
    fileprivate var line: String {
        "\(id) \(name) \(kind) \(mutating ? 1 : 0) \(audience) \(requestBytesMax) \(responseBytesMax)"
            + " \(deadlineMilliseconds)"
    }
}
