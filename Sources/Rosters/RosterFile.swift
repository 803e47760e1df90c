/// The CSV files of a OneRoster 1.2 roster that are read here, with their columns in the fixed order.
///
/// Column lists: 1EdTech OneRoster 1.2 CSV binding as two published implementations have it (hanachin/meibo,
/// ManageBac's guide for roles.csv); the official conformance set was not at hand.
public enum RosterFile: String, Sendable, Hashable, CaseIterable {
    case academicSessions
    case classes
    case demographics
    case enrollments
    case orgs
    case roles
    case users

    /// "users.csv".
    public var name: String { "\(rawValue).csv" }

    /// Without these nobody can be placed.
    static let needed: [RosterFile] = [.orgs, .users, .roles, .classes, .enrollments]

    var columns: [String] {
        let own =
            switch self {
            case .academicSessions:
                ["title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"]
            case .classes:
                [
                    "title", "grades", "courseSourcedId", "classCode", "classType", "location",
                    "schoolSourcedId", "termSourcedIds", "subjects", "subjectCodes", "periods",
                ]
            case .demographics:
                [
                    "birthDate", "sex", "americanIndianOrAlaskaNative", "asian", "blackOrAfricanAmerican",
                    "nativeHawaiianOrOtherPacificIslander", "white", "demographicRaceTwoOrMoreRaces",
                    "hispanicOrLatinoEthnicity", "countryOfBirthCode", "stateOfBirthAbbreviation",
                    "cityOfBirth", "publicSchoolResidenceStatus",
                ]
            case .enrollments:
                [
                    "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary", "beginDate",
                    "endDate",
                ]
            case .orgs: ["name", "type", "identifier", "parentSourcedId"]
            case .roles:
                [
                    "userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId",
                    "userProfileSourcedId",
                ]
            case .users:
                [
                    "enabledUser", "username", "userIds", "givenName", "familyName", "middleName",
                    "identifier", "email", "sms", "phone", "agentSourcedIds", "grades", "password",
                    "userMasterIdentifier", "preferredGivenName", "preferredMiddleName",
                    "preferredFamilyName", "primaryOrgSourcedId", "pronouns",
                ]
            }
        return ["sourcedId", "status", "dateLastModified"] + own
    }

    /// Columns whose fields may not be empty.
    var filled: [String] {
        switch self {
        case .academicSessions: ["sourcedId", "title", "type", "startDate", "endDate", "schoolYear"]
        case .classes: ["sourcedId", "title", "classType", "schoolSourcedId"]
        case .demographics: ["sourcedId"]
        case .enrollments: ["sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"]
        case .orgs: ["sourcedId", "name", "type"]
        case .roles: ["sourcedId", "userSourcedId", "roleType", "role", "orgSourcedId"]
        case .users: ["sourcedId", "enabledUser", "username", "givenName", "familyName"]
        }
    }

    /// Columns with a list of values; those of the first three may be extended by `ext:`.
    var enumerations: [String: Set<String>] {
        switch self {
        case .academicSessions: ["type": ["gradingPeriod", "semester", "schoolYear", "term"]]
        case .classes: ["classType": ["homeroom", "scheduled"]]
        case .demographics: [:]
        case .enrollments:
            ["role": ["administrator", "proctor", "student", "teacher"], "primary": ["true", "false"]]
        case .orgs: ["type": ["department", "school", "district", "local", "state", "national"]]
        case .roles:
            [
                "roleType": ["primary", "secondary"],
                "role": [
                    "aide", "counselor", "districtAdministrator", "guardian", "parent", "principal",
                    "proctor", "relative", "siteAdministrator", "student", "systemAdministrator", "teacher",
                ],
            ]
        case .users: ["enabledUser": ["true", "false"]]
        }
    }

    var dates: [String] {
        switch self {
        case .academicSessions: ["startDate", "endDate"]
        case .demographics: ["birthDate"]
        case .enrollments, .roles: ["beginDate", "endDate"]
        case .classes, .orgs, .users: []
        }
    }

    /// Columns that name a row of another file.
    var references: [String: RosterFile] {
        switch self {
        case .classes: ["schoolSourcedId": .orgs]
        case .demographics: ["sourcedId": .users]
        case .enrollments:
            ["classSourcedId": .classes, "schoolSourcedId": .orgs, "userSourcedId": .users]
        case .roles: ["userSourcedId": .users, "orgSourcedId": .orgs]
        case .academicSessions, .orgs, .users: [:]
        }
    }
}
