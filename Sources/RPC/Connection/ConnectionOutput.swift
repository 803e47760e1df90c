import NIOCore

/// The frames that one round on the loop wrote, and the one flush that sends them. Loop-bound; a class since
/// sending may call back into the connection.
final class ConnectionOutput {
    /// Frames since the last flush.
    var buffer = ByteBuffer()
    private(set) var isClosing = false

    /// From this much on calls wait for the next flush: what is encrypted at once, and the pieces that come
    /// of it, then stay in the processor's cache and are used again.
    static var bytesMax: Int { 64 * 1024 }
    /// Larger buffers are not kept for reuse.
    private static var keptBytesMax: Int { 256 * 1024 }

    var isFull: Bool { buffer.readableBytes >= Self.bytesMax }

    /// Sends what was written, in one go.
    func flush(_ context: ChannelHandlerContext) {
        guard buffer.readableBytes > 0, !isClosing else { return }
        let bytes = buffer
        buffer = ByteBuffer()
        context.writeAndFlush(NIOAny(bytes), promise: nil)
        // Encryption has copied the bytes: the storage is used again, unless somebody still holds it.
        if buffer.capacity == 0, bytes.capacity <= Self.keptBytesMax {
            buffer = bytes
            buffer.clear()
        }
    }

    /// Sends what was written, then closes the connection.
    func close(_ context: ChannelHandlerContext) {
        guard !isClosing else { return }
        flush(context)
        isClosing = true
        context.close(promise: nil)
    }
}
