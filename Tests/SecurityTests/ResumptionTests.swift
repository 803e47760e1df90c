import NIOCore
import Synchronization
import Testing

@testable import Security

/// A clock that stands where a test puts it.
final class ManualClock: Sendable {
    private let seconds: Mutex<Int64>
    init(_ seconds: Int64 = SystemTime.seconds()) { self.seconds = Mutex(seconds) }
    var now: @Sendable () -> Int64 { { self.seconds.withLock { $0 } } }
    func advance(_ by: Int64) { seconds.withLock { $0 += by } }
}

/// Connects, and answers whether the server saw a resumed session; the client has got a ticket then.
func isResumed(
    _ client: TLSContext, _ listener: Listener, as name: String? = "server", expecting: PeerIdentity? = nil
) async throws -> Bool {
    let end = try await connect(client, port: listener.port, expecting: expecting, resuming: name)
    let accepted = try await listener.accepted()
    // The ticket comes before the server's first byte.
    try await accepted.write([1])
    #expect(await end.bytes(1) == [1])
    try await end.channel.close()
    let heard = await accepted.all()
    #expect(heard.contains { if case .identified = $0 { true } else { false } })
    return heard.contains(.resumed)
}

@Suite("Sessions that are resumed", .withAuthority)
struct ResumptionTests {
    @Test("The second connection of a client resumes, and both sides know who the other is")
    func resumes() async throws {
        let authority = try TestAuthority.current()
        let client = try authority.context("gateway")
        let server = try authority.context("registry")
        let listener = try await Listener.open(server)
        for round in 0..<4 {
            let resumed = try await isResumed(client, listener, expecting: server.identity)
            #expect(resumed == (round > 0))
        }
        try await listener.channel.close()
    }

    @Test("Nothing is resumed under another server's name, without one, or by another identity")
    func otherNames() async throws {
        let authority = try TestAuthority.current()
        let client = try authority.context("gateway")
        let listener = try await Listener.open(try authority.context("registry"))
        #expect(try await isResumed(client, listener) == false)
        #expect(try await isResumed(client, listener, as: "other") == false)
        #expect(try await isResumed(client, listener, as: nil) == false)
        #expect(try await isResumed(authority.context("risk"), listener) == false)
        // What was left from the first connection is still good.
        #expect(try await isResumed(client, listener) == true)
        try await listener.channel.close()
    }

    @Test("A server with newly read files knows no session of before")
    func newContext() async throws {
        let authority = try TestAuthority.current()
        let client = try authority.context("gateway")
        let identity = try TLSIdentity(authority.configuration("registry"))
        let listener = try await Listener.open(with: { identity.context })
        #expect(try await isResumed(client, listener) == false)
        #expect(try await isResumed(client, listener) == true)
        try identity.reload()
        #expect(try await isResumed(client, listener) == false)
        #expect(try await isResumed(client, listener) == true)
        try await listener.channel.close()
    }

    @Test("A session ends some time after its full handshake, however often it was resumed")
    func lifetime() async throws {
        let authority = try TestAuthority.current()
        let clock = ManualClock()
        let client = try authority.context("gateway")
        let server = try TLSContext(authority.configuration("registry"), now: clock.now)
        let listener = try await Listener.open(server)
        #expect(try await isResumed(client, listener) == false)
        clock.advance(3_600)
        #expect(try await isResumed(client, listener) == true)
        clock.advance(3_601)
        #expect(try await isResumed(client, listener) == false)
        #expect(try await isResumed(client, listener) == true)
        try await listener.channel.close()
    }

    @Test("A server keeps one session of a client however often it comes: each is used once")
    func once() async throws {
        let authority = try TestAuthority.current()
        let client = try authority.context("gateway")
        let server = try authority.context("registry")
        let listener = try await Listener.open(server)
        for round in 0..<4 {
            #expect(try await isResumed(client, listener) == (round > 0))
            #expect(server.served.count == 1)
        }
        try await listener.channel.close()
    }

    @Test("A server forgets sessions when they end, whether or not anybody comes")
    func forgotten() async throws {
        let authority = try TestAuthority.current()
        let clock = ManualClock()
        let identity = try TLSIdentity(authority.configuration("registry"), now: clock.now)
        let served = identity.context.served
        let listener = try await Listener.open(with: { identity.context })
        #expect(try await isResumed(authority.context("gateway"), listener) == false)
        clock.advance(3_600)
        #expect(try await isResumed(authority.context("risk"), listener) == false)
        #expect(served.count == 2)
        clock.advance(3_599)
        #expect(try identity.reloadIfChanged() == nil)
        #expect(served.count == 2)
        // The first is two hours old.
        clock.advance(1)
        #expect(try identity.reloadIfChanged() == nil)
        #expect(served.count == 1)
        // The second has ended too when somebody else comes.
        clock.advance(3_600)
        #expect(try await isResumed(authority.context("gateway"), listener) == false)
        #expect(served.count == 1)
        try await listener.channel.close()
    }

    @Test("Resumption can be turned off")
    func off() async throws {
        let authority = try TestAuthority.current()
        var configuration = authority.configuration("registry")
        configuration.sessionSecondsMax = 0
        let server = try TLSContext(configuration)
        let listener = try await Listener.open(server)
        let client = try authority.context("gateway")
        for _ in 0..<2 { #expect(try await isResumed(client, listener) == false) }
        try await listener.channel.close()
    }

    @Test("A certificate that has ended since its full handshake is not resumed but refused")
    func ended() async throws {
        let authority = try TestAuthority.current()
        let clock = ManualClock()
        // scripts/certificates makes them valid for 90 days; the session would last longer.
        var configuration = authority.configuration("registry")
        configuration.sessionSecondsMax = 200 * 86_400
        let server = try TLSContext(configuration, now: clock.now)
        let listener = try await Listener.open(server)
        let client = try authority.context("gateway")
        #expect(try await isResumed(client, listener) == false)
        #expect(try await isResumed(client, listener) == true)
        clock.advance(100 * 86_400)
        _ = try await connect(client, port: listener.port, resuming: "server")
        #expect(try await listener.accepted().failure()?.code == .certificateExpired)
        try await listener.channel.close()
    }

    @Test("A client resumes no session whose server's certificate has ended meanwhile")
    func serverEnded() async throws {
        let authority = try TestAuthority.current()
        let clock = ManualClock()
        var configuration = authority.configuration("gateway")
        configuration.sessionSecondsMax = 200 * 86_400
        let client = try TLSContext(configuration, now: clock.now)
        let listener = try await Listener.open(try authority.context("registry"))
        #expect(try await isResumed(client, listener) == false)
        clock.advance(100 * 86_400)
        let end = try await connect(client, port: listener.port, resuming: "server")
        #expect(await end.failure()?.code == .certificateExpired)
        try await listener.channel.close()
    }
}
