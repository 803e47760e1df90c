/// The limits of one call that both ends keep, whatever carries it (`Protocols/wire.md`, limits).
public struct CallLimits: Sendable, Hashable {
    /// Largest sum of names and values of a call's metadata, in bytes.
    public var metadataBytesMax = 8 * 1024
    /// Longest deadline that a server grants; a longer one is shortened, not refused.
    public var deadlineMax: Duration = .seconds(900)
    /// A reader's buffer holds at least so many bytes; with larger messages as much as one message may have.
    public var streamBytesMin = 64 * 1024

    /// The defaults above.
    public init() {}

    /// How many bytes may wait for a reader of messages of at most `messageBytesMax` bytes: one message never waits
    /// for itself.
    func streamBytes(messageBytesMax: Int) -> Int { max(streamBytesMin, messageBytesMax) }
}
