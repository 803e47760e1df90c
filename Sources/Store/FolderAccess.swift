#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Folders and files that only the program's own account may read: they hold children's data.
enum FolderAccess {
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// A file's length; 0 when there is none.
    static func bytes(_ path: String) -> UInt64 {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(clamping: status.st_size) : 0
    }

    /// Makes the folder (0700) and an empty file (0600) when they are missing; a file that others could read
    /// is closed to them. SQLite gives its journal files the mode of the database file.
    static func prepare(folder: String, file: String) throws {
        try makeFolder(folder)
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw refused("The database file cannot be opened", errno) }
        defer { _ = close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw refused("The database file cannot be examined", errno)
        }
        if status.st_mode & 0o077 != 0, fchmod(descriptor, 0o600) != 0 {
            throw refused("The database file is open to other accounts and cannot be closed to them", errno)
        }
    }

    /// Makes a folder and those above it; folders that exist are left as they are.
    static func makeFolder(_ folder: String) throws {
        if folder.isEmpty || mkdir(folder, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = folder.lastIndex(of: "/"), slash != folder.startIndex else {
            throw refused("The store's folder cannot be made", errno)
        }
        try makeFolder(String(folder[..<slash]))
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw refused("The store's folder cannot be made", errno)
        }
    }

    /// Makes a finished file's content and name survive a power cut, under its final name.
    static func publish(_ unfinished: String, as path: String, folder: String) throws {
        let file = open(unfinished, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw refused("The copy cannot be opened", errno) }
        defer { _ = close(file) }
        guard fchmod(file, 0o600) == 0, fsync(file) == 0, rename(unfinished, path) == 0 else {
            throw refused("The copy cannot be completed", errno)
        }
        let directory = open(folder, O_RDONLY | O_CLOEXEC)
        guard directory >= 0 else { throw refused("The copy's folder cannot be opened", errno) }
        defer { _ = close(directory) }
        guard fsync(directory) == 0 else { throw refused("The copy's folder cannot be synchronised", errno) }
    }

    static func remove(_ path: String) { unlink(path) }

    private static func refused(_ what: String, _ number: Int32) -> StoreError {
        let code: StoreError.Code = number == ENOSPC || number == EDQUOT ? .notWritten : .unavailable
        let reason = String(cString: strerror(number))
        return StoreError(
            code,
            "\(what): \(reason). Check that the folder is on a writable disk with room and belongs to the "
                + "account that runs the program.",
            engineCode: number)
    }
}
