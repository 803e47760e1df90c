import Contracts
import Logging
import RPC
import Security
import ServiceKit
import Store
import SwiftProtobuf
import Synchronization
import TestSupport
import Testing

@Suite("What a caller meets at a service's door")
struct HandlerTests {
    let head = Caller.synthetic(role: "head", person: .synthetic(7))

    func status(_ body: () async throws -> Void) async throws -> RPCError {
        try await #require(throws: RPCError.self) { try await body() }
    }

    @Test("Internal methods are for the county's programs only")
    func internalMethods() async throws {
        let bench = try await ServiceBench.start(SampleEndpoint.definition())
        let portal = Caller(
            system: PeerIdentity(
                county: ServiceBench.county, municipality: "0060", kind: .system, name: "portal"))
        for caller in [head, .operatorOfCounty(), portal] {
            let error = try await status {
                _ = try await bench.call(RegistryMethods.confirmRole, .init(), as: caller)
            }
            #expect(error.code == .permissionDenied)
            #expect(error.reason == "method-internal")
        }
        _ = try await bench.call(RegistryMethods.confirmRole, .init(), as: .program("gateway"))
    }

    @Test("Operators' methods are for operators and the gateway")
    func operatorMethods() async throws {
        let bench = try await ServiceBench.start(SampleEndpoint.definition())
        let error = try await status { _ = try await bench.call(GatewayMethods.status, .init(), as: head) }
        #expect(error.reason == "method-operator")
        _ = try await bench.call(GatewayMethods.status, .init(), as: .operatorOfCounty())
        _ = try await bench.call(GatewayMethods.status, .init(), as: .program("gateway"))
    }

    @Test("Unknown methods are answered as such")
    func unknownMethod() async throws {
        let bench = try await ServiceBench.start(SampleEndpoint.definition())
        let error = try await status {
            _ = try await bench.call(RegistryMethods.listTeams, .init(), as: head)
        }
        #expect(error.code == .unimplemented)
    }

    @Test("A service's error keeps its code, reason and advice")
    func mapping() {
        let cases: [(ServiceError.Code, StatusCode, Bool)] = [
            (.invalid, .invalidArgument, false), (.notFound, .notFound, false),
            (.notAllowed, .permissionDenied, false), (.conflict, .failedPrecondition, false),
            (.operationReused, .alreadyExists, false), (.tooMuch, .resourceExhausted, false),
            (.unavailable, .unavailable, true),
        ]
        for (code, status, again) in cases {
            let error = RPCError(answering: ServiceError(code, "some-reason", "Do this next."))
            #expect(error.code == status)
            #expect(error.reason == "some-reason")
            #expect(error.message == "Do this next.")
            #expect((error.retry != .doNot) == again)
        }
        #expect(RPCError(answering: StoreError(.busy, "x")).retry != .doNot)
        #expect(RPCError(answering: StoreError(.notWritten, "x")).code == .unavailable)
        #expect(RPCError(answering: StoreError(.damaged, "x")).code == .dataLoss)
        #expect(RPCError(answering: CancellationError()).code == .cancelled)
    }

    @Test("An unforeseen error becomes internal; neither caller nor log hear what it held")
    func unforeseen() async throws {
        let lines = LogLines()
        let (channel, signer) = try await lines.service()
        var options = CallOptions(operationID: OperationID.synthetic(1).bytes)
        options.traceContext = Array(repeating: 0xab, count: 25)
        options.metadata[bytes: CallMetadata.assertion] = try signer.assertion(
            for: head, audience: "registry", methods: [RegistryMethods.linkSpecialist.descriptor.id])
        let final = options
        let error = try await status {
            _ = try await channel.unary(
                RegistryMethods.linkSpecialist,
                .with {
                    $0.municipality = "0901"
                    $0.childID = ChildID.synthetic(17).data
                    $0.role = "unforeseen"
                }, final)
        }
        #expect(error.code == .internal)
        #expect(!error.message.contains("Näidis"))
        let line = try #require(lines.all.first)
        #expect(lines.all.count == 1)
        #expect(line.contains(#""status":"internal""#))
        #expect(line.contains(#""method":"tugi.registry.v1.Registry/LinkSpecialist""#))
        #expect(line.contains(#""trace":"\#(String(repeating: "ab", count: 16))""#))
        #expect(
            line.contains(#""system":"spiffe://laane-viru.example/municipality/0901/system/school-records""#))
        #expect(line.contains(#""cause":"Unforeseen""#))
        for secret in [
            "Näidis", ChildID.synthetic(17).description, PersonID.synthetic(7).description, "social",
        ] {
            #expect(!line.contains(secret))
        }
    }

    @Test("An operator's name does not come into the log")
    func operatorUnnamed() async throws {
        let lines = LogLines()
        let (channel, signer) = try await lines.service()
        var options = CallOptions()
        options.metadata[bytes: CallMetadata.assertion] = try signer.assertion(
            for: .operatorOfCounty("proovi-operaator-1"), audience: "registry",
            methods: [GatewayMethods.status.descriptor.id])
        _ = try await channel.unary(GatewayMethods.status, .init(), options)
        #expect(lines.all.count == 1)
        #expect(lines.all.allSatisfy { !$0.contains("operaator") })
    }

    @Test("Metadata that is not known to be harmless is withheld, and text is escaped")
    func withheld() {
        let lines = LogLines()
        lines.logger.info(
            "a \"quoted\"\nline", metadata: ["child": "Näidis Õpilane 17", "partition": "0901"])
        let line = lines.all.first ?? ""
        #expect(!line.contains("Näidis"))
        #expect(line.contains(#""withheld":"child""#))
        #expect(line.contains(#""partition":"0901""#))
        #expect(line.contains(#""message":"a \"quoted\"\nline""#))
        #expect(line.contains(#""time":"2026-02-02T06:00:00.000Z""#))
        #expect(line.utf8.count { $0 == 0x0a } == 1)
    }
}

/// Collects what a JSON log handler writes.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])
    private let clock = ManualClock(
        LocalDate(year: 2026, month: 2, day: 2) ?? LocalDate(dayNumber: 0),
        LocalTime(hour: 8, minute: 0) ?? .midnight)

    var all: [String] { lines.withLock { $0 } }

    var logger: Logger {
        Logger(label: "tests") { label in
            JSONLogHandler(label: label, service: "registry", level: .info, clock: self.clock) { line in
                self.lines.withLock { $0.append(line) }
            }
        }
    }

    /// The sample service, logging here.
    func service() async throws -> (InProcessChannel, AssertionSigner) {
        let bench = try await ServiceBench.start(SampleEndpoint.definition())
        let key = SigningKey.generate()
        let handler = ServiceHandler(
            kit: bench.kit, endpoint: bench.endpoint,
            verifier: AssertionVerifier(
                service: "registry", county: ServiceBench.county, key: key.verifyingKey, clock: bench.clock),
            logger: logger)
        let quiet = Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }
        return (
            InProcessChannel(handler: handler, identity: Caller.program("gateway").system, logger: quiet),
            AssertionSigner(key: key, clock: bench.clock)
        )
    }
}
