#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import Security
import Synchronization

/// Keys from a folder: `KEYS/registry/0901.key`, 32 random bytes, readable by the program's account only.
///
/// A partition's key wraps the subjects' keys and yields, by derivation, the keys of its look-up hashes. Whoever loses
/// the file loses all that was sealed in the partition: it is backed up apart from the data.
public final class FileVault: Vault {
    private let folder: String
    private let create: Bool
    private let keys = Mutex<[String: Keys]>([:])

    private struct Keys: Sendable {
        var wrapping: SecretKey
        var partition: SecretKey
        var lookups: [String: SecretKey] = [:]
    }

    /// - Parameters:
    ///   - folder: the folder of one service's keys, e.g. `KEYS/registry`.
    ///   - create: make a missing key at first use (for development; in production keys are brought by the operator).
    public init(folder: String, create: Bool) {
        self.folder = folder
        self.create = create
    }

    /// Whether the partition's key file is there; none is made.
    func holdsKey(of partition: String) -> Bool { access("\(folder)/\(partition).key", F_OK) == 0 }

    /// A new key of one subject, wrapped by the partition's: to be stored beside the subject's row. Throws
    /// when the partition's key cannot be read or made.
    public func newSubjectKey(in partition: String) throws -> [UInt8] {
        let key = SecretKey.generate()
        let wrapping = try keys(of: partition).wrapping
        var plain = key.withBytes { Array($0) }
        defer { wipe(&plain) }
        return try AEAD.seal(plain, key: wrapping, associated: Self.wrapContext(partition))
    }

    /// Seals with the subject's key (AES-256-GCM); `context` must be the same when opening.
    public func seal(_ plain: [UInt8], subjectKey: [UInt8], context: String, in partition: String) throws
        -> [UInt8]
    {
        try AEAD.seal(plain, key: try unwrap(subjectKey, in: partition), associated: Array(context.utf8))
    }

    /// Opens what `seal` made. Throws ``SecurityError/Code/sealInvalid`` for another key or context, or
    /// changed bytes.
    public func open(_ sealed: [UInt8], subjectKey: [UInt8], context: String, in partition: String) throws
        -> [UInt8]
    {
        try AEAD.open(sealed, key: try unwrap(subjectKey, in: partition), associated: Array(context.utf8))
    }

    /// HMAC-SHA-256 under a key derived from the partition's for this purpose.
    public func lookupHash(_ value: [UInt8], purpose: String, in partition: String) throws -> [UInt8] {
        let all = try keys(of: partition)
        if let key = all.lookups[purpose] { return HMAC.sha256(value, key: key) }
        let key = all.partition.derived(purpose: "lookup:" + purpose)
        keys.withLock { $0[partition]?.lookups[purpose] = key }
        return HMAC.sha256(value, key: key)
    }

    private static func wrapContext(_ partition: String) -> [UInt8] { Array("subject-key:\(partition)".utf8) }

    private func unwrap(_ subjectKey: [UInt8], in partition: String) throws -> SecretKey {
        var plain = try AEAD.open(
            subjectKey, key: try keys(of: partition).wrapping, associated: Self.wrapContext(partition))
        defer { wipe(&plain) }
        return try SecretKey(plain)
    }

    private func wipe(_ bytes: inout [UInt8]) {
        for index in bytes.indices { bytes[index] = 0 }
    }

    private func keys(of partition: String) throws -> Keys {
        try keys.withLock { keys in
            if let known = keys[partition] { return known }
            guard partition.utf8.count == 4, partition.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                throw ServiceError(
                    .unavailable, "partition-unknown",
                    "There is no such partition: give a four-digit EHAK code.")
            }
            let key = try SecretKey(try load("\(folder)/\(partition).key"))
            let made = Keys(wrapping: key.derived(purpose: "subject-keys"), partition: key)
            keys[partition] = made
            return made
        }
    }

    private func load(_ path: String) throws -> [UInt8] {
        var descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT, create {
            try make(path)
            descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        }
        guard descriptor >= 0 else {
            throw ServiceError(
                .unavailable, "key-missing",
                "The key file \(path) cannot be opened (\(String(cString: strerror(errno)))): put the partition's key "
                    + "there (32 bytes, mode 0600), or set keys.create for a new installation.")
        }
        defer { _ = close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & 0o077 == 0 else {
            throw ServiceError(
                .unavailable, "key-readable",
                "The key file \(path) can be read by other accounts: chmod 600 it and consider the key known."
            )
        }
        var bytes = [UInt8](repeating: 0, count: 33)
        let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        guard count == 32 else {
            throw ServiceError(
                .unavailable, "key-length",
                "The key file \(path) must hold exactly 32 bytes: restore it from backup.")
        }
        return Array(bytes.prefix(32))
    }

    /// Writes a new key under another name and links it into place: whoever comes first wins, nobody sees half a key.
    private func make(_ path: String) throws {
        func refused(_ what: String) -> ServiceError {
            ServiceError(
                .unavailable, "key-not-made",
                "\(what) (\(String(cString: strerror(errno)))): check keys folder and its owner.")
        }
        try makeFolder(folder)
        let draft = path + ".\(getpid())-\(SecureRandom.bytes(4).map { String($0, radix: 16) }.joined())"
        let descriptor = Glibc.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw refused("A new key file \(draft) cannot be made") }
        defer {
            close(descriptor)
            unlink(draft)
        }
        let bytes = SecureRandom.bytes(32)
        let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard count == 32, fsync(descriptor) == 0 else {
            throw refused("A new key cannot be written to \(draft)")
        }
        guard link(draft, path) == 0 || errno == EEXIST else {
            throw refused("The key \(path) cannot be made")
        }
        let directory = Glibc.open(folder, O_RDONLY | O_CLOEXEC)
        guard directory >= 0 else { throw refused("The folder \(folder) cannot be opened") }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw refused("The folder \(folder) cannot be synchronised") }
    }

    private func makeFolder(_ folder: String) throws {
        if mkdir(folder, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = folder.lastIndex(of: "/"), slash != folder.startIndex else {
            throw ServiceError(
                .unavailable, "key-not-made",
                "The folder \(folder) cannot be made (\(String(cString: strerror(errno)))): check keys folder."
            )
        }
        try makeFolder(String(folder[..<slash]))
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw ServiceError(
                .unavailable, "key-not-made",
                "The folder \(folder) cannot be made (\(String(cString: strerror(errno)))): check keys folder."
            )
        }
    }
}
