import COpenSSL

/// Sealing with AES-256-GCM: what is sealed is secret and cannot be changed unseen.
///
/// Form: 12 random bytes (nonce), the ciphertext (as long as the plain bytes), 16 bytes (tag). With random
/// nonces one key may seal 2^32 times (NIST SP 800-38D, 8.3); keys of subjects stay far below.
public enum AEAD {
    public static let nonceBytes = 12
    public static let tagBytes = 16
    /// How much longer a seal is than what it holds.
    public static let overheadBytes = nonceBytes + tagBytes

    /// Seals `plain`. `associated` is not stored but must be the same when opening: say there where the seal
    /// belongs (table, column, row), so that no seal can be moved to another place.
    public static func seal(_ plain: [UInt8], key: SecretKey, associated: [UInt8]) throws(SecurityError)
        -> [UInt8]
    {
        var sealed = [UInt8](repeating: 0, count: plain.count + overheadBytes)
        let done = sealed.withUnsafeMutableBytes { output -> Bool in
            guard let start = output.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return false }
            SecureRandom.fill(UnsafeMutableRawBufferPointer(start: start, count: nonceBytes))
            let tag = start + nonceBytes + plain.count
            return Cipher.run(
                .seal, key: key, nonce: start, associated: associated, input: plain, tag: tag,
                output: start + nonceBytes)
        }
        guard done else {
            throw SecurityError(
                .internalFailure, "sealing-failed", "sealing failed: \(OpenSSLErrors.takeText())")
        }
        return sealed
    }

    /// Opens a seal; `sealInvalid` when key or `associated` differ or a bit was changed (one error for all
    /// three).
    public static func open(_ sealed: [UInt8], key: SecretKey, associated: [UInt8]) throws(SecurityError)
        -> [UInt8]
    {
        let count = sealed.count - overheadBytes
        guard count >= 0 else { throw invalid }
        var tag = Array(sealed.suffix(tagBytes))
        let input = Array(sealed.dropFirst(nonceBytes).dropLast(tagBytes))
        // One byte more, so that there is an address even for nothing.
        var plain = [UInt8](repeating: 0, count: count + 1)
        let done = sealed.withUnsafeBufferPointer { nonce in
            tag.withUnsafeMutableBufferPointer { tag in
                plain.withUnsafeMutableBufferPointer { output -> Bool in
                    guard let nonce = nonce.baseAddress, let tag = tag.baseAddress,
                        let start = output.baseAddress
                    else { return false }
                    return Cipher.run(
                        .open, key: key, nonce: nonce, associated: associated, input: input, tag: tag,
                        output: start)
                }
            }
        }
        guard done else {
            OpenSSLErrors.clear()
            plain.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
            throw invalid
        }
        plain.removeLast()
        return plain
    }

    private static var invalid: SecurityError {
        SecurityError(
            .sealInvalid, "seal-invalid",
            "the sealed bytes do not open: wrong key, moved from their place, or changed; "
                + "check the partition's key "
                + "and restore the row from backup")
    }
}

private enum Cipher {
    enum Direction { case seal, open }

    static func run(
        _ direction: Direction, key: SecretKey, nonce: UnsafePointer<UInt8>, associated: [UInt8],
        input: [UInt8],
        tag: UnsafeMutablePointer<UInt8>, output target: UnsafeMutablePointer<UInt8>
    ) -> Bool {
        guard let context = EVP_CIPHER_CTX_new(), input.count < Int32.max, associated.count < Int32.max else {
            return false
        }
        defer { EVP_CIPHER_CTX_free(context) }
        let cipher = OpenSSLAlgorithms.aes256gcm.pointer
        let started = key.withBytes { key in
            let key = key.baseAddress?.assumingMemoryBound(to: UInt8.self)
            return direction == .seal
                ? EVP_EncryptInit_ex2(context, cipher, key, nonce, nil)
                : EVP_DecryptInit_ex2(context, cipher, key, nonce, nil)
        }
        guard started == 1 else { return false }
        func update(_ target: UnsafeMutablePointer<UInt8>?, _ bytes: [UInt8]) -> Bool {
            if bytes.isEmpty { return true }
            var written: Int32 = 0
            return direction == .seal
                ? EVP_EncryptUpdate(context, target, &written, bytes, Int32(bytes.count)) == 1
                : EVP_DecryptUpdate(context, target, &written, bytes, Int32(bytes.count)) == 1
        }
        guard update(nil, associated), update(target, input) else { return false }
        var rest: Int32 = 0
        switch direction {
        case .seal:
            return EVP_EncryptFinal_ex(context, target + input.count, &rest) == 1
                && tugi_gcm_tag(context, 1, tag) == 1
        case .open:
            return tugi_gcm_tag(context, 0, tag) == 1
                && EVP_DecryptFinal_ex(context, target + input.count, &rest) == 1
        }
    }
}
