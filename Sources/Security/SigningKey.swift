import COpenSSL

/// A private key for signatures: ECDSA on P-256 over SHA-256 ("ES256").
///
/// Why unchecked: the one `EVP_PKEY` is never changed after it was made; OpenSSL counts its owners atomically
/// and overwrites the secret when the last lets go.
public final class SigningKey: @unchecked Sendable {
    let key: OpaquePointer

    private init(owning key: OpaquePointer) { self.key = key }
    deinit { EVP_PKEY_free(key) }

    /// Reads a PEM file (PKCS #8 or SEC 1, no passphrase), not readable by others.
    public convenience init(pemFile: String) throws(SecurityError) {
        var pem = try PEMFile.read(pemFile, secret: true)
        defer { pem.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
        try self.init(pem: pem, from: pemFile)
    }

    /// `from` names where the bytes came from, for the error.
    public convenience init(pem: [UInt8], from place: String = "the given bytes") throws(SecurityError) {
        self.init(owning: try P256.check(try P256.privateKey(pem, from: place), place))
    }

    /// A new random key.
    public static func generate() -> SigningKey {
        guard let key = P256.generate() else { preconditionFailure("this OpenSSL lacks P-256") }
        return SigningKey(owning: key)
    }

    /// The public half.
    public var verifyingKey: VerifyingKey {
        EVP_PKEY_up_ref(key)
        return VerifyingKey(owning: key)
    }

    /// 64 bytes: r and s, 32 each, big-endian (as JWS ES256 and IEEE P1363 have it).
    public func signature(for bytes: [UInt8]) throws(SecurityError) -> [UInt8] {
        guard let der = P256.sign(bytes, key), let raw = P256.raw(fromDER: der) else {
            throw SecurityError(
                .internalFailure, "signing-failed", "signing failed: \(OpenSSLErrors.takeText())")
        }
        return raw
    }
}

/// A public key for signatures: ECDSA on P-256 over SHA-256. Why unchecked: see `SigningKey`.
public final class VerifyingKey: @unchecked Sendable {
    private let key: OpaquePointer
    /// The first 8 bytes of SHA-256 over the key's DER form (SubjectPublicKeyInfo): names the key in what it
    /// signs.
    public let id: [UInt8]

    init(owning key: OpaquePointer) {
        self.key = key
        id = Array(Digest.sha256(P256.der(key)).prefix(8))
    }
    deinit { EVP_PKEY_free(key) }

    /// Reads a PEM file ("BEGIN PUBLIC KEY").
    public convenience init(pemFile: String) throws(SecurityError) {
        try self.init(pem: try PEMFile.read(pemFile), from: pemFile)
    }

    public convenience init(pem: [UInt8], from place: String = "the given bytes") throws(SecurityError) {
        self.init(owning: try P256.check(try P256.publicKey(pem, from: place), place))
    }

    /// Whether `signature` (64 bytes, see `SigningKey.signature(for:)`) was made over `bytes` with the
    /// private half.
    public func isValid(_ signature: [UInt8], for bytes: [UInt8]) -> Bool {
        guard signature.count == P256.signatureBytes, let der = P256.der(fromRaw: signature) else {
            return false
        }
        return P256.verify(der, bytes, key)
    }
}

/// OpenSSL's calls for P-256.
private enum P256 {
    static let signatureBytes = 64

    static func generate() -> OpaquePointer? {
        guard let context = EVP_PKEY_CTX_new_from_name(nil, "EC", nil) else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_CTX_set_group_name(context, "P-256") == 1,
            EVP_PKEY_generate(context, &key) == 1
        else { return nil }
        return key
    }

    static func privateKey(_ pem: [UInt8], from place: String) throws(SecurityError) -> OpaquePointer {
        OpenSSLErrors.clear()
        let key = PEMFile.withReader(pem) { PEM_read_bio_PrivateKey($0, nil, PEMFile.noPassphrase, nil) }
        guard let key else {
            OpenSSLErrors.clear()
            throw SecurityError(
                .keyInvalid, "key-unreadable",
                "\(place) holds no private key in PEM form without a passphrase; "
                    + "make it anew with scripts/certificates"
            )
        }
        return key
    }

    static func publicKey(_ pem: [UInt8], from place: String) throws(SecurityError) -> OpaquePointer {
        OpenSSLErrors.clear()
        guard let key = PEMFile.withReader(pem, { PEM_read_bio_PUBKEY($0, nil, nil, nil) }) else {
            OpenSSLErrors.clear()
            throw SecurityError(
                .keyInvalid, "key-unreadable",
                "\(place) holds no public key in PEM form; write it with: openssl pkey -in KEY -pubout")
        }
        return key
    }

    /// Passes a P-256 key on; frees any other and throws.
    static func check(_ key: OpaquePointer, _ place: String) throws(SecurityError) -> OpaquePointer {
        var name = [CChar](repeating: 0, count: 64)
        var count = 0
        let known = EVP_PKEY_get_group_name(key, &name, name.count, &count) == 1
        OpenSSLErrors.clear()
        if known,
            String(decoding: name.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self) == "prime256v1"
        {
            return key
        }
        EVP_PKEY_free(key)
        throw SecurityError(
            .keyInvalid, "key-kind",
            "\(place) holds a key that is not P-256; make it anew with scripts/certificates")
    }

    static func der(_ key: OpaquePointer) -> [UInt8] {
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = i2d_PUBKEY(key, &bytes)
        guard count > 0, let bytes else { preconditionFailure("a loaded key has a DER form") }
        defer { CRYPTO_free(bytes, nil, 0) }
        return Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
    }

    static func sign(_ bytes: [UInt8], _ key: OpaquePointer) -> [UInt8]? {
        guard let context = EVP_MD_CTX_new() else { return nil }
        defer { EVP_MD_CTX_free(context) }
        var count = 80
        var der = [UInt8](repeating: 0, count: count)
        OpenSSLErrors.clear()
        guard EVP_DigestSignInit_ex(context, nil, "SHA256", nil, nil, key, nil) == 1,
            EVP_DigestSign(context, &der, &count, bytes, bytes.count) == 1
        else { return nil }
        return Array(der.prefix(count))
    }

    static func verify(_ der: [UInt8], _ bytes: [UInt8], _ key: OpaquePointer) -> Bool {
        guard let context = EVP_MD_CTX_new() else { return false }
        defer {
            EVP_MD_CTX_free(context)
            OpenSSLErrors.clear()
        }
        return EVP_DigestVerifyInit_ex(context, nil, "SHA256", nil, nil, key, nil) == 1
            && EVP_DigestVerify(context, der, der.count, bytes, bytes.count) == 1
    }

    static func raw(fromDER der: [UInt8]) -> [UInt8]? {
        der.withUnsafeBufferPointer { der in
            var start = der.baseAddress
            guard let signature = d2i_ECDSA_SIG(nil, &start, der.count) else { return nil }
            defer { ECDSA_SIG_free(signature) }
            var raw = [UInt8](repeating: 0, count: signatureBytes)
            let done = raw.withUnsafeMutableBufferPointer { raw -> Bool in
                guard let target = raw.baseAddress else { return false }
                return BN_bn2binpad(ECDSA_SIG_get0_r(signature), target, 32) == 32
                    && BN_bn2binpad(ECDSA_SIG_get0_s(signature), target + 32, 32) == 32
            }
            return done ? raw : nil
        }
    }

    static func der(fromRaw raw: [UInt8]) -> [UInt8]? {
        guard let signature = ECDSA_SIG_new() else { return nil }
        defer { ECDSA_SIG_free(signature) }
        let r = BN_bin2bn(Array(raw.prefix(32)), 32, nil)
        let s = BN_bin2bn(Array(raw.suffix(32)), 32, nil)
        guard r != nil, s != nil, ECDSA_SIG_set0(signature, r, s) == 1 else {
            BN_free(r)
            BN_free(s)
            return nil
        }
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = i2d_ECDSA_SIG(signature, &bytes)
        guard count > 0, let bytes else { return nil }
        defer { CRYPTO_free(bytes, nil, 0) }
        return Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
    }
}
