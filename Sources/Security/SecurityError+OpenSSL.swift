import COpenSSL

extension SecurityError {
    static func noProtocol(_ name: String, reportedByPeer: Bool = false) -> SecurityError {
        SecurityError(
            .noApplicationProtocol, "no-application-protocol",
            "both sides must speak \(name) (ALPN); "
                + "check that the peer is a program of this system and its version",
            reportedByPeer: reportedByPeer)
    }

    /// The error for what OpenSSL has queued while a handshake, a read or a write failed; the first is the
    /// cause.
    init(openSSL codes: [UInt], applicationProtocol: String) {
        guard let cause = codes.first(where: { OpenSSLErrors.library($0) == ERR_LIB_SSL }) ?? codes.first
        else {
            self.init(
                .protocolViolation, "connection-failed",
                "the TLS connection failed without a reason; connect again")
            return
        }
        let words = OpenSSLErrors.text(cause)
        switch OpenSSLErrors.reason(cause) {
        case let reason where reason > SSL_AD_REASON_OFFSET && reason < SSL_AD_REASON_OFFSET + 256:
            self = .alert(reason - SSL_AD_REASON_OFFSET, words, applicationProtocol)
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
            self.init(
                .certificateRequired, "no-certificate",
                "the peer presented no certificate; give it one of scripts/certificates")
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_NO_PROTOCOLS_AVAILABLE, SSL_R_VERSION_TOO_LOW,
            SSL_R_UNKNOWN_PROTOCOL:
            self.init(
                .protocolVersionUnsupported, "tls-version",
                "the peer does not speak TLS 1.3 (\(words)); older versions are refused: update the peer")
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST,
            SSL_R_RECORD_TOO_SMALL,
            SSL_R_PACKET_LENGTH_TOO_LONG:
            self.init(
                .protocolViolation, "not-tls",
                "what came is not TLS 1.3 (\(words)); check the peer's port and version")
        case SSL_R_NO_SHARED_CIPHER, SSL_R_NO_SUITABLE_KEY_SHARE, SSL_R_NO_SUITABLE_GROUPS,
            SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS, SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM:
            self.init(
                .cipherSuiteMismatch, "no-common-cipher",
                "no cipher suite, group or signature in common (\(words)); update the peer's TLS library")
        case SSL_R_CERTIFICATE_VERIFY_FAILED:
            self.init(
                .certificateMalformed, "certificate-invalid",
                "the peer's certificate is not acceptable; make it anew")
        default:
            self.init(
                .protocolViolation, "tls-failed",
                "the TLS connection broke (\(words)); "
                    + "connect again, and if it stays look at the network between"
            )
        }
    }

    /// The error for an alert (RFC 8446, 6.2) that the peer sent.
    private static func alert(_ number: Int32, _ words: String, _ applicationProtocol: String)
        -> SecurityError
    {
        func error(_ code: Code, _ reason: String, _ advice: String) -> SecurityError {
            SecurityError(
                code, reason, "the peer refused the connection (\(words)): \(advice)", reportedByPeer: true)
        }
        switch number {
        case SSL_AD_CERTIFICATE_EXPIRED:
            return error(
                .certificateExpired, "certificate-expired", "our certificate has expired; make it anew")
        case SSL_AD_CERTIFICATE_REVOKED:
            return error(
                .certificateRevoked, "certificate-revoked", "our certificate was revoked; make it anew")
        case SSL_AD_UNKNOWN_CA:
            return error(
                .certificateAuthorityInvalid, "authority-unknown",
                "the peer does not trust our certificate's authority; compare the trust roots files")
        case SSL_AD_CERTIFICATE_REQUIRED:
            return error(.certificateRequired, "no-certificate", "we presented no certificate; set one")
        case SSL_AD_BAD_CERTIFICATE, SSL_AD_UNSUPPORTED_CERTIFICATE, SSL_AD_CERTIFICATE_UNKNOWN:
            return error(
                .certificateMalformed, "certificate-invalid",
                "our certificate is not acceptable to the peer; its log says why")
        case SSL_AD_PROTOCOL_VERSION:
            return error(
                .protocolVersionUnsupported, "tls-version", "it does not speak TLS 1.3; update the peer")
        case SSL_AD_NO_APPLICATION_PROTOCOL:
            return .noProtocol(applicationProtocol, reportedByPeer: true)
        case SSL_AD_HANDSHAKE_FAILURE, SSL_AD_INSUFFICIENT_SECURITY:
            return error(
                .cipherSuiteMismatch, "no-common-cipher",
                "nothing in common to encrypt with; update both TLS libraries"
            )
        default:
            return error(.protocolViolation, "peer-alert", "its log says why")
        }
    }
}
