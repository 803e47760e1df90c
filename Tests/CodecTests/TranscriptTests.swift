import Foundation
import Testing

@Suite struct TranscriptTests {
    @Test("There are transcripts for both sides")
    func coverage() {
        #expect(Transcript.all.filter(\.isServer).count >= 200)
        #expect(Transcript.all.filter { !$0.isServer }.count >= 150)
    }

    @Test("Every transcript plays as it says, step by step", arguments: Transcript.all)
    func plays(_ transcript: Transcript) {
        let replay = Replay(transcript)
        for (number, step) in transcript.steps.enumerated() {
            let given = Self.object(step.given)
            // An act of the shell around the machine, such as a client that leaves by itself: RPCTests has those.
            guard let outcome = replay.play(given) else {
                #expect(given["act"] as? String == "leave" && !transcript.isServer)
                return
            }
            let told = given["act"] as? String == "deadlinePasses" && !transcript.isServer
            let expected = told ? Self.withoutTells(step.expected) : step.expected
            #expect(outcome == expected, "step \(number + 1) of \(transcript.name): \(step.given)")
            if outcome != expected { return }
        }
    }

    /// At a client's deadline the shell tells the caller; the machine only cancels.
    private static func withoutTells(_ text: String) -> String {
        Vector.json(object(text).filter { $0.key != "tells" })
    }

    private static func object(_ text: String) -> [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]) ?? [:]
    }
}
