import COpenSSL

/// 32 secret bytes, for sealing (AES-256-GCM) or keyed hashes (HMAC-SHA-256); one key, one use. The bytes
/// live in one place and are overwritten when the last owner lets go. Compared in constant time, never
/// printed.
public final class SecretKey: Sendable, Equatable, CustomStringConvertible {
    public static let byteCount = 32
    private let storage: Storage

    /// Why unchecked: raw memory that is written before the object is shared and never again until it dies.
    private final class Storage: @unchecked Sendable {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: SecretKey.byteCount, alignment: 16)
        deinit {
            OPENSSL_cleanse(bytes.baseAddress, bytes.count)
            bytes.deallocate()
        }
    }

    private init(filledBy fill: (UnsafeMutableRawBufferPointer) throws -> Void) rethrows {
        storage = Storage()
        try fill(storage.bytes)
    }

    /// Exactly 32 bytes; the caller's own copy stays the caller's to forget.
    public convenience init(_ bytes: [UInt8]) throws(SecurityError) {
        guard bytes.count == Self.byteCount else {
            throw SecurityError(
                .keyInvalid, "key-length",
                "a sealing key has 32 bytes, this one \(bytes.count); make a new one")
        }
        self.init { $0.copyBytes(from: bytes) }
    }

    /// A new random key.
    public static func generate() -> SecretKey { SecretKey { SecureRandom.fill($0) } }

    /// Another key, derived from this one for `purpose` (HKDF-SHA-256, RFC 5869): who has the derived key
    /// learns nothing of this one or of keys for other purposes.
    public func derived(purpose: String, salt: [UInt8] = []) -> SecretKey {
        SecretKey { target in
            withBytes { key in
                var derived = HKDF.sha256(
                    key: key, salt: salt, info: Array(purpose.utf8), count: Self.byteCount)
                target.copyBytes(from: derived)
                derived.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
            }
        }
    }

    /// Lends the bytes, for wrapping one key with another. What is copied out is the caller's to forget.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(storage) { try body(UnsafeRawBufferPointer(storage.bytes)) }
    }

    public static func == (left: SecretKey, right: SecretKey) -> Bool {
        left.withBytes { a in
            right.withBytes { b in CRYPTO_memcmp(a.baseAddress, b.baseAddress, byteCount) == 0 }
        }
    }

    /// A fixed word: the key's bytes never come into a log by it.
    public var description: String { "SecretKey" }
}
