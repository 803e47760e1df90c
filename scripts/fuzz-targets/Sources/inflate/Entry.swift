import CodecFuzzing

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzTarget.inflate.runOrTrap(UnsafeRawBufferPointer(start: start, count: count))
    return 0
}
