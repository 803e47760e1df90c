import CZlib
public import NIOCore

/// zlib over single messages; nothing is remembered from one message to the next (so one message's content
/// never shows in another's length).
public enum Compression {
    /// Below this nothing is gained.
    public static let worthwhileBytesMin = 512

    /// The message as a zlib stream (RFC 1950), or nil when it should go as it is: too small, no shorter
    /// when compressed, or so repetitive that the receiver's bound on growth would refuse it.
    public static func deflate(_ message: ByteBuffer, ratioMax: Int = Limits().inflateRatioMax) -> ByteBuffer?
    {
        let plainBytes = message.readableBytes
        guard plainBytes >= worthwhileBytesMin, plainBytes <= Wire.messageBytesHardMax else { return nil }
        var out = ByteBuffer()
        var result: Int32 = Z_BUF_ERROR
        out.writeWithUnsafeMutableBytes(minimumWritableBytes: plainBytes) { target in
            message.withUnsafeReadableBytes { source in
                // Room for less than the plain length: zlib stops (Z_BUF_ERROR) when nothing would be
                // gained.
                var written = uLongf(plainBytes - 1)
                result = compress2(
                    target.bindMemory(to: Bytef.self).baseAddress, &written,
                    source.bindMemory(to: Bytef.self).baseAddress, uLong(plainBytes), 3)
                return result == Z_OK ? Int(written) : 0
            }
        }
        guard result == Z_OK, plainBytes <= out.readableBytes * ratioMax else { return nil }
        return out
    }

    /// The message again, or nil when the bytes are not exactly one zlib stream of exactly `plainBytes`.
    /// The caller has checked `plainBytes` against its limits; no byte beyond it is ever written.
    public static func inflate(_ stream: ByteBuffer, plainBytes: Int) -> ByteBuffer? {
        guard plainBytes > 0, plainBytes <= Wire.messageBytesHardMax, stream.readableBytes > 0 else {
            return nil
        }
        var out = ByteBuffer()
        var isWhole = false
        out.writeWithUnsafeMutableBytes(minimumWritableBytes: plainBytes) { target in
            stream.withUnsafeReadableBytes { source in
                var written = uLongf(plainBytes)
                var read = uLong(source.count)
                let result = uncompress2(
                    target.bindMemory(to: Bytef.self).baseAddress, &written,
                    source.bindMemory(to: Bytef.self).baseAddress, &read)
                isWhole = result == Z_OK && written == uLongf(plainBytes) && read == uLong(source.count)
                return isWhole ? plainBytes : 0
            }
        }
        return isWhole ? out : nil
    }
}
