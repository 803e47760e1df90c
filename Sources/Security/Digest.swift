import COpenSSL

/// SHA-256 (FIPS 180-4).
public enum Digest {
    /// The 32 bytes of SHA-256 over `bytes`.
    public static func sha256(_ bytes: some ContiguousBytesLike) -> [UInt8] {
        bytes.withBytes { input in
            [UInt8](unsafeUninitializedCapacity: 32) { output, count in
                _ = EVP_Digest(input.baseAddress, input.count, output.baseAddress, nil, EVP_sha256(), nil)
                count = 32
            }
        }
    }
}

/// Anything whose bytes lie side by side.
public protocol ContiguousBytesLike {
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result
}

extension [UInt8]: ContiguousBytesLike {
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result { withUnsafeBytes(body) }
}
