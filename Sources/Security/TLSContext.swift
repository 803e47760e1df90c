import COpenSSL

/// A loaded identity with the peers it trusts; shared by any number of connections. To take new files into
/// use make a new context: connections keep the one they began with.
///
/// Why unchecked: `SSL_CTX` is set up here and then only read; OpenSSL counts its owners atomically.
public final class TLSContext: @unchecked Sendable {
    /// Who we are by our own certificate.
    public let identity: PeerIdentity
    /// When our certificate ends, in seconds since 1970.
    public let certificateExpiry: Int64
    /// The trust domain that peers must be under.
    public let county: String
    /// The one application protocol (ALPN) that both sides must speak.
    public let applicationProtocol: String
    let pointer: OpaquePointer
    /// May our certificate open a server?
    let mayServe: Bool
    /// The protocol as in ALPN: its length, its bytes.
    let protocolName: [UInt8]
    /// When the first of the revocation lists ends, in seconds since 1970; nil without lists.
    let revocationEnd: Int64?
    /// A resumed session is so old at most, in seconds since its full handshake.
    let sessionSecondsMax: Int64
    /// Sessions of ours at servers, to be resumed; they end with this context.
    let sessions = TLSSessions()
    /// Sessions of our clients with us; likewise.
    let served = ServedSessions()
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    /// Loads and checks all files; every refusal says which file and what to do. `now`: seconds since 1970,
    /// by which certificates, lists and sessions end.
    public init(
        _ configuration: TLSConfiguration, now: @escaping @Sendable () -> Int64 = SystemTime.seconds
    ) throws(SecurityError) {
        let name = Array(configuration.applicationProtocol.utf8)
        guard let length = UInt8(exactly: name.count), length > 0 else {
            throw SecurityError(
                .internalFailure, "protocol-name", "an ALPN name has 1 to 255 bytes; correct it")
        }
        guard let pointer = SSL_CTX_new(TLS_method()) else {
            throw SecurityError(
                .internalFailure, "openssl",
                "OpenSSL does not start: \(OpenSSLErrors.takeText()); check its settings")
        }
        let loaded: (identity: PeerIdentity, expiry: Int64, mayServe: Bool, revocationEnd: Int64?)
        do throws(SecurityError) {
            try Self.setUp(pointer, protocolName: [length] + name)
            try Self.setUpSessions(pointer, configuration)
            loaded = try Self.load(configuration, into: pointer, now: now())
        } catch {
            SSL_CTX_free(pointer)
            throw error
        }
        self.pointer = pointer
        identity = loaded.identity
        certificateExpiry = loaded.expiry
        mayServe = loaded.mayServe
        revocationEnd = loaded.revocationEnd
        county = configuration.county
        applicationProtocol = configuration.applicationProtocol
        protocolName = name
        sessionSecondsMax = Int64(max(0, configuration.sessionSecondsMax))
        self.now = now
    }

    deinit { SSL_CTX_free(pointer) }

    private static func setUp(_ pointer: OpaquePointer, protocolName: [UInt8]) throws(SecurityError) {
        SSL_CTX_set_security_level(pointer, 2)
        SSL_CTX_set_verify_depth(pointer, 4)
        SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, TLSCallbacks.verify)
        SSL_CTX_set_alpn_select_cb(pointer, TLSCallbacks.selectProtocol, nil)
        SSL_CTX_set_client_hello_cb(pointer, TLSCallbacks.clientHello, nil)
        // Idle connections give their buffers back; a busy one takes whole records at once.
        tugi_ssl_ctx_set_mode(pointer, Int(SSL_MODE_RELEASE_BUFFERS))
        tugi_ssl_ctx_read_ahead(pointer)
        guard tugi_ssl_ctx_set_versions(pointer, TLS1_3_VERSION, TLS1_3_VERSION) == 1,
            SSL_CTX_set_ciphersuites(
                pointer, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256") == 1,
            tugi_ssl_ctx_set_groups(pointer, "X25519:P-256") == 1,
            SSL_CTX_set_alpn_protos(pointer, protocolName, UInt32(protocolName.count)) == 0
        else {
            throw SecurityError(
                .internalFailure, "openssl",
                "this OpenSSL cannot do TLS 1.3 as needed: \(OpenSSLErrors.takeText()); "
                    + "use libssl 3.0 or newer"
            )
        }
    }

    private static func load(
        _ configuration: TLSConfiguration, into pointer: OpaquePointer, now: Int64
    ) throws(SecurityError) -> (
        identity: PeerIdentity, expiry: Int64, mayServe: Bool, revocationEnd: Int64?
    ) {
        let roots = try CertificateFile(configuration.trustRootsFile)
        let chain = try CertificateFile(configuration.certificateChainFile)
        let lists = try configuration.revocationListFile.map(RevocationLists.init)
        let leaf = chain.leaf
        let identity = try identity(of: chain, configuration)
        try trusted(chain, roots, lists, configuration, now: now)
        guard let expiry = leaf.expiry else {
            throw SecurityError(
                .certificateMalformed, "expiry-unreadable",
                "\(configuration.certificateChainFile): its end of validity is unreadable; make it anew")
        }
        try roots.trust(in: pointer)
        try lists?.use(in: SSL_CTX_get_cert_store(pointer))
        try chain.present(in: pointer)
        try useKey(configuration, in: pointer)
        return (identity, expiry, leaf.allows(.server), lists?.end)
    }

    /// Who the certificate says that we are: the county's, and fit to be shown.
    static func identity(of chain: CertificateFile, _ files: TLSConfiguration) throws(SecurityError)
        -> PeerIdentity
    {
        let identity: PeerIdentity
        do throws(SecurityError) {
            identity = try chain.leaf.identity()
            try chain.leaf.checkForm(use: nil)
        } catch {
            throw named(error, files)
        }
        guard identity.county == files.county else {
            throw SecurityError(
                .certificateHostnameMismatch, "county-differs",
                "\(files.certificateChainFile) names the county \(identity.county), the settings name "
                    + "\(files.county); correct one of them")
        }
        guard chain.leaf.allows(.server) || chain.leaf.allows(.client) else {
            throw named(
                SecurityError(
                    .certificateMalformed, "extended-key-usage",
                    "the extended key usage names neither serverAuth nor clientAuth; make it anew"), files)
        }
        return identity
    }

    /// Would a peer with these roots accept us?
    static func trusted(
        _ chain: CertificateFile, _ roots: CertificateFile, _ lists: RevocationLists?,
        _ files: TLSConfiguration, now: Int64
    ) throws(SecurityError) {
        do throws(SecurityError) {
            try chain.verify(against: roots, lists, now: now)
        } catch {
            throw named(error, files)
        }
    }

    static func foreignKey(_ files: TLSConfiguration) -> SecurityError {
        SecurityError(
            .keyInvalid, "key-not-of-certificate",
            "\(files.privateKeyFile) is not the key of \(files.certificateChainFile); "
                + "put files of one pair there")
    }

    private static func named(_ error: SecurityError, _ files: TLSConfiguration) -> SecurityError {
        SecurityError(error.code, error.reason, "\(files.certificateChainFile): \(error.message)")
    }

    private static func useKey(_ files: TLSConfiguration, in pointer: OpaquePointer) throws(SecurityError) {
        let key = try PrivateKeyFile(files.privateKeyFile)
        guard SSL_CTX_use_PrivateKey(pointer, key.pointer) == 1, SSL_CTX_check_private_key(pointer) == 1
        else {
            OpenSSLErrors.clear()
            throw foreignKey(files)
        }
    }
}

/// The private key of a PEM file.
final class PrivateKeyFile {
    let pointer: OpaquePointer

    init(_ path: String) throws(SecurityError) {
        var pem = try PEMFile.read(path, secret: true)
        defer { pem.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
        OpenSSLErrors.clear()
        guard
            let key = PEMFile.withReader(pem, { PEM_read_bio_PrivateKey($0, nil, PEMFile.noPassphrase, nil) })
        else {
            OpenSSLErrors.clear()
            throw SecurityError(
                .keyInvalid, "key-unreadable",
                "\(path) holds no private key in PEM form without a passphrase; "
                    + "make it anew with scripts/certificates")
        }
        pointer = key
    }

    deinit { EVP_PKEY_free(pointer) }
}
