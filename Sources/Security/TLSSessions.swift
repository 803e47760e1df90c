import COpenSSL
import Synchronization

/// Our sessions at servers, by server; each is used once (RFC 8446, C.4). Sessions are kept as addresses,
/// since pointers do not travel between threads; each is one counted owner.
final class TLSSessions: Sendable {
    private let kept = Mutex<[String: [UInt]]>([:])
    private static var perServerMax: Int { 4 }
    private static var serversMax: Int { 64 }

    deinit {
        for session in kept.withLock({ $0.values.joined().map { $0 } }) {
            SSL_SESSION_free(OpaquePointer(bitPattern: session))
        }
    }

    /// Takes ownership of the session.
    func put(_ session: OpaquePointer, for server: String) {
        let address = UInt(bitPattern: session)
        let dropped = kept.withLock { kept -> UInt? in
            guard kept[server] != nil || kept.count < Self.serversMax else { return address }
            kept[server, default: []].append(address)
            return kept[server].map { $0.count > Self.perServerMax } == true
                ? kept[server]?.removeFirst() : nil
        }
        if let dropped { SSL_SESSION_free(OpaquePointer(bitPattern: dropped)) }
    }

    /// The newest session, if there is one; its owner is then the caller.
    func take(for server: String) -> OpaquePointer? {
        kept.withLock { $0[server]?.popLast() }.flatMap { OpaquePointer(bitPattern: $0) }
    }
}

/// Sessions that clients of ours may resume, by the names that are their tickets; each is used once. They are
/// bounded: one goes when it ends, and when many have come, those that were not used for longest go.
final class ServedSessions: Sendable {
    private struct Kept {
        let address: UInt
        /// In seconds since 1970.
        let end: Int64
    }

    private typealias Generation = [[UInt8]: Kept]

    private struct State {
        var newer: Generation = [:]
        var older: Generation = [:]
        /// No kept session ends before.
        var firstEnd = Int64.max

        /// Those that have ended by then, which are kept no more.
        mutating func takeEnded(_ now: Int64) -> [Kept] {
            guard firstEnd <= now else { return [] }
            let all = [newer, older]
            newer = newer.filter { $0.value.end > now }
            older = older.filter { $0.value.end > now }
            firstEnd = [newer, older].joined().map(\.value.end).min() ?? .max
            return all.joined().map(\.value).filter { $0.end <= now }
        }
    }

    private let state = Mutex(State())
    /// Twice so many are kept at most, of some kilobytes each.
    private static var generationMax: Int { TLSConfiguration.sessionsKeptMax / 2 }

    deinit {
        Self.free(state.withLock { [$0.newer, $0.older].joined().map(\.value) })
    }

    /// Takes ownership of the session, which ends then; all times in seconds since 1970.
    func put(_ session: OpaquePointer, until end: Int64, now: Int64) {
        let name = Self.name(of: session)
        let dropped = state.withLock { state -> [Kept] in
            var dropped = state.takeEnded(now)
            if state.newer.count >= Self.generationMax {
                dropped += state.older.values
                state.older = state.newer
                state.newer = [:]
            }
            let kept = Kept(address: UInt(bitPattern: session), end: end)
            if let same = state.newer.updateValue(kept, forKey: name) { dropped.append(same) }
            state.firstEnd = min(state.firstEnd, end)
            return dropped
        }
        Self.free(dropped)
    }

    /// The session of that name, if it has not ended; its owner is then the caller.
    func take(_ name: [UInt8], now: Int64) -> OpaquePointer? {
        expire(now)
        return state.withLock { $0.newer.removeValue(forKey: name) ?? $0.older.removeValue(forKey: name) }
            .flatMap { OpaquePointer(bitPattern: $0.address) }
    }

    /// Lets go of those that have ended.
    func expire(_ now: Int64) {
        Self.free(state.withLock { $0.takeEnded(now) })
    }

    /// How many are kept.
    var count: Int { state.withLock { $0.newer.count + $0.older.count } }

    private static func name(of session: OpaquePointer) -> [UInt8] {
        var length: UInt32 = 0
        guard let bytes = SSL_SESSION_get_id(session, &length) else { return [] }
        return Array(UnsafeBufferPointer(start: bytes, count: Int(length)))
    }

    private static func free(_ sessions: [Kept]) {
        for session in sessions { SSL_SESSION_free(OpaquePointer(bitPattern: session.address)) }
    }
}

extension TLSContext {
    /// Tickets name sessions that this context keeps: another context (another identity, or new files) knows
    /// no session of this one. There is no early data.
    static func setUpSessions(
        _ pointer: OpaquePointer, _ configuration: TLSConfiguration
    ) throws(SecurityError) {
        guard configuration.sessionSecondsMax > 0 else {
            SSL_CTX_set_num_tickets(pointer, 0)
            tugi_ssl_ctx_no_sessions(pointer)
            return
        }
        tugi_ssl_ctx_own_sessions(pointer)
        SSL_CTX_set_num_tickets(pointer, TLSConfiguration.ticketsPerConnection)
        _ = SSL_CTX_set_timeout(pointer, Int(clamping: configuration.sessionSecondsMax))
        SSL_CTX_sess_set_new_cb(pointer, TLSCallbacks.newSession)
        SSL_CTX_sess_set_get_cb(pointer, TLSCallbacks.findSession)
        let name = Array(configuration.county.utf8.prefix(Int(SSL_MAX_SID_CTX_LENGTH)))
        guard SSL_CTX_set_session_id_context(pointer, name, UInt32(name.count)) == 1,
            SSL_CTX_set_session_ticket_cb(pointer, TLSCallbacks.markTicket, nil, nil) == 1
        else {
            throw SecurityError(
                .internalFailure, "openssl",
                "no sessions: \(OpenSSLErrors.takeText()); use libssl 3.0 or newer")
        }
    }

    /// OpenSSL's verdict on a certificate by the authorities, the revocation lists and the clock of now.
    func verdict(on certificate: OpaquePointer, chain: OpaquePointer?) -> Int32 {
        guard let context = X509_STORE_CTX_new() else { return X509_V_ERR_OUT_OF_MEM }
        defer {
            X509_STORE_CTX_free(context)
            OpenSSLErrors.clear()
        }
        guard X509_STORE_CTX_init(context, SSL_CTX_get_cert_store(pointer), certificate, chain) == 1 else {
            return X509_V_ERR_OUT_OF_MEM
        }
        X509_STORE_CTX_set_time(context, 0, .init(now()))
        return X509_verify_cert(context) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(context)
    }

    /// May a session be resumed now: is its full handshake not long ago, and would the peer's certificate
    /// still pass? Authorities and lists are the same as then, since the context is; only the clock goes on.
    func isFresh(_ session: OpaquePointer) -> Bool {
        guard let times = Self.times(of: session), let end = end(of: session) else { return false }
        return times.began <= now() && now() < end
    }

    /// When a session ends, in seconds since 1970.
    func end(of session: OpaquePointer) -> Int64? {
        Self.times(of: session).map { min($0.began + sessionSecondsMax, $0.goodUntil) }
    }

    /// What is noted with a session, in seconds since 1970: its full handshake, and the first end of a
    /// certificate of the peer's chain or of a revocation list.
    private static func times(of session: OpaquePointer) -> (began: Int64, goodUntil: Int64)? {
        var pointer: UnsafeMutableRawPointer?
        var count = 0
        guard SSL_SESSION_get0_ticket_appdata(session, &pointer, &count) == 1, let pointer,
            count == 2 * MemoryLayout<Int64>.size
        else { return nil }
        return (
            pointer.loadUnaligned(as: Int64.self),
            pointer.loadUnaligned(fromByteOffset: MemoryLayout<Int64>.size, as: Int64.self)
        )
    }

    /// Notes a session's times at its full handshake; a resumed one has them already.
    func mark(_ session: OpaquePointer, of ssl: OpaquePointer) -> Bool {
        if Self.times(of: session) != nil { return true }
        guard let chain = SSL_get0_verified_chain(ssl) else { return false }
        var goodUntil = revocationEnd ?? .max
        for index in 0..<OPENSSL_sk_num(chain) {
            guard let pointer = OPENSSL_sk_value(chain, index),
                let end = Certificate(pointer: OpaquePointer(pointer)).expiry
            else { return false }
            goodUntil = min(goodUntil, end)
        }
        return [now(), goodUntil].withUnsafeBytes {
            SSL_SESSION_set1_ticket_appdata(session, $0.baseAddress, $0.count) == 1
        }
    }
}
