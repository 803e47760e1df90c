import ArgumentParser
import ReferralRouting
import ServiceKit

/// The program tugi-referral.
@main
struct ReferralProgram: ServiceProgram {
    static let service = ReferralAssembly.service
    static let abstract =
        "Routes help: cases, needs, attempts until the help has worked; reports and deadlines."
}
