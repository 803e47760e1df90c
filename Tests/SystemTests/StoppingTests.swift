import Contracts
import Foundation
import Logging
import RPC
import Security
import ServiceKit
import Subprocess
import SwiftProtobuf
import TestSupport
import Testing

/// A peer of one program with the gateway's certificate.
struct Peer {
    let county: County
    let client: Client

    static func with<Result: Sendable>(
        _ name: String, of county: County, _ body: (Peer) async throws -> Result
    ) async throws -> Result {
        let client = Client(
            configuration: ClientConfiguration(
                addresses: [PeerAddress(host: "127.0.0.1", port: county.port(name))],
                tls: TLSConfiguration(directory: county.folder + "/certificates", name: "gateway"),
                environmentID: "laane-viru.example/development",
                software: Software(name: "test", version: "1"), expectedPeer: name),
            logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() })
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await client.run() }
            defer { group.cancelAll() }
            return try await body(Peer(county: county, client: client))
        }
    }

    /// Delivers one event as the relay does: a call that writes to partition 0060.
    func deliver(to service: String, sequence: UInt64 = 1) async throws -> CommonInboxDeliverResponse {
        let clock = try #require(SystemWallClock())
        let signer = AssertionSigner(
            key: try SigningKey(pemFile: county.folder + "/certificates/assertion.key"), clock: clock)
        let method = CommonMethods.inboxDeliver
        var options = CallOptions(operationID: OperationID(madeAt: clock.now()).bytes)
        options.metadata[bytes: CallMetadata.assertion] = try signer.assertion(
            for: .program("gateway"), audience: service, methods: [method.descriptor.id])
        let event = EventEnvelope.with {
            $0.eventID = EventID(madeAt: clock.now()).data
            $0.source = "synthetic"
            $0.partition = "0060"
            $0.sequence = sequence
        }
        return try await client.unary(method, .with { $0.events = [event] }, options)
    }

    /// Waits until so many calls run, this question among them.
    func untilRunning(_ count: UInt32) async throws {
        while true {
            let report = try await client.unary(BuiltInMethods.introspectionConnections, .init())
            if report.connections.reduce(0, { $0 + $1.callsRunning }) >= count { return }
        }
    }

    /// Watches health; gives what is told first and a function for what comes next (nil: no more).
    func watch() async throws -> any ClientCall {
        let watch = try await client.open(BuiltInMethods.healthWatch.descriptor, CallOptions())
        try await watch.send(encode(RPCHealthRequest()))
        try await watch.finishSending()
        return watch
    }
}

extension ClientCall {
    func nextHealth() async throws -> RPCHealthState? {
        guard let buffer = try await receive() else { return nil }
        let report: RPCHealthReport = try decode(buffer)
        return report.state
    }
}

@Suite("How the five real programs begin and end", .serialized)
struct StoppingTests {
    @Test("A call under way at SIGTERM is answered, and the program ends with 0", arguments: County.services)
    func callUnderWay(_ name: String) async throws {
        try await County.with { county in
            let (status, response) = try await Peer.with(name, of: county) { peer in
                let watch = try await peer.watch()
                #expect(try await watch.nextHealth() == .serving)
                #expect(try await County.run(name, ["probe"] + county.options(name)).status == 0)
                // Another process holds the only place to write: the call waits for it.
                let held = HeldFile("\(county.folder)/\(name)/0060.sqlite")
                return try await held.during { release in
                    async let answer = peer.deliver(to: name)
                    try await peer.untilRunning(3)
                    county.signal(name, SIGTERM)
                    #expect(try await watch.nextHealth() == .notServing)
                    #expect(try await watch.nextHealth() == nil)
                    county.signal(name, SIGTERM)
                    let probe = try await County.run(name, ["probe"] + county.options(name))
                    #expect(probe.status == 1)
                    release()
                    let response = try await answer
                    return (await county.stop(name), response)
                }
            }
            #expect(status == 0)
            #expect(response.sequence == 1)
        }
    }

    @Test("The gateway's call under way at SIGTERM is answered, and it ends with 0")
    func gatewayCallUnderWay() async throws {
        try await County.with { county in
            let (status, answer) = try await Peer.with("gateway", of: county) { peer in
                let watch = try await peer.watch()
                #expect(try await watch.nextHealth() == .serving)
                #expect(try await County.run("gateway", ["probe"] + county.options("gateway")).status == 0)
                // A service that does not answer holds the call up; the gateway's own health is not changed by it.
                county.signal("registry", SIGSTOP)
                defer { county.signal("registry", SIGCONT) }
                #expect(try await County.run("gateway", ["probe"] + county.options("gateway")).status == 0)
                async let answer = county.tugi("status", "--json")
                try await peer.untilRunning(3)
                county.signal("gateway", SIGTERM)
                #expect(try await watch.nextHealth() == .notServing)
                county.signal("gateway", SIGTERM)
                #expect(try await County.run("gateway", ["probe"] + county.options("gateway")).status == 1)
                county.signal("registry", SIGCONT)
                let said = try await answer
                return (await county.stop("gateway"), said)
            }
            #expect(status == 0)
            #expect(answer.status == 0, "\(answer.output) \(answer.messages)")
        }
    }
}

/// A store's file whose place to write another process holds.
private struct HeldFile {
    let path: String

    init(_ path: String) { self.path = path }

    /// Holds the file until `release` is called or `body` ends.
    func during<Result: Sendable>(
        _ body: @Sendable @escaping (_ release: @Sendable () -> Void) async throws -> Result
    ) async throws -> Result {
        let script = """
            import sqlite3, sys
            held = sqlite3.connect(sys.argv[1], isolation_level=None)
            held.execute("PRAGMA journal_mode = WAL")
            held.execute("BEGIN IMMEDIATE")
            print("held", flush=True)
            sys.stdin.read()
            held.execute("ROLLBACK")
            """
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, path]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        #expect(try output.fileHandleForReading.read(upToCount: 5) == Data("held\n".utf8))
        defer {
            try? input.fileHandleForWriting.close()
            process.waitUntilExit()
        }
        let writing = input.fileHandleForWriting
        return try await body { try? writing.close() }
    }
}

extension StoppingTests {
    @Test(
        "SIGTERM before the stores are open ends a program at once, with 0 when it serves",
        arguments: County.services)
    func early(_ name: String) async throws {
        let folder = try TemporaryFolder("early")
        let certificates = folder.path + "/certificates"
        try await Repository.certificates(into: certificates)
        let file = "\(folder.path)/\(name)/0060.sqlite"
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
        let arguments = [
            "serve", "--listen", "127.0.0.1:0", "--certificate", "\(certificates)/\(name).pem", "--key",
            "\(certificates)/\(name).key", "--authority", "\(certificates)/ca.pem", "--data", folder.path,
            "--keys",
            "\(folder.path)/keys", "--assertion-key", "\(certificates)/assertion.pub",
        ]
        // The first file cannot be brought to the schema while another process holds it.
        try await HeldFile(file).during { _ in
            let result = try await Subprocess.run(
                .name("sh"),
                arguments: Arguments(
                    ["-c", "exec \"$0\" \"$@\"", "\(Repository.products)/tugi-\(name)"] + arguments),
                input: .none,
                output: .discarded, error: .discarded
            ) { execution in
                let process = execution.processIdentifier.value
                while !Self.hasOpened(file, process) { await Task.yield() }
                _ = Foundation.kill(process, SIGTERM)
            }
            #expect(result.terminationStatus == .exited(0))
        }
    }

    private static func hasOpened(_ file: String, _ process: pid_t) -> Bool {
        let folder = "/proc/\(process)/fd"
        let open = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        // A program that has ended has none open, not even its standard ones.
        return open.isEmpty
            || open.contains { number in
                let place = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(number)")
                return place?.hasSuffix(file) == true
            }
    }

    @Test("Programs that migrate one store at the same time wait for each other", arguments: County.services)
    func migrateTogether(_ name: String) async throws {
        let folder = try TemporaryFolder("migrate")
        let arguments = ["migrate", "--data", folder.path, "--keys", "\(folder.path)/keys"]
        let answers = try await withThrowingTaskGroup(of: County.Answer.self) { group in
            for _ in 0..<3 { group.addTask { try await County.run(name, arguments) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for answer in answers {
            #expect(answer.status == 0, "\(answer.messages)")
            #expect(answer.output == answers[0].output && answer.output.hasPrefix("9 partitions"))
        }
        let verified = try await County.run(
            name, ["verify", "--data", folder.path, "--keys", "\(folder.path)/keys"])
        #expect(verified.status == 0)
    }
}
