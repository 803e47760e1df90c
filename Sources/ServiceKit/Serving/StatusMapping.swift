public import RPC
import Store

extension RPCError {
    /// The status that a caller sees for what a service's code threw. Errors that nobody foresaw become `internal`
    /// without a word of their text.
    public init(answering error: any Error) {
        switch error {
        case let error as RPCError: self = error
        case let error as ServiceError: self.init(error)
        case let error as StoreError: self.init(error)
        case is CancellationError:
            self.init(
                .cancelled, reason: "call-cancelled", message: "The call ended before its answer was ready.")
        default:
            self.init(
                .internal, reason: "internal",
                message: "The service failed in a way that was not foreseen: county IT sees it in the log.")
        }
    }

    init(_ error: ServiceError) {
        let (code, retry): (StatusCode, RetryAdvice) =
            switch error.code {
            case .invalid: (.invalidArgument, .doNot)
            case .notFound: (.notFound, .doNot)
            case .notAllowed: (.permissionDenied, .doNot)
            case .conflict: (.failedPrecondition, .doNot)
            case .operationReused: (.alreadyExists, .doNot)
            case .tooMuch: (.resourceExhausted, .doNot)
            case .unavailable: (.unavailable, .after(.milliseconds(500)))
            }
        self.init(code, reason: error.reason, message: error.message, retry: retry)
    }

    init(_ error: StoreError) {
        switch error.code {
        case .busy:
            self.init(
                .unavailable, reason: "store-busy", message: "Another change was in the way: try again.",
                retry: .after(.milliseconds(100)))
        case .unavailable:
            self.init(
                .unavailable, reason: "store-unavailable",
                message:
                    "The service's store cannot be reached now: try again, county IT sees why in the log.",
                retry: .after(.seconds(2)))
        case .notWritten:
            self.init(
                .unavailable, reason: "store-not-written",
                message: "The change could not be written and nothing of it is kept: try again later.",
                retry: .after(.seconds(5)))
        case .damaged:
            self.init(
                .dataLoss, reason: "store-damaged",
                message: "What is stored is not readable: county IT runs `verify` and restores a backup.")
        case .constraint:
            self.init(
                .aborted, reason: "store-constraint",
                message: "The change contradicts what is stored: read the present state and decide anew.")
        case .statement:
            self.init(
                .internal, reason: "store-statement",
                message: "The service failed in a way that was not foreseen: county IT sees it in the log.")
        }
    }
}
