import COpenSSL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

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
    func verify(against roots: CertificateFile, _ lists: RevocationLists?, now: Int64) throws(SecurityError) {
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
        try lists?.use(in: store)
        for intermediate in certificates.dropFirst() {
            OPENSSL_sk_push(rest, UnsafeRawPointer(intermediate))
        }
        guard X509_STORE_CTX_init(context, store, leaf.pointer, rest) == 1 else {
            throw SecurityError(.internalFailure, "openssl", "out of memory; give the program more")
        }
        X509_STORE_CTX_set_time(context, 0, time_t(now))
        guard X509_verify_cert(context) == 1 else {
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
