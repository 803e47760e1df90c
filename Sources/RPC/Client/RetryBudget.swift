import Synchronization

/// Keeps a client from making a bad time worse: only while most calls go well are failed ones made again
/// (gRPC's proposal A6, with 10 tokens, of which a failure takes one and a success gives a tenth back).
final class RetryBudget: Sendable {
    /// In tenths of a token.
    private let tokens = Mutex(RetryBudget.tokensMax)
    private static var tokensMax: Int { 100 }

    /// More than half of the tokens are left.
    var allows: Bool { tokens.withLock { $0 > Self.tokensMax / 2 } }

    /// A call failed in a way that asks for another try.
    func failed() { tokens.withLock { $0 = max(0, $0 - 10) } }

    /// A call ended well.
    func succeeded() { tokens.withLock { $0 = min(Self.tokensMax, $0 + 1) } }
}

extension RPCError {
    /// Failures of the moment: the server was not there, or had too much to do.
    var isTransient: Bool { code == .unavailable || code == .resourceExhausted }
}
