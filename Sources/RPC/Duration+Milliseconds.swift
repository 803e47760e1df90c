import NIOCore

extension Duration {
    /// Whole milliseconds, rounded up, so that a deadline never shrinks to nothing on its way.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let rest = attoseconds / 1_000_000_000_000_000
        let more: Int64 = attoseconds % 1_000_000_000_000_000 > 0 ? 1 : 0
        let (sum, tooLarge) = product.addingReportingOverflow(rest + more)
        return tooLarge ? .max : sum
    }

    /// As NIO counts time; at most some years.
    var timeAmount: TimeAmount { .milliseconds(min(max(milliseconds, 0), 1 << 40)) }
}
