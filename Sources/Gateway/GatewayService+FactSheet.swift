import Contracts
import RPC
import ServiceKit
import SwiftProtobuf

/// Fact sheets: every service counts, Registry decides what may be told.
extension GatewayService {
    /// What was released, after what is due has been counted and released. Registry says first whether the caller may.
    func factSheet(
        _ request: GatewayFactSheetRequest, caller: Caller, operation: Operation,
        deadline: ContinuousClock.Instant
    ) async throws -> GatewayFactSheetResponse {
        let question = RegistryGetFactSheetRequest.with {
            $0.municipality = request.municipality
            $0.exact = request.exact
        }
        var response = GatewayFactSheetResponse()
        response.sheet = try await services.call(
            RegistryMethods.getFactSheet, question, as: caller, parent: deadline)
        var silent: [Peer: String] = [:]
        var released = false
        for period in response.sheet.periods where !period.missing.isEmpty {
            let asked = CommonCountsRequest.with {
                $0.municipalities = response.sheet.municipalities
                $0.from = period.from
                $0.until = period.until
            }
            let tables = await counts(asked, silent: &silent, deadline: deadline)
            guard !tables.isEmpty else { break }
            let answer = try await services.call(
                RegistryMethods.releaseCounts,
                .with {
                    $0.from = period.from
                    $0.until = period.until
                    $0.tables = tables
                }, parent: deadline,
                operationID: GatewayRules.operation(operation.id.bytes, step: "release-\(period.from)"))
            released = released || !answer.released.isEmpty
        }
        if released {
            response.sheet = try await services.call(
                RegistryMethods.getFactSheet, question, as: caller, parent: deadline)
        }
        if request.exact, let newest = response.sheet.periods.last {
            let asked = CommonCountsRequest.with {
                $0.municipalities = [request.municipality]
                $0.from = newest.from
                $0.until = newest.until
            }
            response.exact = await counts(asked, silent: &silent, deadline: deadline)
        }
        response.unanswered = Peer.allCases.compactMap { peer in
            silent[peer].map { problem in
                .with {
                    $0.service = peer.rawValue
                    $0.problem = problem
                }
            }
        }
        return response
    }

    /// The tables of all services that answer; one that has not answered is not waited for again.
    private func counts(
        _ request: CommonCountsRequest, silent: inout [Peer: String], deadline: ContinuousClock.Instant
    ) async -> [CommonCountsTable] {
        var tables: [CommonCountsTable] = []
        for peer in Peer.allCases where silent[peer] == nil {
            do {
                tables += try await services.call(
                    CommonMethods.countsReport, request, to: peer, parent: deadline
                ).tables
            } catch let error as RPCError {
                silent[peer] = error.message
            } catch {
                silent[peer] = "The gateway could not ask; see its log."
            }
        }
        return tables
    }
}
