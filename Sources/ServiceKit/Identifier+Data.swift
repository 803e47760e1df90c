#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

extension Identifier {
    /// The 16 bytes as messages carry them.
    public var data: Data { Data(bytes) }
}
