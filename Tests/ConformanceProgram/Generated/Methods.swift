// Made by scripts/generate from Protocols/method-ids.txt and Protocols/*/v1/*.proto. Do not edit.

public import RPC

/// The methods of `tugi.conformance.v1`, by id; a service's endpoint switches over all of them.
public enum ConformanceMethod: UInt32, CaseIterable, Sendable {
    case emptyCall = 0x7e01
    case unaryCall = 0x7e02
    case streamingInputCall = 0x7e03
    case streamingOutputCall = 0x7e04
    case fullDuplexCall = 0x7e05
    case halfDuplexCall = 0x7e06
    case unimplementedCall = 0x7e07
    case writeCall = 0x7e08
    case holdCall = 0x7e09
    case awaitStopCall = 0x7e0a
    case releaseCall = 0x7e0b

    /// What the protocol has to know of the method.
    public var descriptor: MethodDescriptor {
        switch self {
        case .emptyCall: ConformanceMethods.emptyCall.descriptor
        case .unaryCall: ConformanceMethods.unaryCall.descriptor
        case .streamingInputCall: ConformanceMethods.streamingInputCall.descriptor
        case .streamingOutputCall: ConformanceMethods.streamingOutputCall.descriptor
        case .fullDuplexCall: ConformanceMethods.fullDuplexCall.descriptor
        case .halfDuplexCall: ConformanceMethods.halfDuplexCall.descriptor
        case .unimplementedCall: ConformanceMethods.unimplementedCall.descriptor
        case .writeCall: ConformanceMethods.writeCall.descriptor
        case .holdCall: ConformanceMethods.holdCall.descriptor
        case .awaitStopCall: ConformanceMethods.awaitStopCall.descriptor
        case .releaseCall: ConformanceMethods.releaseCall.descriptor
        }
    }
}

/// The typed methods of `tugi.conformance.v1`.
public enum ConformanceMethods {
    /// `tugi.conformance.v1.Interop/EmptyCall`
    public static let emptyCall = Method<ConformanceEmpty, ConformanceEmpty>(
        MethodDescriptor(
            id: 0x7e01, name: "tugi.conformance.v1.Interop/EmptyCall", kind: .unary, mutating: false,
            audience: .internal, requestBytesMax: 1 * 1024, responseBytesMax: 1 * 1024,
            deadline: .seconds(20)))

    /// `tugi.conformance.v1.Interop/UnaryCall`
    public static let unaryCall = Method<ConformanceSimpleRequest, ConformanceSimpleResponse>(
        MethodDescriptor(
            id: 0x7e02, name: "tugi.conformance.v1.Interop/UnaryCall", kind: .unary, mutating: false,
            audience: .internal, requestBytesMax: 512 * 1024, responseBytesMax: 512 * 1024,
            deadline: .seconds(20)))

    /// `tugi.conformance.v1.Interop/StreamingInputCall`
    public static let streamingInputCall = Method<ConformanceInputRequest, ConformanceInputResponse>(
        MethodDescriptor(
            id: 0x7e03, name: "tugi.conformance.v1.Interop/StreamingInputCall", kind: .clientStreaming, mutating: false,
            audience: .internal, requestBytesMax: 64 * 1024, responseBytesMax: 1 * 1024,
            deadline: .seconds(20)))

    /// `tugi.conformance.v1.Interop/StreamingOutputCall`
    public static let streamingOutputCall = Method<ConformanceOutputRequest, ConformanceOutputResponse>(
        MethodDescriptor(
            id: 0x7e04, name: "tugi.conformance.v1.Interop/StreamingOutputCall", kind: .serverStreaming, mutating: false,
            audience: .internal, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(20)))

    /// `tugi.conformance.v1.Interop/FullDuplexCall`
    public static let fullDuplexCall = Method<ConformanceOutputRequest, ConformanceOutputResponse>(
        MethodDescriptor(
            id: 0x7e05, name: "tugi.conformance.v1.Interop/FullDuplexCall", kind: .bidirectional, mutating: false,
            audience: .internal, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(20)))

    /// `tugi.conformance.v1.Interop/HalfDuplexCall`
    public static let halfDuplexCall = Method<ConformanceOutputRequest, ConformanceOutputResponse>(
        MethodDescriptor(
            id: 0x7e06, name: "tugi.conformance.v1.Interop/HalfDuplexCall", kind: .bidirectional, mutating: false,
            audience: .internal, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(20)))

    /// `tugi.conformance.v1.Interop/UnimplementedCall`
    public static let unimplementedCall = Method<ConformanceEmpty, ConformanceEmpty>(
        MethodDescriptor(
            id: 0x7e07, name: "tugi.conformance.v1.Interop/UnimplementedCall", kind: .unary, mutating: false,
            audience: .internal, requestBytesMax: 1 * 1024, responseBytesMax: 1 * 1024,
            deadline: .seconds(20)))

    /// `tugi.conformance.v1.Interop/WriteCall`
    public static let writeCall = Method<ConformanceEmpty, ConformanceContext>(
        MethodDescriptor(
            id: 0x7e08, name: "tugi.conformance.v1.Interop/WriteCall", kind: .unary, mutating: true,
            audience: .internal, requestBytesMax: 1 * 1024, responseBytesMax: 1 * 1024,
            deadline: .seconds(20)))

    /// `tugi.conformance.v1.Interop/HoldCall`
    public static let holdCall = Method<ConformanceHoldRequest, ConformanceOutputResponse>(
        MethodDescriptor(
            id: 0x7e09, name: "tugi.conformance.v1.Interop/HoldCall", kind: .bidirectional, mutating: false,
            audience: .internal, requestBytesMax: 4 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(20)))

    /// `tugi.conformance.v1.Interop/AwaitStopCall`
    public static let awaitStopCall = Method<ConformanceNamed, ConformanceStopped>(
        MethodDescriptor(
            id: 0x7e0a, name: "tugi.conformance.v1.Interop/AwaitStopCall", kind: .unary, mutating: false,
            audience: .internal, requestBytesMax: 1 * 1024, responseBytesMax: 1 * 1024,
            deadline: .seconds(20)))

    /// `tugi.conformance.v1.Interop/ReleaseCall`
    public static let releaseCall = Method<ConformanceNamed, ConformanceEmpty>(
        MethodDescriptor(
            id: 0x7e0b, name: "tugi.conformance.v1.Interop/ReleaseCall", kind: .unary, mutating: false,
            audience: .internal, requestBytesMax: 1 * 1024, responseBytesMax: 1 * 1024,
            deadline: .seconds(20)))
}
