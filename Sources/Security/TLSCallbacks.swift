import COpenSSL
import NIOCore

/// What OpenSSL calls while one of `TLSConnection`'s calls runs.
enum TLSCallbacks {
    /// Why unchecked: made once, never changed, never freed.
    struct Method: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    /// A BIO that reads and writes the connection's two ByteBuffers: one copy each way, no second buffer
    /// between.
    static let bioMethod: Method = {
        let kind = BIO_get_new_index() | BIO_TYPE_SOURCE_SINK
        guard let method = BIO_meth_new(kind, "tugi buffers") else { preconditionFailure("out of memory") }
        BIO_meth_set_write(method) { bio, bytes, count in
            guard let bytes, count > 0, let data = BIO_get_data(bio) else { return 0 }
            return Unmanaged<TLSConnection>.fromOpaque(data)._withUnsafeGuaranteedRef { connection in
                connection.output.writeBytes(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
                return count
            }
        }
        BIO_meth_set_read(method) { bio, target, room in
            tugi_bio_clear_retry(bio)
            guard let target, room > 0, let data = BIO_get_data(bio) else { return 0 }
            return Unmanaged<TLSConnection>.fromOpaque(data)._withUnsafeGuaranteedRef { connection in
                let count = connection.input.readWithUnsafeReadableBytes { source in
                    let count = min(source.count, Int(room))
                    if let start = source.baseAddress, count > 0 {
                        UnsafeMutableRawPointer(target).copyMemory(from: start, byteCount: count)
                    }
                    return count
                }
                if count > 0 { return Int32(count) }
                tugi_bio_retry_read(bio)
                return -1
            }
        }
        BIO_meth_set_ctrl(method) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
        return Method(pointer: method)
    }()

    private static func connection(of ssl: OpaquePointer?) -> TLSConnection? {
        guard let ssl, let data = tugi_ssl_app_data(ssl) else { return nil }
        return Unmanaged<TLSConnection>.fromOpaque(data).takeUnretainedValue()
    }

    /// Runs once per certificate of the peer's chain, its own last (depth 0): there our rules for identities
    /// join OpenSSL's, so that a refusal still reaches the peer as an alert.
    static let verify: @Sendable @convention(c) (Int32, OpaquePointer?) -> Int32 = { accepted, store in
        let ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx())
        guard let connection = connection(of: ssl.map { OpaquePointer($0) }) else { return 0 }
        guard accepted == 1 else {
            connection.refusal = .verification(X509_STORE_CTX_get_error(store))
            return 0
        }
        guard X509_STORE_CTX_get_error_depth(store) == 0 else { return 1 }
        guard let pointer = X509_STORE_CTX_get_current_cert(store) else { return 0 }
        do throws(SecurityError) {
            connection.peer = try connection.accept(Certificate(pointer: pointer))
            return 1
        } catch {
            connection.refusal = error
            X509_STORE_CTX_set_error(
                store,
                error.code == .certificateHostnameMismatch
                    ? X509_V_ERR_HOSTNAME_MISMATCH : X509_V_ERR_INVALID_PURPOSE)
            return 0
        }
    }

    /// A session may be resumed: one that the server gave us a ticket of, or one that we gave a client.
    static let newSession: @Sendable @convention(c) (OpaquePointer?, OpaquePointer?) -> Int32 = {
        ssl, session in
        guard let connection = connection(of: ssl), let session, let ssl else { return 0 }
        switch connection.side {
        case .server:
            let context = connection.context
            guard let end = context.end(of: session) else { return 0 }
            context.served.put(session, until: end, now: context.now())
        case .client:
            guard let server = connection.resuming, connection.context.mark(session, of: ssl) else {
                return 0
            }
            connection.context.sessions.put(session, for: server)
        }
        return 1
    }

    /// A ticket is about to be made.
    static let markTicket: @Sendable @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Int32 = {
        ssl, _ in
        guard let connection = connection(of: ssl), let ssl, let session = SSL_get_session(ssl) else {
            return 0
        }
        return connection.context.mark(session, of: ssl) ? 1 : 0
    }

    /// A client names the session that it would resume. It counts only while the certificate in it is still
    /// good; else a full handshake follows, which tells the client what is wrong. Whoever names another's
    /// session takes it away from that one, no more: it cannot be used without its secret.
    static let findSession:
        @Sendable @convention(c) (
            OpaquePointer?, UnsafePointer<UInt8>?, Int32, UnsafeMutablePointer<Int32>?
        ) -> OpaquePointer? = { ssl, name, count, copies in
            // The session is OpenSSL's from here on.
            copies?.pointee = 0
            guard let connection = connection(of: ssl), let name else { return nil }
            let bytes = Array(UnsafeBufferPointer(start: name, count: Int(count)))
            let context = connection.context
            guard let session = context.served.take(bytes, now: context.now()) else { return nil }
            if context.isFresh(session) { return session }
            SSL_SESSION_free(session)
            return nil
        }

    /// A client that offers no application protocol at all would not be asked for one below.
    static let clientHello:
        @Sendable @convention(c) (OpaquePointer?, UnsafeMutablePointer<Int32>?, UnsafeMutableRawPointer?) ->
            Int32 = {
                ssl, alert, _ in
                var bytes: UnsafePointer<UInt8>?
                var count = 0
                let kind = UInt32(TLSEXT_TYPE_application_layer_protocol_negotiation)
                if SSL_client_hello_get0_ext(ssl, kind, &bytes, &count) == 1 {
                    return SSL_CLIENT_HELLO_SUCCESS
                }
                guard let connection = connection(of: ssl) else { return SSL_CLIENT_HELLO_ERROR }
                // TLS 1.2 is refused by its own name, later.
                if SSL_client_hello_get0_ext(ssl, UInt32(TLSEXT_TYPE_supported_versions), &bytes, &count) != 1
                {
                    return SSL_CLIENT_HELLO_SUCCESS
                }
                connection.refusal = .noProtocol(connection.context.applicationProtocol)
                alert?.pointee = SSL_AD_NO_APPLICATION_PROTOCOL
                return SSL_CLIENT_HELLO_ERROR
            }

    /// Chooses our protocol in the client's list (each: one byte of length, then its name); without it, no
    /// handshake.
    static let selectProtocol:
        @Sendable @convention(c) (
            OpaquePointer?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?, UnsafeMutablePointer<UInt8>?,
            UnsafePointer<UInt8>?, UInt32, UnsafeMutableRawPointer?
        ) -> Int32 = { ssl, chosen, chosenCount, list, count, _ in
            guard let connection = connection(of: ssl), let list, let chosen, let chosenCount else {
                return SSL_TLSEXT_ERR_ALERT_FATAL
            }
            let ours = connection.context.protocolName
            let offered = UnsafeBufferPointer(start: list, count: Int(count))
            var index = 0
            while index < offered.count {
                let length = Int(offered[index])
                let start = index + 1
                guard start + length <= offered.count else { break }
                if length == ours.count, offered[start..<start + length].elementsEqual(ours) {
                    // Points into the client's list, which lives as long as OpenSSL needs the answer.
                    chosen.pointee = list + start
                    chosenCount.pointee = UInt8(length)
                    return SSL_TLSEXT_ERR_OK
                }
                index = start + length
            }
            connection.refusal = .noProtocol(connection.context.applicationProtocol)
            return SSL_TLSEXT_ERR_ALERT_FATAL
        }
}

extension TLSConnection {
    /// Our rules for a peer's own certificate.
    func accept(_ certificate: Certificate) throws(SecurityError) -> PeerIdentity {
        try certificate.checkForm(use: side == .server ? .client : .server)
        let identity = try certificate.identity()
        guard identity.county == context.county else {
            throw SecurityError(
                .certificateHostnameMismatch, "county-differs",
                "the peer belongs to another county than \(context.county); "
                    + "a peer of another county needs a certificate of this one")
        }
        if let expected, expected != identity {
            throw SecurityError(
                .certificateHostnameMismatch, "peer-differs",
                "the peer is another than \(expected.uri); compare the address with the settings"
            )
        }
        return identity
    }
}
