import Contracts
import FoundationEssentials
import ServiceKit
import Store
import SwiftProtobuf

/// Requests about reports, danger, tasks and notices.
extension ReferralEndpoint {
    func submitReport(
        _ request: ReferralSubmitReportRequest, _ caller: Caller, _ operation: ServiceKit.Operation
    ) async throws -> ReferralSubmitReportResponse {
        let report = try await service.submitReport(
            request.municipality, child: try optionalID("child_id", request.childID),
            description: request.childDescription, observation: request.observation,
            contact: request.reporterContact, caller, operation)
        return .with {
            $0.reportID = Data(report.bytes)
            $0.received = ReportRules.received
            $0.adviceEt = ReportRules.adviceEt
            $0.adviceEn = ReportRules.adviceEn
        }
    }

    func recordDanger(
        _ request: ReferralRecordDangerRequest, _ caller: Caller, _ operation: ServiceKit.Operation
    ) async throws -> ReferralRecordDangerResponse {
        do {
            try await service.recordDanger(
                request.municipality, child: try optionalID("child_id", request.childID), caller, operation)
        } catch let error as ServiceError where error.code != .operationReused {
            throw error.adviceFirst
        } catch let error as ReferralError {
            throw error.answer.adviceFirst
        } catch {
            throw ServiceError(
                .unavailable, "danger-not-recorded",
                "\(ReportRules.adviceEt) \(ReportRules.adviceEn) "
                    + "The record could not be written; try again after that."
            )
        }
        return .with {
            $0.adviceEt = ReportRules.adviceEt
            $0.adviceEn = ReportRules.adviceEn
        }
    }

    func listReports(
        _ request: ReferralListReportsRequest, _ caller: Caller
    ) async throws -> ReferralListReportsResponse {
        let reports = try await service.listReports(request.municipality, caller)
        return .with { $0.reports = reports.map(message) }
    }

    func decideReport(
        _ request: ReferralDecideReportRequest, _ caller: Caller, _ operation: ServiceKit.Operation
    ) async throws -> ReferralReport {
        message(
            try await service.decideReport(
                request.municipality, try id("report_id", request.reportID), decision: request.decision,
                reason: request.reason, caller, operation))
    }

    private func message(_ report: ReportRecord) -> ReferralReport {
        .with {
            $0.reportID = Data(report.id.bytes)
            $0.childID = Data(report.child?.bytes ?? [])
            $0.receivedMicroseconds = report.received.microseconds
            $0.decideBy = report.decideBy.description
            $0.state = report.state.rawValue
            $0.decidedReason = report.reason
            $0.observation = report.observation
        }
    }

    func listTasks(
        _ request: ReferralListTasksRequest, _ caller: Caller
    ) async throws -> ReferralListTasksResponse {
        let tasks = try await service.listTasks(request.municipality, caller)
        return .with {
            $0.tasks = tasks.map { duty, isOverdue in
                let id: Identifier<Named.Task> = service.derivedID("task:\(duty.code)", duty.subject)
                return .with {
                    $0.taskID = Data(id.bytes)
                    $0.code = duty.code
                    $0.childID = Data(duty.child?.bytes ?? [])
                    $0.subjectID = Data(duty.subject)
                    $0.due = duty.due.description
                    $0.overdue = isOverdue
                    $0.command = duty.command
                    $0.caseID = Data(duty.caseID?.bytes ?? [])
                }
            }
        }
    }

    func listNotices(
        _ request: ReferralListNoticesRequest, _ caller: Caller
    ) async throws -> ReferralListNoticesResponse {
        let notices = try await service.listNotices(
            request.municipality, try id("child_id", request.childID), caller)
        return .with {
            $0.notices = notices.map { notice in
                let text = NoticeRules.text(notice.code)
                return .with {
                    $0.atMicroseconds = notice.at.microseconds
                    $0.code = notice.code
                    $0.textEt = text.et
                    $0.textEn = text.en
                    $0.suppressed = notice.isSuppressed
                }
            }
        }
    }
}

extension ServiceError {
    /// The same refusal, after what helps a child in danger now.
    fileprivate var adviceFirst: ServiceError {
        ServiceError(code, reason, "\(ReportRules.adviceEt) \(ReportRules.adviceEn) \(message)")
    }
}
