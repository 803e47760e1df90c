import COpenSSL

/// Keyed hashes (RFC 2104) over SHA-256.
public enum HMAC {
    /// 32 bytes that only who has the key can make or check. Compare with `Digest.areEqual`.
    public static func sha256(_ bytes: some ContiguousBytesLike, key: SecretKey) -> [UInt8] {
        key.withBytes { key in sha256(bytes, rawKey: key) }
    }

    static func sha256(_ bytes: some ContiguousBytesLike, rawKey: UnsafeRawBufferPointer) -> [UInt8] {
        bytes.withBytes { input in
            [UInt8](unsafeUninitializedCapacity: 32) { output, count in
                // An empty key or message must still be a valid pointer: nil means "as before" to HMAC().
                var nothing: UInt8 = 0
                withUnsafePointer(to: &nothing) { empty in
                    let made = COpenSSL.HMAC(
                        EVP_sha256(), rawKey.baseAddress ?? UnsafeRawPointer(empty),
                        Int32(clamping: rawKey.count),
                        input.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? empty, input.count,
                        output.baseAddress, nil)
                    precondition(made != nil, "this OpenSSL lacks HMAC-SHA-256")
                }
                count = 32
            }
        }
    }
}

/// Keys out of a key (RFC 5869) over SHA-256.
enum HKDF {
    /// `count` bytes, at most 255 times 32.
    static func sha256(key: UnsafeRawBufferPointer, salt: [UInt8], info: [UInt8], count: Int) -> [UInt8] {
        let salt = salt.isEmpty ? [UInt8](repeating: 0, count: 32) : salt
        let extracted = salt.withUnsafeBytes { HMAC.sha256(key, rawKey: $0) }
        return extracted.withUnsafeBytes { extracted in
            var output: [UInt8] = []
            var block: [UInt8] = []
            var number: UInt8 = 0
            while output.count < count {
                number += 1
                block = HMAC.sha256(block + info + [number], rawKey: extracted)
                output += block
            }
            return Array(output.prefix(count))
        }
    }
}
