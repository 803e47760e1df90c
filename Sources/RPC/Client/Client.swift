import Codec
public import Logging
public import NIOCore
import Security
import Synchronization

/// Makes calls over mutual TLS to one service, at one or several addresses; `run()` keeps the connections.
public final class Client: CallChannel {
    private let configuration: ClientConfiguration
    private let logger: Logger
    private let pool: ConnectionPool
    private let identity = Mutex<TLSIdentity?>(nil)
    let budget = RetryBudget()
    var retryWaitMax: Duration { configuration.retryWaitMax }
    /// How TLS handshakes with the servers ended.
    public let handshakes = HandshakeCounts(side: "client")

    /// Connects to nothing before ``run()``.
    public init(configuration: ClientConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        pool = ConnectionPool(addresses: configuration.addresses)
    }

    /// Connects to every address and again when a connection ends; returns when cancelled or shut down.
    /// Throws only when our own certificate or key cannot be used.
    public func run() async throws {
        let tls: TLSIdentity
        do {
            tls = try TLSIdentity(configuration.tls)
            identity.withLock { $0 = tls }
        } catch {
            let problem = RPCError(.failedPrecondition, reason: error.reason, message: error.message)
            // Begun first: whom a note wakes is told the reason, not that nothing runs yet.
            pool.start()
            for address in configuration.addresses {
                pool.note(ConnectFailure(problem, isLasting: true), of: address)
            }
            throw problem
        }
        pool.start()
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                let watch = configuration.limits.certificateCheckInterval
                group.addTask { await tls.watch(every: watch, self.logger) { self.judge(by: $0) } }
                await withDiscardingTaskGroup { connections in
                    for address in configuration.addresses {
                        connections.addTask { await self.keep(address, tls) }
                    }
                }
                group.cancelAll()
            }
        } onCancel: {
            shutDown()
        }
    }

    /// Reads certificate, key, authority and revocation list files again, for a program that is told to. New
    /// connections begin with them; open ones whose servers they do not vouch for take no more calls. Throws
    /// what is wrong with the files, and then nothing changes. Before ``run()`` nothing is to be done.
    public func reloadCertificates() throws(RPCError) {
        guard let identity = identity.withLock({ $0 }) else { return }
        do throws(SecurityError) {
            judge(by: try identity.reload())
        } catch {
            throw RPCError(.failedPrecondition, reason: error.reason, message: error.message)
        }
    }

    private func judge(by newest: TLSContext) {
        logger.notice("certificates reloaded", metadata: ["expiry": "\(newest.certificateExpiry)"])
        for connection in pool.all { connection.judge(by: newest, grace: configuration.limits.drainGrace) }
    }

    /// No new calls; connections close when their calls have ended, at the latest after the grace.
    public func shutDown() {
        for connection in pool.close() { connection.shutDown(grace: configuration.limits.drainGrace) }
    }

    /// Opens a call on a connection that takes it; waits for one up to the configuration's patience or the
    /// call's deadline. Throws for options that break the method's rules, and when no connection can be had.
    public func open(
        _ method: MethodDescriptor, _ options: CallOptions
    ) async throws(RPCError) -> any ClientCall {
        try CallRules.checkOpening(method, options, configuration.limits)
        let deadline = try CallRules.deadline(of: method, options, now: .now)
        let core = try await connect(method, options, deadline, attempt: 1)
        let call = PooledCall(client: self, method: method, options: options, deadline: deadline, core: core)
        // Where the server may speak first, it hears of the call at once.
        if !method.kind.oneRequest { core.ask() }
        return call
    }

    /// One request, one response, with fewer parts than ``open(_:_:)`` needs: most calls are such. Cancelling
    /// the task cancels the call.
    public func unary(
        _ method: MethodDescriptor, _ request: ByteBuffer, _ options: CallOptions
    ) async throws(RPCError) -> ByteBuffer {
        try CallRules.checkOpening(method, options, configuration.limits)
        try CallRules.checkRequest(request, of: method)
        let deadline = try CallRules.deadline(of: method, options, now: .now)
        var tries = CallTries()
        while true {
            let core: ClientCallCore
            do throws(RPCError) {
                core = try await connect(method, options, deadline, attempt: tries.attempt)
            } catch {
                throw tries.known(error)
            }
            do throws(RPCError) {
                let response = try await core.exchange(request)
                budget.succeeded()
                return response
            } catch {
                if Task.isCancelled { throw error }
                // Judged before it is counted, as in A6.
                let wait = tries.wait(after: error, of: method, options, until: deadline, by: self)
                if error.isTransient { budget.failed() }
                guard let wait else { throw tries.known(error) }
                tries.again(after: error)
                do { try await Task.sleep(for: wait) } catch { throw .callCancelled }
            }
        }
    }

    /// Where calls cost least: tasks that prefer this executor run on the event loop of one of the
    /// connections, so no call changes threads and what many ask for together leaves in one record. Such
    /// tasks must not block. Waits for a connection as a call does; throws when none can be had.
    public func executor() async throws(RPCError) -> any TaskExecutor {
        let patience = configuration.patience ?? configuration.limits.handshakeTimeout
        return try await pool.acquire(until: .now.advanced(by: patience)).loop
    }

    /// Whom it calls, for operators: the name that the certificate must show, else the addresses.
    var target: String {
        configuration.expectedPeer ?? configuration.addresses.map(\.description).joined(separator: ",")
    }

    var retriesMax: Int { min(configuration.retriesMax, 4) }

    /// One try of a call on a connection that can be used.
    func connect(
        _ method: MethodDescriptor, _ options: CallOptions, _ deadline: ContinuousClock.Instant,
        attempt: UInt8
    ) async throws(RPCError) -> ClientCallCore {
        let patience = configuration.patience.map { min(deadline, ContinuousClock.now.advanced(by: $0)) }
        let ready = pool.ready
        let connection = if let ready { ready } else { try await pool.acquire(until: patience ?? deadline) }
        return ClientCallCore(
            method: method, header: header(method, options, attempt), deadline: deadline,
            compress: options.compress, limits: configuration.limits, loop: connection.loop)
    }

    /// The deadline is set when the call leaves.
    private func header(_ method: MethodDescriptor, _ options: CallOptions, _ attempt: UInt8) -> CallHeader {
        let limits = configuration.limits
        var header = CallHeader(
            method: method.id, deadlineMilliseconds: 1,
            requestBytesMax: limits.windowBytes(
                messageBytesMax: method.requestBytesMax, single: method.kind.oneRequest),
            responseBytesMax: limits.windowBytes(
                messageBytesMax: method.responseBytesMax, single: method.kind.oneResponse))
        header.operationID = options.operationID.flatMap { OperationID(bytes: $0) }
        header.attempt = attempt
        header.traceContext = options.traceContext.flatMap { TraceContext(bytes: $0) }
        header.metadata = options.metadata.wire
        return header
    }

    /// Connects to one address, again and again.
    private func keep(_ address: PeerAddress, _ tls: TLSIdentity) async {
        var failures = 0
        while !pool.isClosed, !Task.isCancelled {
            do {
                let connection = try await ClientConnectionDoor.connect(
                    address, configuration, tls, handshakes, logger)
                let began = ContinuousClock.now
                pool.add(connection)
                if pool.isClosed { connection.shutDown(grace: configuration.limits.drainGrace) }
                await connection.untilUnusable()
                pool.remove(connection)
                // Who is thrown out again and again comes back more slowly too.
                failures = began.duration(to: .now) > configuration.backoff.longest ? 0 : failures + 1
                if failures <= 1 { continue }
            } catch {
                failures += 1
                let failure = ConnectFailure(error)
                pool.note(failure, of: address)
                logger.log(
                    level: failures == 1 ? .warning : .debug, "no connection",
                    metadata: [
                        "address": "\(address)", "reason": "\(failure.error.reason)",
                        "what": "\(failure.error.message)",
                    ])
            }
            let wait = configuration.backoff.wait(afterFailures: failures, random: .random(in: 0..<1))
            try? await Task.sleep(for: wait)
        }
    }
}
