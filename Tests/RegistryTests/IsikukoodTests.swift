@testable import Registry
import ServiceKit
import Testing

@Suite("Isikukood")
struct IsikukoodTests {
    @Test(
        "A code whose check digit fits is taken, by the first or the second row of weights, or the rest of ten",
        arguments: [
            ("50001010017", "2000-01-01"), ("50101010009", "2001-01-01"), ("49901010771", "1999-01-01"),
            ("30301010700", "1903-01-01"),
        ])
    func right(code: String, born: String) throws {
        #expect(try Isikukood(code).birthDate.description == born)
    }

    @Test(
        "Another text is refused for its own reason",
        arguments: [
            ("50001010011", Isikukood.Problem.checkDigit), ("46001010000", .checkDigit),
            ("50002300017", .noSuchDay),
            ("00001010017", .noSuchDay), ("5000101001", .notElevenDigits), ("5000101001x", .notElevenDigits),
            ("５00010100", .notElevenDigits), ("", .notElevenDigits),
        ])
    func wrong(code: String, problem: Isikukood.Problem) {
        #expect(throws: problem) { try Isikukood(code) }
    }
}
