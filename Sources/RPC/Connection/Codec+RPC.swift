import Codec
import NIOCore

// Between the codec's words and RPC's own.

extension RPCLimits {
    /// What the codec keeps of these limits.
    var wire: Limits {
        var limits = Limits()
        limits.messageBytesMax = min(messageBytesMax, Wire.messageBytesHardMax)
        limits.callsMax = callsMax
        limits.receiveBudgetBytes = receiveBudgetBytes
        limits.metadataBytesMax = metadataBytesMax
        limits.metadataEntriesMax = metadataEntriesMax
        limits.deadlineMillisecondsMax = UInt32(clamping: deadlineMax.milliseconds)
        return limits
    }
}

extension CallStatus {
    init(_ error: RPCError) {
        self.init(
            Code(rawValue: error.code.rawValue) ?? .unknown, reason: error.reason, message: error.message,
            retry: Retry(error.retry), details: ByteBuffer(bytes: error.details))
    }
}

extension CallStatus.Retry {
    init(_ advice: RetryAdvice) {
        switch advice {
        case .neverSeen: self = .neverSeen
        case .doNot: self = .doNot
        case .after(let wait): self = .after(milliseconds: UInt32(clamping: wait.milliseconds))
        }
    }
}

extension RPCError {
    /// Nil for a call that ended well.
    init?(_ status: CallStatus) {
        guard status.code != .ok else { return nil }
        let advice: RetryAdvice =
            switch status.retry {
            case .doNot: .doNot
            case .neverSeen: .neverSeen
            case .after(let milliseconds): .after(.milliseconds(Int64(milliseconds)))
            }
        self.init(
            StatusCode(rawValue: status.code.rawValue) ?? .unknown, reason: status.reason,
            message: status.message, retry: advice, details: Array(status.details.readableBytesView))
    }
}

extension Hello {
    /// With things that mean nothing and that every server must skip: so none forgets how
    /// (`Protocols/wire.md`, section 12).
    static func greased(_ hello: Hello) -> Hello {
        var hello = hello
        hello.grease = (0..<Int.random(in: 0...16)).map { _ in UInt8.random(in: 0...255) }
        // Bits 48 to 63 are never given a meaning.
        hello.features.formUnion(Features(rawValue: UInt64.random(in: 0...0xffff) << 48))
        return hello
    }
}
