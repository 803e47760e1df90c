import COpenSSL
import NIOCore

/// One connection's OpenSSL state with its bytes in and out; no sockets, no events. `TLSHandler` drives it.
///
/// Lifetimes: the `SSL` is made and freed by this object and holds an unretained pointer back to it (app
/// data, and the BIO's data). OpenSSL calls back only from inside the calls that this object makes, so the
/// pointer is never used after the object. Not Sendable: it belongs to its handler's event loop.
final class TLSConnection {
    /// Ciphertext that came and was not taken yet; ciphertext to be sent.
    var input = ByteBuffer()
    var output = ByteBuffer()
    let context: TLSContext
    let side: TLSHandler.Side
    let expected: PeerIdentity?
    /// A client's name for the server whose sessions it may resume; nil: none.
    let resuming: String?
    /// Why a callback refused the peer: finer than what OpenSSL then reports.
    var refusal: SecurityError?
    /// The peer's identity, once its certificate was accepted.
    var peer: PeerIdentity?
    private let ssl: OpaquePointer
    /// After so many records of ours a new key is used: AES-GCM stays safe for 2^24.5 full ones (RFC 8446,
    /// 5.5).
    var recordsPerKey = 1 << 23
    private var recordsOfKey = 0
    /// Header, content type and tag of a TLS 1.3 record.
    static let recordOverheadBytes = 5 + 1 + 16

    enum Step {
        case done, wantsMore
        case failed(SecurityError)
    }

    enum ReadStep {
        /// The buffer is full; there may be more.
        case full
        case wantsMore
        /// The peer's farewell (close_notify) came: nothing follows.
        case closed
        case failed(SecurityError)
    }

    init(
        context: TLSContext, side: TLSHandler.Side, expected: PeerIdentity?, resuming: String? = nil
    ) throws(SecurityError) {
        guard side == .client || context.mayServe else {
            throw SecurityError(
                .certificateMalformed, "extended-key-usage",
                "our certificate may not open a server (no serverAuth); use a system's certificate")
        }
        guard let ssl = SSL_new(context.pointer) else {
            throw SecurityError(
                .internalFailure, "openssl",
                "no new connection: \(OpenSSLErrors.takeText()); give the program memory")
        }
        self.context = context
        self.side = side
        self.expected = expected
        self.resuming = resuming
        self.ssl = ssl
        let this = Unmanaged.passUnretained(self).toOpaque()
        guard let bio = BIO_new(TLSCallbacks.bioMethod.pointer), tugi_ssl_set_app_data(ssl, this) == 1 else {
            // deinit runs: all is set.
            throw SecurityError(.internalFailure, "openssl", "no new connection: out of memory")
        }
        BIO_set_data(bio, this)
        BIO_set_init(bio, 1)
        SSL_set_bio(ssl, bio, bio)
        X509_VERIFY_PARAM_set_time(SSL_get0_param(ssl), .init(context.now()))
        if side == .server {
            tugi_ssl_tickets_are_names(ssl)
            SSL_set_accept_state(ssl)
        } else {
            SSL_set_connect_state(ssl)
        }
        if let resuming { offerSession(at: resuming) }
    }

    /// Offers the newest session that is still good.
    private func offerSession(at server: String) {
        while let session = context.sessions.take(for: server) {
            defer { SSL_SESSION_free(session) }
            guard SSL_SESSION_is_resumable(session) == 1, context.isFresh(session) else { continue }
            if SSL_set_session(ssl, session) == 1 { return }
        }
    }

    /// The handshake was that of a session known already: no certificates were sent.
    var isResumed: Bool { SSL_session_reused(ssl) == 1 }

    /// "TLSv1.3".
    var version: String { SSL_get_version(ssl).map { String(cString: $0) } ?? "" }

    /// What is wrong with the peer's certificate by newer authorities, lists or the clock; nil: nothing.
    func complaint(by newer: TLSContext) -> SecurityError? {
        guard let certificate = SSL_get0_peer_certificate(ssl) else {
            return SecurityError(.certificateRequired, "no-certificate", "the peer presented no certificate")
        }
        // A session keeps the chain of its full handshake.
        let verdict = newer.verdict(on: certificate, chain: SSL_get_peer_cert_chain(ssl))
        return verdict == X509_V_OK ? nil : .verification(verdict)
    }

    deinit { SSL_free(ssl) }

    func receive(_ bytes: ByteBuffer) {
        if input.readableBytes == 0 {
            input = bytes
        } else {
            var bytes = bytes
            input.writeBuffer(&bytes)
        }
    }

    /// Lets go of the socket's buffer when all of it was taken, so that the channel can read into it again.
    func forgetInput() {
        if input.readableBytes == 0 { input = ByteBuffer() }
    }

    func handshake() -> Step {
        OpenSSLErrors.clear()
        let result = SSL_do_handshake(ssl)
        if result == 1 { return agreed() }
        if SSL_get_error(ssl, result) == SSL_ERROR_WANT_READ { return .wantsMore }
        return .failed(takeError())
    }

    /// A server has insisted already (see `TLSCallbacks`); a client looks what the server chose.
    private func agreed() -> Step {
        guard negotiatedProtocol == context.applicationProtocol else {
            return .failed(.noProtocol(context.applicationProtocol))
        }
        if peer == nil, isResumed, let certificate = SSL_get0_peer_certificate(ssl) {
            do throws(SecurityError) {
                peer = try accept(Certificate(pointer: certificate))
            } catch {
                return .failed(error)
            }
        }
        guard peer != nil else {
            return .failed(
                SecurityError(.certificateRequired, "no-certificate", "the peer presented no certificate"))
        }
        return .done
    }

    var negotiatedProtocol: String? {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(ssl, &name, &count)
        guard let name, count > 0 else { return nil }
        return String(decoding: UnsafeBufferPointer(start: name, count: Int(count)), as: UTF8.self)
    }

    /// Appends decrypted bytes to `buffer` until it holds `limit` or nothing more has come. OpenSSL gives at
    /// most one record per call, so this loops.
    func read(into buffer: inout ByteBuffer, limit: Int) -> ReadStep {
        OpenSSLErrors.clear()
        // Plain bytes are fewer than their ciphertext; what OpenSSL holds already makes the loop grow it.
        buffer.reserveCapacity(minimumWritableBytes: min(max(input.readableBytes, 512), limit))
        while buffer.readableBytes < limit {
            if buffer.writableBytes == 0 { buffer.reserveCapacity(minimumWritableBytes: 16_384) }
            let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 1) { target in
                Int(SSL_read(ssl, target.baseAddress, Int32(clamping: min(target.count, 1 << 20))).clamped)
            }
            if count > 0 { continue }
            switch SSL_get_error(ssl, 0) {
            case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .wantsMore
            case SSL_ERROR_ZERO_RETURN: return .closed
            default: return .failed(takeError())
            }
        }
        return .full
    }

    /// Encrypts `bytes` into `output`, in records of 16 KiB. The output takes all, so this never waits.
    func write(_ bytes: UnsafeRawBufferPointer) -> SecurityError? {
        let records = bytes.count / 16_384 + 1
        output.reserveCapacity(minimumWritableBytes: bytes.count + records * Self.recordOverheadBytes)
        recordsOfKey += records
        if recordsOfKey >= recordsPerKey {
            // The next write announces the new key; OpenSSL does not do this by itself.
            recordsOfKey = 0
            OpenSSLErrors.clear()
            guard SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED) == 1 else { return takeError() }
        }
        var rest = bytes
        while rest.count > 0 {
            OpenSSLErrors.clear()
            let count = SSL_write(ssl, rest.baseAddress, Int32(clamping: min(rest.count, 1 << 20)))
            guard count > 0 else { return takeError() }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(Int(count)))
        }
        return nil
    }

    /// Says farewell (close_notify): we send nothing more; the peer may.
    func sayFarewell() {
        OpenSSLErrors.clear()
        _ = SSL_shutdown(ssl)
        OpenSSLErrors.clear()
    }

    private func takeError() -> SecurityError {
        let codes = OpenSSLErrors.take()
        if let refusal { return refusal }
        return SecurityError(openSSL: codes, applicationProtocol: context.applicationProtocol)
    }
}

extension Int32 {
    /// Counts of bytes; OpenSSL's "nothing" is 0 or -1.
    fileprivate var clamped: Int32 { Swift.max(self, 0) }
}
