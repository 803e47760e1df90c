public import ArgumentParser

/// The operator's commands of `tugi-gateway`, beside the gateway's own.
public enum OperatorCommands {
    public static let all: [any ParsableCommand.Type] = [
        StatusCommand.self, HealthCommand.self, LimitsCommand.self, TasksCommand.self, JourneyCommand.self,
        LookedCommand.self,
        AlarmsCommand.self, ConfirmCommand.self, DismissCommand.self, ConcernCommand.self,
        WeeklyPassCommand.self,
        RulesCommand.self, ReferralsCommand.self, NeedCommand.self, RoutesCommand.self, RequestCommand.self,
        AttemptCommand.self, AcknowledgeCommand.self, CaseCommand.self, ReportCommand.self,
        DangerCommand.self,
        TrainingsCommand.self, TrainingCommand.self, ImportCommand.self, InstitutionsCommand.self,
        PostsCommand.self, ResourcesCommand.self, TemplatesCommand.self, TeamsCommand.self,
        ChildrenCommand.self,
        RegistryCommand.self, LinkCommand.self, UnlinkCommand.self, ProfilesCommand.self, MainJobCommand.self,
        FactSheetCommand.self,
    ]
}
