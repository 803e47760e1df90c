import RPC
import SwiftProtobuf

/// The methods that are measured. Their messages are protobuf's own well-known ones: a field of bytes, a
/// number.
enum BenchMethods {
    typealias Bytes = Google_Protobuf_BytesValue
    typealias Number = Google_Protobuf_UInt64Value

    static let echo = Method<Bytes, Bytes>(descriptor(0x7f01, "Echo", .unary))
    /// So many messages of 1 KiB.
    static let stream = Method<Number, Bytes>(descriptor(0x7f02, "Stream", .serverStreaming))
    /// Answers how many messages came.
    static let upload = Method<Bytes, Number>(descriptor(0x7f03, "Upload", .clientStreaming, request: 128))
    /// Stays open until the caller leaves.
    static let hold = Method<Number, Bytes>(
        descriptor(0x7f04, "Hold", .serverStreaming, request: 1, response: 1))

    static var all: [MethodDescriptor] {
        [echo.descriptor, stream.descriptor, upload.descriptor, hold.descriptor]
    }

    private static func descriptor(
        _ id: UInt32, _ name: String, _ kind: CallKind, request: Int = 64, response: Int = 64
    ) -> MethodDescriptor {
        MethodDescriptor(
            id: id, name: "tugi.bench.v1.Bench/\(name)", kind: kind, mutating: false, audience: .public,
            requestBytesMax: request * 1024, responseBytesMax: response * 1024, deadline: .seconds(60))
    }
}
