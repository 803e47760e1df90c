import Contracts
import ServiceKit
import SwiftProtobuf
import TestSupport
import Testing

@testable import TrainingScheduling

@Suite("Trainings, counted for the fact sheets")
struct CountTests {
    private func counts(_ house: TrainingBench, until: String) async throws -> [String: [[UInt32]]] {
        let tables = try await house.bench.call(
            CommonMethods.countsReport,
            .with {
                $0.municipalities = ["0901", "0191"]
                $0.from = "2026-01-01"
                $0.until = until
            }, as: .program("gateway")
        ).tables
        return Dictionary(
            uniqueKeysWithValues: tables.map { ($0.measure, $0.areas.map { $0.counts + [$0.total] }) })
    }

    @Test("Institutions count as waiting, planned or reached, and people when the training is over")
    func coverage() async throws {
        let house = try await TrainingBench.start()
        // Reached, planned, waiting, all.
        #expect(
            try await counts(house, until: "2026-03-31")
                == ["training-coverage": [[0, 0, 2, 2], [0, 0, 1, 1]], "trained-people": [[0], [0]]])
        let training = try await house.published("early-noticing", places: 10)
        _ = try await house.register(for: training, as: TrainingBench.coordinator)
        #expect(
            try await counts(house, until: "2026-01-31")
                == ["training-coverage": [[0, 2, 0, 2], [0, 0, 1, 1]], "trained-people": [[0], [0]]])
        #expect(
            try await counts(house, until: "2026-12-31")
                == ["training-coverage": [[2, 0, 0, 2], [0, 0, 1, 1]], "trained-people": [[1], [0]]])
    }
}
