import COpenSSL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The system's `read`, under a name that a type's own `read` does not hide.
private let systemRead: @Sendable (Int32, UnsafeMutableRawPointer?, Int) -> Int = read

/// Reading our own PEM files, with errors that name the file and the remedy.
enum PEMFile {
    /// What stands in the file. Keys must not be readable by everyone on the machine.
    static func read(_ path: String, secret: Bool = false) throws(SecurityError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            let missing = errno == ENOENT
            throw SecurityError(
                .fileUnreadable, missing ? "file-missing" : "file-unreadable",
                missing
                    ? "\(path) does not exist; "
                        + "make certificates with scripts/certificates or correct the setting"
                    : "\(path) cannot be read: \(String(cString: strerror(errno))); "
                        + "give this program's user the right"
            )
        }
        defer { close(file) }
        var facts = stat()
        guard fstat(file, &facts) == 0, facts.st_size <= limit, (facts.st_mode & S_IFMT) != S_IFDIR else {
            throw SecurityError(
                .fileUnreadable, "file-unreadable",
                "\(path) is not a PEM file (a folder, or over 1 MiB); correct it")
        }
        if secret, facts.st_mode & 0o007 != 0 {
            throw SecurityError(
                .keyInvalid, "key-readable-by-all",
                "\(path) can be read by everyone on this machine; type: chmod 600 '\(path)'")
        }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        defer { piece.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
        while bytes.count <= limit {
            let count = readBytes(file, &piece)
            if count == 0 { return bytes }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += piece.prefix(count)
        }
        throw SecurityError(
            .fileUnreadable, "file-unreadable", "\(path) cannot be read to its end; check the disk")
    }

    /// Tells one state of a file from another.
    struct Stamp: Sendable, Hashable {
        let device: UInt64
        let inode: UInt64
        let bytes: Int64
        /// Of its content and of the entry itself, in nanoseconds.
        let changed: [Int64]
    }

    /// The file's present state; nil when there is none that can be looked at.
    static func stamp(_ path: String) -> Stamp? {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        #if canImport(Darwin)
            let times = [facts.st_mtimespec, facts.st_ctimespec]
        #else
            let times = [facts.st_mtim, facts.st_ctim]
        #endif
        return Stamp(
            device: UInt64(truncatingIfNeeded: facts.st_dev), inode: UInt64(facts.st_ino),
            bytes: Int64(facts.st_size),
            changed: times.map { Int64($0.tv_sec) &* 1_000_000_000 &+ Int64($0.tv_nsec) })
    }

    private static let limit = 1 << 20

    private static func readBytes(_ file: Int32, _ target: inout [UInt8]) -> Int {
        target.withUnsafeMutableBytes { systemRead(file, $0.baseAddress, $0.count) }
    }

    /// Lends OpenSSL's reader over the bytes.
    static func withReader<Result>(_ pem: [UInt8], _ body: (OpaquePointer) -> Result?) -> Result? {
        pem.withUnsafeBytes { bytes in
            guard let reader = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else {
                return nil
            }
            defer { BIO_free(reader) }
            return body(reader)
        }
    }

    /// Says that there is no passphrase; without it OpenSSL would ask at the terminal and wait.
    static let noPassphrase:
        @convention(c) (UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?) ->
            Int32 = { _, _, _, _ in 0 }
}
