import Foundation
import Testing

/// One script of `Protocols/vectors/transcripts`: what comes in and is done, what has to come of it.
struct Transcript: Sendable, CustomTestStringConvertible {
    /// An input, and what is expected of it; both as JSON with sorted keys.
    struct Step: Sendable {
        var given: String
        var expected: String
    }

    var name: String
    var isServer: Bool
    var limits: [Int]?
    var features: UInt64
    var steps: [Step]

    var testDescription: String { name }

    /// All of them, read once; a missing or unreadable file is a failure, not an empty list.
    static let all: [Transcript] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Protocols/vectors/transcripts")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        return names.sorted().filter { $0.hasSuffix(".json") }.flatMap { read(folder.appending(path: $0)) }
    }()

    private static func read(_ url: URL) -> [Transcript] {
        guard let data = try? Data(contentsOf: url),
            let list = try? JSONSerialization.jsonObject(with: data) as? [[String: Any]]
        else {
            Issue.record("\(url.lastPathComponent) cannot be read.")
            return []
        }
        return list.map { entry in
            Transcript(
                name: entry["name"] as? String ?? "", isServer: entry["role"] as? String == "server",
                limits: entry["limits"] as? [Int],
                features: UInt64(entry["features"] as? String ?? "1", radix: 16) ?? 1,
                steps: (entry["steps"] as? [[String: Any]] ?? []).map(step))
        }
    }

    private static func step(_ entry: [String: Any]) -> Step {
        let outcomes: Set = ["sends", "tells", "answer"]
        let given = entry.filter { !outcomes.contains($0.key) && $0.key != "cells" }
        return Step(
            given: Vector.json(given), expected: Vector.json(entry.filter { outcomes.contains($0.key) }))
    }
}

/// What one input led to, as the transcripts write it down.
struct Outcome {
    var sends: [[String: Any]] = []
    var tells: [[String: Any]] = []
    var answer: String?

    mutating func tell(_ event: String, _ values: [String: Any] = [:]) {
        tells.append(values.merging(["tell": event]) { old, _ in old })
    }

    var text: String {
        var whole: [String: Any] = [:]
        if !sends.isEmpty { whole["sends"] = sends }
        if !tells.isEmpty { whole["tells"] = tells }
        if let answer { whole["answer"] = answer }
        return Vector.json(whole)
    }
}
