import NIOCore

/// Puts the fragments of one call's messages together, one message at a time.
struct MessageAssembly {
    /// A message whose fragments have all come.
    struct Whole {
        var payload: ByteBuffer
        /// Length before compression.
        var plainBytes: Int
        var isCompressed: Bool
    }

    private struct Partial {
        var collected: ByteBuffer
        var messageBytes: Int
        var plainBytes: Int
        var isCompressed: Bool
    }

    private var partial: Partial?

    /// Whether a message has begun and not ended.
    var isReceiving: Bool { partial != nil }
    /// Bytes of the message under way that have not come.
    var bytesMissing: Int { partial.map { $0.messageBytes - $0.collected.readableBytes } ?? 0 }

    /// Takes a fragment; returns the message with its last one. The decoder has checked a first fragment's
    /// lengths.
    mutating func take(_ fragment: MessageFragment) throws(WireFault) -> Whole? {
        if fragment.flags.contains(.first) {
            guard partial == nil else {
                throw WireFault(
                    .fragmentOrder, offset: 5, "A message begins before the one before it has ended.")
            }
            let isCompressed = fragment.flags.contains(.compressed)
            if fragment.flags.contains(.last) {
                return Whole(
                    payload: fragment.payload, plainBytes: fragment.plainBytes, isCompressed: isCompressed)
            }
            var collected = ByteBuffer()
            collected.reserveCapacity(fragment.messageBytes)
            collected.writeImmutableBuffer(fragment.payload)
            partial = Partial(
                collected: collected, messageBytes: fragment.messageBytes, plainBytes: fragment.plainBytes,
                isCompressed: isCompressed)
            return nil
        }
        guard let missing = partial.map({ $0.messageBytes - $0.collected.readableBytes }) else {
            throw WireFault(
                .fragmentOrder, offset: 5, "A fragment goes on with a message that has not begun.")
        }
        let comes = fragment.payload.readableBytes
        guard comes <= missing, fragment.flags.contains(.last) == (comes == missing) else {
            throw WireFault(
                .fragmentLength, offset: 0, "The fragments do not add up to the message's length.")
        }
        partial?.collected.writeImmutableBuffer(fragment.payload)
        guard comes == missing, let done = partial else { return nil }
        partial = nil
        return Whole(payload: done.collected, plainBytes: done.plainBytes, isCompressed: done.isCompressed)
    }
}
