import Foundation

/// A folder that exists as long as the value is held.
public final class TemporaryFolder: Sendable {
    public let path: String

    /// `name` is seen in the path, for whoever looks at leftovers.
    public init(_ name: String) throws {
        path = NSTemporaryDirectory() + "tugi-\(name)-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
