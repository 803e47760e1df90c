/// What trainings are about: the topics of `Protocols/codes.md`.
enum TrainingTopic: String, Sendable, CaseIterable {
    case earlyNoticing = "early-noticing"
    case assessmentInstrument = "assessment-instrument"
    case motivatingConversation = "motivating-conversation"
    case schoolAvoidance = "school-avoidance"
    case networkWork = "network-work"
    case mentalHealthFirstAid = "mental-health-first-aid"
    case covision = "covision"
    case dataAndPrivacy = "data-and-privacy"

    /// The training's title in Estonian.
    var titleEt: String {
        switch self {
        case .earlyNoticing: "Koolist väljalangemise ohu varajane märkamine"
        case .assessmentInstrument: "Hindamisvahendi kasutamine"
        case .motivatingConversation: "Motiveeriv vestlus"
        case .schoolAvoidance: "Koolivältimine: mõistmine ja tegutsemine"
        case .networkWork: "Võrgustikutöö lapse toetamisel"
        case .mentalHealthFirstAid: "Vaimse tervise esmaabi"
        case .covision: "Kovisioon"
        case .dataAndPrivacy: "Lapse andmed ja privaatsus"
        }
    }

    /// The same in English.
    var titleEn: String {
        switch self {
        case .earlyNoticing: "Noticing early who may drop out of school"
        case .assessmentInstrument: "Using the assessment instrument"
        case .motivatingConversation: "Motivating conversation"
        case .schoolAvoidance: "School avoidance: understanding and acting"
        case .networkWork: "Network work to support a child"
        case .mentalHealthFirstAid: "Mental health first aid"
        case .covision: "Covision"
        case .dataAndPrivacy: "Children's data and privacy"
        }
    }
}
