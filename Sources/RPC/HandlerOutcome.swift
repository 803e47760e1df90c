import Logging

/// Makes the status of a call from how its handler ended.
enum HandlerOutcome {
    /// The status for what a handler threw. An `RPCError` is the answer itself; of any other error only the
    /// type is logged (its text only at debug level), and the caller learns nothing of it.
    static func status(
        for error: any Error, of method: MethodDescriptor, deadline: ContinuousClock.Instant, logger: Logger
    ) -> RPCError {
        if let error = error as? RPCError {
            guard error.code == .ok else { return error }
            return handlerFailed(method)
        }
        if error is CancellationError {
            return ContinuousClock.now >= deadline ? .deadlinePassed(method, tried: true) : .callCancelled
        }
        logger.error(
            "a handler failed",
            metadata: ["method": "\(method.name)", "error-type": "\(type(of: error))"])
        logger.debug("a handler failed, in its own words", metadata: ["error": "\(error)"])
        return handlerFailed(method)
    }

    private static func handlerFailed(_ method: MethodDescriptor) -> RPCError {
        RPCError(
            .internal, reason: "handler-failed",
            message: "\(method.name) failed inside the service; its log says where.")
    }
}
