import COpenSSL

/// SHA-256 (FIPS 180-4).
public enum Digest {
    /// The 32 bytes of SHA-256 over `bytes`.
    public static func sha256(_ bytes: some ContiguousBytesLike) -> [UInt8] {
        bytes.withBytes { input in
            [UInt8](unsafeUninitializedCapacity: 32) { output, count in
                let algorithm = OpenSSLAlgorithms.sha256.pointer
                _ = EVP_Digest(input.baseAddress, input.count, output.baseAddress, nil, algorithm, nil)
                count = 32
            }
        }
    }

    /// Whether both are the same, in a time that does not tell where they differ.
    public static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count
            && left.withUnsafeBytes { a in
                right.withUnsafeBytes { b in
                    a.isEmpty || CRYPTO_memcmp(a.baseAddress, b.baseAddress, a.count) == 0
                }
            }
    }
}

/// SHA-256 over bytes that come in pieces. A value: a copy goes its own way.
public struct SHA256Hasher {
    private var state: State

    /// Over no bytes yet.
    public init() { state = State() }

    /// Goes on over `bytes`.
    public mutating func update(_ bytes: some ContiguousBytesLike) {
        if !isKnownUniquelyReferenced(&state) { state = State(copying: state) }
        bytes.withBytes { state.update($0) }
    }

    /// The 32 bytes over all that came so far; more may follow.
    public func finalize() -> [UInt8] { State(copying: state).finish() }

    private final class State {
        private let context: OpaquePointer

        init() {
            context = State.make()
            _ = EVP_DigestInit_ex2(context, OpenSSLAlgorithms.sha256.pointer, nil)
        }

        init(copying other: State) {
            context = State.make()
            _ = EVP_MD_CTX_copy_ex(context, other.context)
        }

        deinit { EVP_MD_CTX_free(context) }

        private static func make() -> OpaquePointer {
            guard let context = EVP_MD_CTX_new() else { preconditionFailure("out of memory") }
            return context
        }

        func update(_ bytes: UnsafeRawBufferPointer) {
            _ = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
        }

        func finish() -> [UInt8] {
            [UInt8](unsafeUninitializedCapacity: 32) { output, count in
                _ = EVP_DigestFinal_ex(context, output.baseAddress, nil)
                count = 32
            }
        }
    }
}

/// Algorithms looked up once: OpenSSL 3 otherwise searches its providers at each use, which costs more than a
/// short hash. Why unchecked: OpenSSL's algorithm objects are immutable and counted atomically; these live
/// for ever.
struct OpenSSLAlgorithms: @unchecked Sendable {
    let pointer: OpaquePointer

    static let sha256 = OpenSSLAlgorithms(EVP_MD_fetch(nil, "SHA256", nil))
    static let aes256gcm = OpenSSLAlgorithms(EVP_CIPHER_fetch(nil, "AES-256-GCM", nil))

    private init(_ pointer: OpaquePointer?) {
        guard let pointer else { preconditionFailure("this OpenSSL lacks SHA-256 or AES-256-GCM") }
        self.pointer = pointer
    }
}

/// Anything whose bytes lie side by side.
public protocol ContiguousBytesLike {
    /// Lends the bytes for the time of `body`.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result
}

extension [UInt8]: ContiguousBytesLike {
    /// Lends the array's storage; nothing is copied.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(body)
    }
}

extension ArraySlice<UInt8>: ContiguousBytesLike {
    /// Lends the slice's part of its storage; nothing is copied.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(body)
    }
}

extension UnsafeRawBufferPointer: ContiguousBytesLike {
    /// Lends the buffer itself.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result { body(self) }
}
