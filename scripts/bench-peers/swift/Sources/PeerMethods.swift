import GRPCCore
import GRPCProtobuf
import SwiftProtobuf

/// The methods of bench.proto, called and served as the code does that grpc-swift generates.
enum PeerMethods {
    typealias Bytes = Google_Protobuf_BytesValue
    typealias Number = Google_Protobuf_UInt64Value

    static let echo = method("Echo")
    static let stream = method("Stream")
    static let upload = method("Upload")

    private static func method(_ name: String) -> MethodDescriptor {
        MethodDescriptor(
            service: ServiceDescriptor(fullyQualifiedService: "tugi.bench.v1.Bench"), method: name)
    }
}

/// Answers the measured methods, without any work.
struct PeerService: RegistrableRPCService {
    typealias Bytes = PeerMethods.Bytes
    typealias Number = PeerMethods.Number

    func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
        router.registerHandler(
            forMethod: PeerMethods.echo, deserializer: ProtobufDeserializer<Bytes>(),
            serializer: ProtobufSerializer<Bytes>()
        ) { request, _ in
            let message = try await ServerRequest(stream: request).message
            return StreamingServerResponse(single: ServerResponse(message: message))
        }
        router.registerHandler(
            forMethod: PeerMethods.stream, deserializer: ProtobufDeserializer<Number>(),
            serializer: ProtobufSerializer<Bytes>()
        ) { request, _ in
            let count = try await ServerRequest(stream: request).message.value
            let message = Bytes(.init(repeating: 7, count: 1024))
            return StreamingServerResponse { writer in
                for _ in 0..<count { try await writer.write(message) }
                return [:]
            }
        }
        router.registerHandler(
            forMethod: PeerMethods.upload, deserializer: ProtobufDeserializer<Bytes>(),
            serializer: ProtobufSerializer<Number>()
        ) { request, _ in
            var count = Number(0)
            for try await part in request.messages { count.value += part.value.isEmpty ? 0 : 1 }
            return StreamingServerResponse(single: ServerResponse(message: count))
        }
    }
}
