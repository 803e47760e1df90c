import Foundation
import Subprocess
import Synchronization
import Testing

/// The five real programs, started in a folder of their own with an authority of their own, and driven as people and
/// municipalities drive them: by the command line.
final class County: Sendable {
    static let services = ["registry", "risk", "referral", "training"]
    static let programs = services + ["gateway"]

    let folder: String
    private let running = Mutex<[String: Running]>([:])
    private let starts: AsyncStream<Start>.Continuation

    /// A program that runs: where it listens, and how to learn of its end.
    private struct Running {
        var port: Int
        var process: pid_t
        var ended: AsyncStream<Int32>
    }
    private struct Start: Sendable {
        var name: String
        var arguments: [String]
        /// Words before the program's own.
        var within: [String]
        var ready: CheckedContinuation<Void, any Error>
    }
    struct Trouble: Error, CustomStringConvertible {
        var description: String
    }

    private init(folder: String, starts: AsyncStream<Start>.Continuation) {
        self.folder = folder
        self.starts = starts
    }

    /// A county for the length of `body`; everything is ended and removed afterwards.
    static func with(_ body: @Sendable (County) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tugi-\(UUID().uuidString)")
            .path()
        try FileManager.default.createDirectory(atPath: folder + "/logs", withIntermediateDirectories: true)
        let (requests, starts) = AsyncStream.makeStream(of: Start.self)
        let county = County(folder: folder, starts: starts)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await Repository.certificates(into: folder + "/certificates")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await county.launch(requests) }
            do {
                for name in programs { try await county.start(name) }
                try await body(county)
            } catch {
                await county.stopAll()
                starts.finish()
                throw error
            }
            await county.stopAll()
            starts.finish()
            try await group.waitForAll()
        }
    }

    // MARK: - Programs

    /// Starts a program and waits until it says that it is ready; a program that ran before gets its port again.
    /// `within`: a command that gives its place to the program, whose words follow it.
    func start(_ name: String, within: [String] = []) async throws {
        let words = ["serve"] + options(name)
        try await withCheckedThrowingContinuation { ready in
            starts.yield(Start(name: name, arguments: words, within: within, ready: ready))
        }
    }

    /// The options with which a program runs here.
    func options(_ name: String) -> [String] {
        let port = running.withLock { $0[name]?.port } ?? 0
        var arguments = [
            "--listen", "127.0.0.1:\(port)", "--certificate", "\(folder)/certificates/\(name).pem",
            "--key", "\(folder)/certificates/\(name).key", "--authority", "\(folder)/certificates/ca.pem",
        ]
        if name == "gateway" {
            arguments += ["--signing-key", "\(folder)/certificates/assertion.key"]
            for service in County.services {
                arguments += ["--\(service)", "127.0.0.1:\(self.port(service))"]
            }
        } else {
            arguments += [
                "--data", folder, "--keys", "\(folder)/keys", "--assertion-key",
                "\(folder)/certificates/assertion.pub",
            ]
        }
        return arguments
    }

    /// A file of this county as a program sees it that runs with mounts of its own.
    func seen(by name: String, _ path: String) -> String {
        "/proc/\(running.withLock { $0[name]?.process } ?? 0)/root\(folder)/\(path)"
    }

    func port(_ name: String) -> Int { running.withLock { $0[name]?.port } ?? 0 }

    /// Ends a program at once, as a power cut would, and waits until it is gone.
    func kill(_ name: String) async { await end(name, SIGKILL) }

    /// Asks a program to end in order, and waits until it is gone.
    @discardableResult
    func stop(_ name: String) async -> Int32? { await end(name, SIGTERM) }

    /// Sends a signal and waits for nothing.
    func signal(_ name: String, _ signal: Int32) {
        guard let program = running.withLock({ $0[name] }) else { return }
        _ = Foundation.kill(program.process, signal)
    }

    /// Gives the exit code, once; nil when a signal ended the program or its end was waited for before.
    @discardableResult
    private func end(_ name: String, _ signal: Int32) async -> Int32? {
        guard let program = running.withLock({ $0[name] }) else { return nil }
        _ = Foundation.kill(program.process, signal)
        var code: Int32?
        for await ended in program.ended { code = ended }
        return code
    }

    private func stopAll() async {
        for name in County.programs.reversed() { await stop(name) }
    }

    private func launch(_ requests: AsyncStream<Start>) async {
        await withDiscardingTaskGroup { group in
            for await request in requests { group.addTask { await self.run(request) } }
        }
    }

    private func run(_ start: Start) async {
        let log = "\(folder)/logs/\(start.name).log"
        let (ended, end) = AsyncStream.makeStream(of: Int32.self)
        let waiting = Mutex<CheckedContinuation<Void, any Error>?>(start.ready)
        do {
            let result = try await Subprocess.run(
                // The shell gives its place to the program, so that its process id is the program's.
                .name("sh"),
                arguments: Arguments(
                    ["-c", "exec \"$0\" \"$@\" 2>>'\(log)'"] + start.within
                        + ["\(Repository.products)/tugi-\(start.name)"] + start.arguments),
                input: .none, output: .sequence, error: .discarded
            ) { execution in
                for try await line in execution.standardOutput.strings() {
                    guard let port = County.port(in: line) else { continue }
                    self.running.withLock {
                        $0[start.name] = Running(
                            port: port, process: execution.processIdentifier.value, ended: ended)
                    }
                    waiting.withLock { $0.take() }?.resume()
                }
            }
            if case .exited(let code) = result.terminationStatus { end.yield(code) }
        } catch {
            waiting.withLock { $0.take() }?.resume(throwing: error)
        }
        end.finish()
        let words = (try? String(contentsOfFile: log, encoding: .utf8))?.suffix(2000) ?? ""
        waiting.withLock { $0.take() }?.resume(
            throwing: Trouble(description: "tugi-\(start.name) ended before it was ready: \(words)"))
    }

    private static func port(in line: String) -> Int? {
        struct Ready: Decodable {
            var ready: Bool
            var port: Int
        }
        return (try? JSONDecoder().decode(Ready.self, from: Data(line.utf8)))?.port
    }

    // MARK: - The command line

    struct Answer: Sendable {
        var status: Int
        var output: String
        var messages: String

        func decoded<Value: Decodable>(_ type: Value.Type) throws -> Value {
            do {
                return try JSONDecoder().decode(type, from: Data(output.utf8))
            } catch {
                throw Trouble(description: "no \(type): \(output)\n\(messages)")
            }
        }
    }

    /// Runs `tugi-gateway` as somebody would, against this county.
    func tugi(_ arguments: String...) async throws -> Answer { try await tugi(arguments) }

    func tugi(_ arguments: [String], onMessage: (@Sendable (String) async throws -> Void)? = nil) async throws
        -> Answer
    {
        try await Self.run(
            "gateway", arguments,
            environment: ["TUGI_HOME": folder, "TUGI_GATEWAY": "127.0.0.1:\(port("gateway"))"],
            onMessage: onMessage)
    }

    /// Runs a program's command to its end.
    static func run(
        _ program: String, _ arguments: [String], environment: [Environment.Key: String?] = [:],
        onMessage: (@Sendable (String) async throws -> Void)? = nil
    ) async throws -> Answer {
        let messages = Mutex("")
        let result = try await Subprocess.run(
            .name("sh"),
            arguments: Arguments(
                ["-c", "exec \"$0\" \"$@\"", "\(Repository.products)/tugi-\(program)"] + arguments),
            environment: .inherit.updating(environment), input: .none, output: .string(limit: 16 << 20),
            error: .sequence
        ) { execution in
            for try await line in execution.standardError.strings() {
                messages.withLock { $0 += line + "\n" }
                try await onMessage?(line)
            }
        }
        var status = -1
        if case .exited(let code) = result.terminationStatus { status = Int(code) }
        return Answer(status: status, output: result.standardOutput, messages: messages.withLock { $0 })
    }
}

/// What the tests need of the checkout: the built programs, the scripts, and one input folder.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path()

    /// The folder of the built programs: that of the running test program.
    static let products: String = {
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: program).deletingLastPathComponent().path()
    }()

    static func run(_ program: String, _ arguments: [String]) async throws {
        let result = try await Subprocess.run(
            .name(program), arguments: Arguments(arguments), input: .none, output: .discarded,
            error: .string(limit: 1 << 20))
        guard case .exited(0) = result.terminationStatus else {
            throw County.Trouble(
                description: "\(program) \(arguments.joined(separator: " ")): \(result.standardError)")
        }
    }

    static func certificates(into folder: String) async throws {
        try await run("bash", ["\(root)/scripts/certificates", "--out", folder])
    }

    /// A small synthetic county, made once for all tests of a run.
    static func input(_ folder: String, pupils: Int = 400, seed: Int = 7) async throws {
        try await run(
            "python3",
            [
                "\(root)/scripts/python/generate_county.py", "--county",
                "\(root)/scripts/samples/county.json",
                "--out", folder, "--pupils", "\(pupils)", "--seed", "\(seed)",
            ])
    }
}
