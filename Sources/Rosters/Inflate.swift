/// Unpacks "deflate" data (RFC 1951) of the files in a ZIP archive: bounds-checked, with a limit on what comes
/// out. A roster is small, so this is written to be read, not to be fast.
struct Inflate {
    enum Failure: Error { case damaged, tooLarge }

    /// A prefix code: how many codes of each length, and the symbols in the order of their codes.
    private struct Code {
        var counts = [Int](repeating: 0, count: 16)
        var symbols: [Int]

        init(_ lengths: ArraySlice<Int>) throws(Failure) {
            for length in lengths { counts[length] += 1 }
            counts[0] = 0
            var left = 1
            for length in 1...15 {
                left = left * 2 - counts[length]
                if left < 0 { throw .damaged }
            }
            var offsets = [Int](repeating: 0, count: 16)
            for length in 1..<15 { offsets[length + 1] = offsets[length] + counts[length] }
            symbols = [Int](repeating: 0, count: counts.reduce(0, +))
            for (symbol, length) in lengths.enumerated() where length > 0 {
                symbols[offsets[length]] = symbol
                offsets[length] += 1
            }
        }
    }

    private let input: ArraySlice<UInt8>
    private var place: Int
    private var bits: UInt32 = 0
    private var bitCount: UInt32 = 0
    private var output: [UInt8] = []
    private let limit: Int

    private init(_ input: ArraySlice<UInt8>, limit: Int) {
        self.input = input
        place = input.startIndex
        self.limit = limit
    }

    /// What the data holds; at most `limit` bytes.
    static func unpack(_ input: ArraySlice<UInt8>, limit: Int) throws(Failure) -> [UInt8] {
        var inflate = Inflate(input, limit: limit)
        var isLast = false
        while !isLast {
            isLast = try inflate.take(1) == 1
            switch try inflate.take(2) {
            case 0: try inflate.stored()
            case 1: try inflate.packed(try Code(fixedLengths), try Code(fixedDistances))
            case 2:
                let (lengths, distances) = try inflate.codes()
                try inflate.packed(lengths, distances)
            default: throw .damaged
            }
        }
        return inflate.output
    }

    /// Up to 16 bits, the lowest first.
    private mutating func take(_ count: UInt32) throws(Failure) -> Int {
        while bitCount < count {
            guard place < input.endIndex else { throw .damaged }
            bits |= UInt32(input[place]) << bitCount
            place += 1
            bitCount += 8
        }
        let value = bits & ((1 << count) - 1)
        bits >>= count
        bitCount -= count
        return Int(value)
    }

    private mutating func stored() throws(Failure) {
        (bits, bitCount) = (0, 0)
        guard place + 4 <= input.endIndex else { throw .damaged }
        let length = Int(input[place]) | Int(input[place + 1]) << 8
        let inverse = Int(input[place + 2]) | Int(input[place + 3]) << 8
        guard length == ~inverse & 0xFFFF, place + 4 + length <= input.endIndex else { throw .damaged }
        guard output.count + length <= limit else { throw .tooLarge }
        output += input[(place + 4)..<(place + 4 + length)]
        place += 4 + length
    }

    private mutating func symbol(_ code: Code) throws(Failure) -> Int {
        var (value, first, index) = (0, 0, 0)
        for length in 1...15 {
            value |= try take(1)
            let count = code.counts[length]
            if value - first < count { return code.symbols[index + value - first] }
            index += count
            first = (first + count) << 1
            value <<= 1
        }
        throw .damaged
    }

    private mutating func packed(_ lengths: Code, _ distances: Code) throws(Failure) {
        while true {
            let symbol = try symbol(lengths)
            if symbol < 256 {
                guard output.count < limit else { throw .tooLarge }
                output.append(UInt8(symbol))
                continue
            }
            if symbol == 256 { return }
            guard symbol - 257 < Self.lengthBases.count else { throw .damaged }
            let length = Self.lengthBases[symbol - 257] + (try take(Self.lengthBits[symbol - 257]))
            let far = try self.symbol(distances)
            guard far < Self.distanceBases.count else { throw .damaged }
            let distance = Self.distanceBases[far] + (try take(Self.distanceBits[far]))
            guard distance <= output.count else { throw .damaged }
            guard output.count + length <= limit else { throw .tooLarge }
            for _ in 0..<length { output.append(output[output.count - distance]) }
        }
    }

    private mutating func codes() throws(Failure) -> (Code, Code) {
        let lengthCount = try take(5) + 257
        let distanceCount = try take(5) + 1
        let codeCount = try take(4) + 4
        guard lengthCount <= 286, distanceCount <= 30 else { throw .damaged }
        var lengths = [Int](repeating: 0, count: 19)
        for place in Self.codeOrder.prefix(codeCount) { lengths[place] = try take(3) }
        let code = try Code(lengths[...])
        var all: [Int] = []
        while all.count < lengthCount + distanceCount {
            let symbol = try symbol(code)
            switch symbol {
            case 0..<16: all.append(symbol)
            case 16:
                guard let last = all.last else { throw .damaged }
                all += [Int](repeating: last, count: 3 + (try take(2)))
            case 17: all += [Int](repeating: 0, count: 3 + (try take(3)))
            default: all += [Int](repeating: 0, count: 11 + (try take(7)))
            }
        }
        guard all.count == lengthCount + distanceCount, all[256] > 0 else { throw .damaged }
        return (try Code(all[..<lengthCount]), try Code(all[lengthCount...]))
    }

    private static let codeOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    private static let lengthBases = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163,
        195, 227, 258,
    ]
    private static let lengthBits: [UInt32] = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distanceBases = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
        3073, 4097, 6145, 8193, 12_289, 16_385, 24_577,
    ]
    private static let distanceBits: [UInt32] = [
        0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
    ]
    private static let fixedLengths =
        ([Int](repeating: 8, count: 144) + [Int](repeating: 9, count: 112)
        + [Int](repeating: 7, count: 24) + [Int](repeating: 8, count: 8))[...]
    private static let fixedDistances = [Int](repeating: 5, count: 30)[...]
}
