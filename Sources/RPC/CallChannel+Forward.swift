/// Passes a call on, bytes unread: what a gateway does with every method that it does not answer itself.
/// Messages flow both ways as fast as the slower side takes them; the caller's cancellation and deadline
/// reach the other side, and its status comes back as it is.
///
/// `options.parent` is set to the call's own deadline, the operation id and trace context default to its own;
/// its metadata is not passed on (a gateway says what may).
public func forward(
    _ call: any ServerCall, to channel: some CallChannel, options: CallOptions = CallOptions()
) async throws {
    var options = options
    options.parent = options.parent.map { min($0, call.context.deadline) } ?? call.context.deadline
    options.timeout = options.timeout ?? ContinuousClock.now.duration(to: call.context.deadline)
    options.operationID = options.operationID ?? call.context.operationID
    options.traceContext = options.traceContext ?? call.context.traceContext
    if call.method.kind == .unary {
        guard let request = try await call.receive() else { throw RPCError.requestMissing(call.method) }
        return try await call.send(try await channel.unary(call.method, request, options))
    }
    let onward = try await channel.open(call.method, options)
    guard !call.method.kind.oneRequest else {
        guard let request = try await call.receive() else { throw RPCError.requestMissing(call.method) }
        try await onward.send(request)
        try await onward.finishSending()
        return try await passResponses(of: onward, to: call)
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            while let request = try await call.receive() { try await onward.send(request) }
            try await onward.finishSending()
        }
        // An end of the responses ends the call, whatever the caller still sends.
        defer { group.cancelAll() }
        do {
            try await passResponses(of: onward, to: call)
        } catch {
            onward.cancel()
            throw error
        }
    }
}

private func passResponses(of onward: any ClientCall, to call: any ServerCall) async throws {
    while let response = try await onward.receive() { try await call.send(response) }
}
