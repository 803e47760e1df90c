/// What went wrong in TLS, with a key or with a seal. Never holds anything that the protected bytes say.
public struct SecurityError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds; those of a handshake are named as gRPC's proposal A118 names them, so that counters
    /// compare.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        case certificateExpired = "CERTIFICATE_EXPIRED"
        case certificateNotYetValid = "CERTIFICATE_NOT_YET_VALID"
        case certificateRevoked = "CERTIFICATE_REVOKED"
        /// Our list of revoked certificates has ended, is missing for the peer's authority, or is unreadable.
        case revocationListInvalid = "REVOCATION_LIST_INVALID"
        /// No trusted authority stands behind the certificate.
        case certificateAuthorityInvalid = "CERTIFICATE_AUTHORITY_INVALID"
        /// The certificate is good but names another county or another peer than expected.
        case certificateHostnameMismatch = "CERTIFICATE_HOSTNAME_MISMATCH"
        /// The certificate breaks a rule: not exactly one URI, an authority's own, wrong key usage,
        /// unreadable.
        case certificateMalformed = "CERTIFICATE_MALFORMED"
        /// The peer presented none.
        case certificateRequired = "CERTIFICATE_REQUIRED"
        case cipherSuiteMismatch = "CIPHER_SUITE_MISMATCH"
        case protocolVersionUnsupported = "PROTOCOL_VERSION_UNSUPPORTED"
        case noApplicationProtocol = "NO_APPLICATION_PROTOCOL"
        case handshakeTimeout = "HANDSHAKE_TIMEOUT"
        /// The connection ended before the handshake was over.
        case peerConnectionClosed = "PEER_CONNECTION_CLOSED"
        /// The connection ended without the peer's farewell: data may be missing.
        case truncated = "TRUNCATED"
        /// What came is not TLS, or was changed on its way.
        case protocolViolation = "PROTOCOL_VIOLATION"
        /// A file of ours is missing or unreadable.
        case fileUnreadable = "FILE_UNREADABLE"
        /// A key of ours is malformed, of the wrong kind, unprotected, or not the certificate's.
        case keyInvalid = "KEY_INVALID"
        /// A seal does not open: wrong key or context, or changed bytes.
        case sealInvalid = "SEAL_INVALID"
        case internalFailure = "INTERNAL"
    }

    /// The kind of failure, by which programs decide.
    public let code: Code
    /// Kebab-case, stable; finer than the code.
    public let reason: String
    /// What happened and what to do next, for an operator.
    public let message: String
    /// The peer said so (a TLS alert): the matter is with our certificate or settings, as the peer sees them.
    public let reportedByPeer: Bool

    /// All values as documented at the properties.
    public init(_ code: Code, _ reason: String, _ message: String, reportedByPeer: Bool = false) {
        self.code = code
        self.reason = reason
        self.message = message
        self.reportedByPeer = reportedByPeer
    }

    /// Code, reason and message in one line, for logs.
    public var description: String { "\(code.rawValue) (\(reason)): \(message)" }
}
