import CodecFuzzing
import Foundation

/// What this run throws bytes at: FUZZ_TARGET names it (scripts/fuzz).
private let target = ProcessInfo.processInfo.environment["FUZZ_TARGET"].flatMap { FuzzTarget(rawValue: $0) }

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let target else { fatalError("FUZZ_TARGET names no target; scripts/fuzz sets it.") }
    target.runOrTrap(UnsafeRawBufferPointer(start: start, count: count))
    return 0
}
