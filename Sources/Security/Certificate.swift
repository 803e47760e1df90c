import COpenSSL

/// One X.509 certificate, looked at by the rules for identities (SPIFFE X.509-SVID).
/// The pointer is borrowed: whoever made this value keeps it alive.
struct Certificate {
    let pointer: OpaquePointer

    /// What the holder may be in a handshake.
    enum Use { case server, client }

    /// The one identity that the certificate names.
    func identity() throws(SecurityError) -> PeerIdentity {
        let uris = self.uris()
        guard uris.count == 1, let uri = uris.first else {
            throw SecurityError(
                .certificateMalformed, uris.isEmpty ? "no-uri" : "several-uris",
                "the certificate must name exactly one URI (subjectAltName), this one names \(uris.count); "
                    + "make it anew with scripts/certificates")
        }
        guard let identity = PeerIdentity(uri: uri) else {
            throw SecurityError(
                .certificateMalformed, "uri-form",
                "the certificate's URI is not of the form "
                    + "spiffe://COUNTY/municipality/CODE/system/NAME (or person/ID); make it anew")
        }
        return identity
    }

    /// A leaf for signing handshakes: not an authority's, key usage stated and right. Both uses are stated
    /// apart.
    func checkForm(use: Use?) throws(SecurityError) {
        guard X509_get_extension_flags(pointer) & UInt32(EXFLAG_CA | EXFLAG_INVALID) == 0 else {
            throw SecurityError(
                .certificateMalformed, "authority-as-leaf",
                "an authority's own (or unreadable) certificate identifies nobody; use a leaf certificate")
        }
        let usage = X509_get_key_usage(pointer)
        let signsCertificates = UInt32(KU_KEY_CERT_SIGN | KU_CRL_SIGN)
        guard usage != UInt32.max, usage & UInt32(KU_DIGITAL_SIGNATURE) != 0, usage & signsCertificates == 0
        else {
            throw SecurityError(
                .certificateMalformed, "key-usage",
                "the certificate's key usage must be digitalSignature and not certificate signing; "
                    + "make it anew"
            )
        }
        guard let use else { return }
        guard allows(use) else {
            throw SecurityError(
                .certificateMalformed, "extended-key-usage",
                "the certificate's extended key usage lacks "
                    + (use == .server ? "serverAuth" : "clientAuth") + "; make it anew")
        }
    }

    func allows(_ use: Use) -> Bool {
        let extended = X509_get_extended_key_usage(pointer)
        return extended != UInt32.max
            && extended & UInt32(use == .server ? XKU_SSL_SERVER : XKU_SSL_CLIENT) != 0
    }

    /// Seconds since 1970 at which it ends; nil when that is unreadable.
    var expiry: Int64? { Self.seconds(X509_get0_notAfter(pointer)) }

    /// A time in seconds since 1970; nil when it is unreadable.
    static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        guard let time, let epoch = ASN1_TIME_set(nil, 0) else { return nil }
        defer { ASN1_STRING_free(epoch) }
        var days: Int32 = 0
        var seconds: Int32 = 0
        guard ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return nil }
        return Int64(days) * 86_400 + Int64(seconds)
    }

    private func uris() -> [String] {
        guard let found = X509_get_ext_d2i(pointer, NID_subject_alt_name, nil, nil) else { return [] }
        let names = OpaquePointer(found)
        defer { GENERAL_NAMES_free(names) }
        var uris: [String] = []
        for index in 0..<tugi_general_names_count(names) {
            guard let name = tugi_general_name(names, index), name.pointee.type == GEN_URI,
                let text = name.pointee.d.uniformResourceIdentifier, let bytes = ASN1_STRING_get0_data(text)
            else { continue }
            uris.append(
                String(
                    decoding: UnsafeBufferPointer(start: bytes, count: Int(ASN1_STRING_length(text))),
                    as: UTF8.self))
        }
        return uris
    }
}

extension SecurityError {
    /// The error for OpenSSL's verdict on a chain (`X509_V_ERR_…`).
    static func verification(_ verdict: Int32) -> SecurityError {
        switch verdict {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            SecurityError(
                .certificateExpired, "certificate-expired",
                "the certificate has expired; make it anew and reload")
        case X509_V_ERR_CERT_NOT_YET_VALID:
            SecurityError(
                .certificateNotYetValid, "certificate-not-yet-valid",
                "the certificate is not valid yet; compare the clocks of both machines")
        case X509_V_ERR_CERT_REVOKED:
            SecurityError(
                .certificateRevoked, "certificate-revoked", "the certificate was revoked; make a new one")
        case X509_V_ERR_CRL_HAS_EXPIRED:
            SecurityError(
                .revocationListInvalid, "revocation-list-expired",
                "our list of revoked certificates has ended; get the authority's newest and reload")
        case X509_V_ERR_UNABLE_TO_GET_CRL, X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER,
            X509_V_ERR_DIFFERENT_CRL_SCOPE:
            SecurityError(
                .revocationListInvalid, "revocation-list-missing",
                "our revocation list file lacks the list of the certificate's authority; "
                    + "put the lists of all trusted authorities there and reload")
        case X509_V_ERR_CRL_NOT_YET_VALID, X509_V_ERR_CRL_SIGNATURE_FAILURE,
            X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE, X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD,
            X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD, X509_V_ERR_KEYUSAGE_NO_CRL_SIGN,
            X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION, X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
            SecurityError(
                .revocationListInvalid, "revocation-list-invalid",
                "our list of revoked certificates is not acceptable (\(words(verdict))); "
                    + "get the authority's newest and reload")
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_SIGNATURE_FAILURE,
            X509_V_ERR_INVALID_CA,
            X509_V_ERR_CERT_UNTRUSTED, X509_V_ERR_CERT_CHAIN_TOO_LONG, X509_V_ERR_PATH_LENGTH_EXCEEDED,
            X509_V_ERR_NO_ISSUER_PUBLIC_KEY, X509_V_ERR_SUBJECT_ISSUER_MISMATCH,
            X509_V_ERR_AKID_SKID_MISMATCH:
            SecurityError(
                .certificateAuthorityInvalid, "authority-unknown",
                "no trusted authority stands behind the certificate (\(words(verdict))); "
                    + "both sides must use certificates of the same authority: compare the trust roots files")
        default:
            SecurityError(
                .certificateMalformed, "certificate-invalid",
                "the certificate is not acceptable (\(words(verdict))); "
                    + "make it anew with scripts/certificates"
            )
        }
    }

    private static func words(_ verdict: Int32) -> String {
        X509_verify_cert_error_string(Int(verdict)).map { String(cString: $0) } ?? "error \(verdict)"
    }
}
