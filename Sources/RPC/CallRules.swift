import Codec
import NIOCore

/// What every call must keep, over sockets and in process alike: both check with these functions.
enum CallRules {
    /// When the call must be over: the caller's timeout or the method's deadline, and never after the
    /// parent's.
    static func deadline(
        of method: MethodDescriptor, _ options: CallOptions, now: ContinuousClock.Instant
    ) throws(RPCError) -> ContinuousClock.Instant {
        var deadline = now.advanced(by: options.timeout ?? method.deadline)
        if let parent = options.parent { deadline = min(deadline, parent) }
        guard deadline > now else { throw .deadlinePassed(method, tried: false) }
        return deadline
    }

    /// What is checked of a call before anything is sent.
    static func checkOpening(
        _ method: MethodDescriptor, _ options: CallOptions, _ limits: RPCLimits
    ) throws(RPCError) {
        try checkOperation(method, options.operationID)
        try check(options.metadata, limits)
        if let trace = options.traceContext, trace.count != 25 {
            throw RPCError(
                .invalidArgument, reason: "trace-context-length", message: "A trace context has 25 bytes.")
        }
    }

    /// An operation id is 16 bytes, and a method that changes something needs one.
    static func checkOperation(_ method: MethodDescriptor, _ operationID: [UInt8]?) throws(RPCError) {
        guard let operationID else {
            guard method.mutating else { return }
            throw RPCError(
                .invalidArgument, reason: "operation-id-missing",
                message:
                    "\(method.name) changes something: send 16 bytes as operation id, made before the"
                    + " first try."
            )
        }
        guard operationID.count == 16 else {
            throw RPCError(
                .invalidArgument, reason: "operation-id-length", message: "An operation id has 16 bytes.")
        }
    }

    /// Names are 1 to 64 of lower case letters, digits, "-", "_" and "."; names and values together are
    /// bounded.
    static func check(_ metadata: Metadata, _ limits: RPCLimits) throws(RPCError) {
        if metadata.isEmpty { return }
        var bytes = 0
        for entry in metadata.wire {
            bytes += entry.name.utf8.count + entry.value.readableBytes
            guard entry.hasProperName else {
                throw RPCError(
                    .invalidArgument, reason: "metadata-name",
                    message: "A metadata name is 1 to 64 of lower case letters, digits, '-', '_' and '.'.")
            }
        }
        guard bytes <= limits.metadataBytesMax, metadata.wire.count <= limits.metadataEntriesMax else {
            throw RPCError(
                .resourceExhausted, reason: "metadata-too-large",
                message: "Metadata has \(bytes) bytes in \(metadata.wire.count) entries;"
                    + " \(limits.metadataBytesMax) in \(limits.metadataEntriesMax) are allowed.")
        }
    }

    static func checkRequest(_ message: ByteBuffer, of method: MethodDescriptor) throws(RPCError) {
        guard message.readableBytes <= method.requestBytesMax else {
            throw .messageTooLarge(message.readableBytes, method.requestBytesMax, "request", method)
        }
    }

    static func checkResponse(_ message: ByteBuffer, of method: MethodDescriptor) throws(RPCError) {
        guard message.readableBytes <= method.responseBytesMax else {
            throw .messageTooLarge(message.readableBytes, method.responseBytesMax, "response", method)
        }
    }
}

extension CallKind {
    /// Exactly one request message.
    var oneRequest: Bool { self == .unary || self == .serverStreaming }
    /// Exactly one response message when the call ends well.
    var oneResponse: Bool { self == .unary || self == .clientStreaming }
}

extension RPCError {
    static func deadlinePassed(_ method: MethodDescriptor, tried: Bool) -> RPCError {
        RPCError(
            .deadlineExceeded, reason: "deadline-passed",
            message: tried
                ? "\(method.name) did not end in time; whether it took effect is unknown: ask, or repeat it"
                    + " with the same operation id."
                : "There was no time left for \(method.name); nothing was sent.",
            retry: tried ? .doNot : .neverSeen)
    }

    static func messageTooLarge(
        _ bytes: Int, _ bytesMax: Int, _ what: String, _ method: MethodDescriptor
    ) -> RPCError {
        RPCError(
            .resourceExhausted, reason: "message-too-large",
            message: "A \(what) of \(method.name) has \(bytes) bytes; \(bytesMax) are allowed.")
    }

    static let callCancelled = RPCError(
        .cancelled, reason: "call-cancelled", message: "The caller gave this call up.")

    static let callOver = RPCError(
        .cancelled, reason: "call-over", message: "The call is over; nothing more can be sent or received.")

    static func unknownMethod(_ id: UInt32) -> RPCError {
        RPCError(
            .unimplemented, reason: "method-unknown",
            message: "No method with id 0x\(hex(id)) is served here; compare the versions of both programs.")
    }

    static func requestRepeated(_ method: MethodDescriptor) -> RPCError {
        RPCError(
            .invalidArgument, reason: "request-repeated",
            message: "\(method.name) takes exactly one request message.")
    }

    static func requestMissing(_ method: MethodDescriptor) -> RPCError {
        RPCError(
            .invalidArgument, reason: "request-missing",
            message: "\(method.name) takes exactly one request message; none was sent.")
    }

    static func responseRepeated(_ method: MethodDescriptor) -> RPCError {
        RPCError(
            .internal, reason: "response-repeated", message: "\(method.name) was answered more than once.")
    }

    static func responseMissing(_ method: MethodDescriptor) -> RPCError {
        RPCError(
            .internal, reason: "response-missing",
            message: "\(method.name) ended well but without a response.")
    }

    /// Four or more hexadecimal digits, as in `Protocols/method-ids.txt`.
    static func hex(_ id: UInt32) -> String {
        let digits = String(id, radix: 16)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
