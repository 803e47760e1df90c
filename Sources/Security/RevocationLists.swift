import COpenSSL

/// The certificate revocation lists of one PEM file, at least one; each authority whose certificates are
/// looked at needs its own.
final class RevocationLists {
    private let path: String
    private let lists: [OpaquePointer]

    init(_ path: String) throws(SecurityError) {
        let pem = try PEMFile.read(path)
        OpenSSLErrors.clear()
        var found: [OpaquePointer] = []
        _ = PEMFile.withReader(pem) { reader -> Bool? in
            while let next = PEM_read_bio_X509_CRL(reader, nil, PEMFile.noPassphrase, nil) {
                found.append(next)
            }
            return true
        }
        // The end of the file is an error too ("no start line"); any other means a broken list.
        let isBroken = OpenSSLErrors.take().contains { OpenSSLErrors.reason($0) != PEM_R_NO_START_LINE }
        guard !isBroken, !found.isEmpty else {
            for list in found { X509_CRL_free(list) }
            throw SecurityError(
                .revocationListInvalid, "revocation-list-unreadable",
                "\(path) holds no revocation list in PEM form, or a broken one; "
                    + "get the authority's list anew")
        }
        self.path = path
        lists = found
    }

    /// When the first of them ends, in seconds since 1970; one that does not say is not counted.
    var end: Int64? { lists.compactMap { Certificate.seconds(X509_CRL_get0_nextUpdate($0)) }.min() }

    deinit { for list in lists { X509_CRL_free(list) } }

    /// From now on the store asks the lists about every certificate of a peer's chain.
    func use(in store: OpaquePointer?) throws(SecurityError) {
        OpenSSLErrors.clear()
        for list in lists {
            guard X509_STORE_add_crl(store, list) == 1 else {
                throw SecurityError(
                    .revocationListInvalid, "revocation-list-unusable",
                    "\(path) holds a list that cannot be used: \(OpenSSLErrors.takeText()); "
                        + "get the authority's list anew")
            }
        }
        guard X509_STORE_set_flags(store, UInt(X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL)) == 1 else {
            throw SecurityError(.internalFailure, "openssl", "out of memory; give the program more")
        }
    }
}
