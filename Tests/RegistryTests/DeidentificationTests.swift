import Testing

@testable import Registry

@Suite("Free text that must name nobody")
struct DeidentificationTests {
    @Test(
        "A personal code is found however it is written, with a slip of the pen too",
        arguments: [
            "Laps 50001010017 puudub", "kood: 5000101 0017", "50001010011.", "(60105-120-017)", "５０００１０１００１７",
        ])
    func isikukood(_ text: String) {
        #expect(Deidentification.trace(in: text) == .isikukood)
    }

    @Test(
        "A telephone number is found with the country's code and without",
        arguments: [
            "helista 5512 3456", "+372 5512345", "00372 55123456", "tel 32 55 123", "3725512345",
            "+358 40 123 4567",
            "55123456", "55-12-34-56",
        ])
    func phone(_ text: String) {
        #expect(Deidentification.trace(in: text) == .phone)
    }

    @Test(
        "An e-mail address is found, also where the at sign is spelled",
        arguments: [
            "ema@example.invalid", "kirjuta <ema.naidis@example.invalid>", "ema (at) example.invalid",
            "ema[at]example.invalid", "Ema＠example.invalid, palun",
        ])
    func email(_ text: String) {
        #expect(Deidentification.trace(in: text) == .email)
    }

    @Test(
        "Numbers and days that name nobody pass",
        arguments: [
            "", "Noor tunneb, et keegi ei küsi.", "2025-09-01 kuni 2026-06-09", "01.09.2025",
            "õppeaasta 2025/2026",
            "PGS § 36 lõige 3", "12 last 158 000 õpilasest", "116 111 ja 112", "281 160 eurot",
            "klass 7a, 3 korda 5 päeva",
            "@ on märk", "hinne 4.5", "https://ennetusmudel.ee/?p=955", "1234567",
            "2 nädalat, 10 päeva, 20 protsenti",
        ])
    func harmless(_ text: String) {
        #expect(Deidentification.trace(in: text) == nil)
    }

    @Test("What is said about a finding holds nothing of the text")
    func silent() {
        for trace in Deidentification.Trace.allCases {
            for text in [trace.message.et, trace.message.en, trace.remedy.et, trace.remedy.en] {
                #expect(!text.isEmpty && !text.contains(where: \.isNumber) && !text.contains("@"))
            }
        }
    }
}
