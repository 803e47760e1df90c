#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The system's logarithm to base 2.
func log2(_ value: Double) -> Double {
    #if canImport(Glibc)
        Glibc.log2(value)
    #elseif canImport(Musl)
        Musl.log2(value)
    #else
        Darwin.log2(value)
    #endif
}

/// The system's power of 2.
func exp2(_ value: Double) -> Double {
    #if canImport(Glibc)
        Glibc.exp2(value)
    #elseif canImport(Musl)
        Musl.exp2(value)
    #else
        Darwin.exp2(value)
    #endif
}
