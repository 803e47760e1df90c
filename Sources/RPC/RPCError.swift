/// How a call ended: gRPC's closed set of codes (grpc/grpc, doc/statuscodes.md).
public enum StatusCode: UInt8, Sendable, Hashable, CaseIterable {
    case ok = 0
    case cancelled = 1
    case unknown = 2
    case invalidArgument = 3
    case deadlineExceeded = 4
    case notFound = 5
    case alreadyExists = 6
    case permissionDenied = 7
    case resourceExhausted = 8
    case failedPrecondition = 9
    case aborted = 10
    case outOfRange = 11
    case unimplemented = 12
    case `internal` = 13
    case unavailable = 14
    case dataLoss = 15
    case unauthenticated = 16
}

/// Whether, and when, the same call may be made again.
public enum RetryAdvice: Sendable, Hashable {
    /// The application never saw the call: always safe.
    case neverSeen
    /// Safe after that time, with the same operation id.
    case after(Duration)
    case doNot
}

/// Why a call failed. Nothing is decided by `message`: that is for people and holds no personal data.
public struct RPCError: Error, Sendable {
    /// gRPC's code of the failure.
    public var code: StatusCode
    /// Machine reason, kebab case: "deadline-passed", "certificate-foreign", "message-too-large".
    public var reason: String
    /// What happened and what to do next, for people.
    public var message: String
    /// Whether, and when, the same call may be made again.
    public var retry: RetryAdvice
    /// More for machines: an encoded message that the method documents.
    public var details: [UInt8]

    /// All values as documented at the properties.
    public init(
        _ code: StatusCode, reason: String, message: String, retry: RetryAdvice = .doNot,
        details: [UInt8] = []
    ) {
        self.code = code
        self.reason = reason
        self.message = message
        self.retry = retry
        self.details = details
    }
}
