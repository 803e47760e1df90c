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

    /// Loads and checks all files; every refusal says which file and what to do.
    public init(_ configuration: TLSConfiguration) throws(SecurityError) {
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
        let loaded: (identity: PeerIdentity, expiry: Int64, mayServe: Bool)
        do throws(SecurityError) {
            try Self.setUp(pointer, protocolName: [length] + name)
            loaded = try Self.load(configuration, into: pointer)
        } catch {
            SSL_CTX_free(pointer)
            throw error
        }
        self.pointer = pointer
        identity = loaded.identity
        certificateExpiry = loaded.expiry
        mayServe = loaded.mayServe
        county = configuration.county
        applicationProtocol = configuration.applicationProtocol
        protocolName = name
    }

    deinit { SSL_CTX_free(pointer) }

    private static func setUp(_ pointer: OpaquePointer, protocolName: [UInt8]) throws(SecurityError) {
        SSL_CTX_set_security_level(pointer, 2)
        SSL_CTX_set_verify_depth(pointer, 4)
        SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, TLSCallbacks.verify)
        SSL_CTX_set_alpn_select_cb(pointer, TLSCallbacks.selectProtocol, nil)
        SSL_CTX_set_client_hello_cb(pointer, TLSCallbacks.clientHello, nil)
        // Connections are few and long: sessions are not resumed, so no tickets are made or kept.
        SSL_CTX_set_num_tickets(pointer, 0)
        tugi_ssl_ctx_no_sessions(pointer)
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
        _ configuration: TLSConfiguration, into pointer: OpaquePointer
    ) throws(SecurityError) -> (identity: PeerIdentity, expiry: Int64, mayServe: Bool) {
        let roots = try CertificateFile(configuration.trustRootsFile)
        let chain = try CertificateFile(configuration.certificateChainFile)
        let leaf = chain.leaf
        let identity = try identity(of: chain, configuration)
        try trusted(chain, roots, configuration)
        guard let expiry = leaf.expiry else {
            throw SecurityError(
                .certificateMalformed, "expiry-unreadable",
                "\(configuration.certificateChainFile): its end of validity is unreadable; make it anew")
        }
        try roots.trust(in: pointer)
        try chain.present(in: pointer)
        try useKey(configuration, in: pointer)
        return (identity, expiry, leaf.allows(.server))
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
        _ chain: CertificateFile, _ roots: CertificateFile, _ files: TLSConfiguration
    ) throws(SecurityError) {
        do throws(SecurityError) {
            try chain.verify(against: roots)
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

/// The certificates of one PEM file, at least one.
final class CertificateFile {
    private let path: String
    private let certificates: [OpaquePointer]
    let leaf: Certificate

    init(_ path: String) throws(SecurityError) {
        let pem = try PEMFile.read(path)
        OpenSSLErrors.clear()
        var found: [OpaquePointer] = []
        _ = PEMFile.withReader(pem) { reader -> Bool? in
            while let next = PEM_read_bio_X509(reader, nil, PEMFile.noPassphrase, nil) { found.append(next) }
            return true
        }
        // The end of the file is an error too ("no start line"); any other means a broken certificate.
        let broken = OpenSSLErrors.take().contains { OpenSSLErrors.reason($0) != PEM_R_NO_START_LINE }
        guard !broken, let first = found.first else {
            for certificate in found { X509_free(certificate) }
            throw SecurityError(
                .certificateMalformed, broken ? "certificate-unreadable" : "no-certificate",
                broken
                    ? "\(path) holds a broken certificate; make it anew with scripts/certificates"
                    : "\(path) holds no certificate in PEM form; make it with scripts/certificates")
        }
        self.path = path
        certificates = found
        leaf = Certificate(pointer: first)
    }

    deinit { for certificate in certificates { X509_free(certificate) } }

    /// Would a peer with these roots accept us? Asked at the start, so that a mistake shows before the first
    /// call.
    func verify(against roots: CertificateFile) throws(SecurityError) {
        guard let store = X509_STORE_new(), let context = X509_STORE_CTX_new(),
            let rest = OPENSSL_sk_new_null()
        else { throw SecurityError(.internalFailure, "openssl", "out of memory; give the program more") }
        defer {
            X509_STORE_CTX_free(context)
            X509_STORE_free(store)
            OPENSSL_sk_free(rest)
            OpenSSLErrors.clear()
        }
        for root in roots.certificates { X509_STORE_add_cert(store, root) }
        for intermediate in certificates.dropFirst() {
            OPENSSL_sk_push(rest, UnsafeRawPointer(intermediate))
        }
        guard X509_STORE_CTX_init(context, store, leaf.pointer, rest) == 1, X509_verify_cert(context) == 1
        else {
            throw .verification(X509_STORE_CTX_get_error(context))
        }
    }

    func trust(in pointer: OpaquePointer) throws(SecurityError) {
        let store = SSL_CTX_get_cert_store(pointer)
        for certificate in certificates {
            guard X509_STORE_add_cert(store, certificate) == 1,
                SSL_CTX_add_client_CA(pointer, certificate) == 1
            else {
                throw SecurityError(
                    .certificateMalformed, "root-unusable",
                    "\(path) holds an authority that cannot be used: \(OpenSSLErrors.takeText()); "
                        + "correct the file"
                )
            }
        }
    }

    func present(in pointer: OpaquePointer) throws(SecurityError) {
        OpenSSLErrors.clear()
        var done = SSL_CTX_use_certificate(pointer, leaf.pointer) == 1
        for certificate in certificates.dropFirst() where done {
            done = tugi_ssl_ctx_add_chain(pointer, certificate) == 1
        }
        guard done else {
            throw SecurityError(
                .certificateMalformed, "certificate-unusable",
                "\(path) cannot be used: \(OpenSSLErrors.takeText()); make it anew with scripts/certificates")
        }
    }
}
