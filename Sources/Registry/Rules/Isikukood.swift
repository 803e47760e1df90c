import ServiceKit

/// An Estonian personal identification code (isikukood, EVS 585): eleven digits, G YYMMDD SSS C.
///
/// A right check digit proves no real person; a child who has just come to the country may have no code yet.
struct Isikukood: Sendable, Hashable {
    /// Why a text is no such code.
    enum Problem: Error, Hashable {
        case notElevenDigits
        case noSuchDay
        case checkDigit
    }

    let digits: String
    let birthDate: LocalDate

    init(_ text: String) throws(Problem) {
        let numbers = text.utf8.map { Int($0) - 0x30 }
        guard numbers.count == 11, numbers.allSatisfy({ (0...9).contains($0) }) else {
            throw .notElevenDigits
        }
        guard (1...8).contains(numbers[0]),
            let date = LocalDate(
                year: 1800 + (numbers[0] - 1) / 2 * 100 + numbers[1] * 10 + numbers[2],
                month: numbers[3] * 10 + numbers[4], day: numbers[5] * 10 + numbers[6])
        else { throw .noSuchDay }
        guard Self.checkDigit(numbers) == numbers[10] else { throw .checkDigit }
        digits = text
        birthDate = date
    }

    /// First by the weights 1 to 9 and 1; a remainder of 10 is tried again by 3 to 9, 1, 2, 3; 10 again gives 0.
    private static func checkDigit(_ numbers: [Int]) -> Int {
        for weights in [[1, 2, 3, 4, 5, 6, 7, 8, 9, 1], [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]] {
            let remainder = zip(numbers, weights).reduce(0) { $0 + $1.0 * $1.1 } % 11
            if remainder < 10 { return remainder }
        }
        return 0
    }
}
