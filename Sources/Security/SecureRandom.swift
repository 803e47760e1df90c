import COpenSSL

/// Bytes that nobody can guess, from OpenSSL's generator (seeded by the operating system).
public enum SecureRandom {
    /// `count` random bytes. Stops the program when the system has no randomness: nothing is safe without.
    public static func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            fill(UnsafeMutableRawBufferPointer(buffer))
            filled = count
        }
    }

    static func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        guard let start = buffer.baseAddress, buffer.count > 0 else { return }
        let done = RAND_bytes(start.assumingMemoryBound(to: UInt8.self), Int32(clamping: buffer.count))
        precondition(done == 1 && buffer.count <= Int(Int32.max), "the system gives no random bytes")
    }
}
