/// The languages of a fact sheet, and its words.
enum FactSheetLanguage: String, Sendable {
    case et, en

    /// The text of this language.
    func text(_ et: String, _ en: String) -> String { self == .et ? et : en }

    /// A measure: what it is called, and what exactly it counts.
    func measure(_ code: String) -> (name: String, meaning: String) {
        switch code {
        case "inside":
            (
                text("Lapsed koolis ja lasteaias", "Children in schools and kindergartens"),
                text(
                    "Lapsed, kes loendamise päeval õpivad.",
                    "Children who learn there on the day of counting.")
            )
        case "outside":
            (
                text("Lapsed väljaspool asutusi", "Children outside institutions"),
                text(
                    "Lapsed, kes on koolist lahkunud või ei ole üheski asutuses.",
                    "Children who have left school or are in no institution.")
            )
        case "noticed":
            (
                text("Märgatud lapsed asutustes", "Children noticed in institutions"),
                text(
                    "Lapsed, kelle kohta perioodil tekkis häire või märgati muret; ühel lapsel võib olla mitu põhjust.",
                    "Children about whom an alarm or a concern was raised in the period; a child may have several reasons."
                )
            )
        case "first-action":
            (
                text("Aeg esimese tegevuseni", "Time to first action"),
                text(
                    "Lapsed, kelle juhtum perioodil avati: mitme koolipäeva jooksul keegi midagi tegi.",
                    "Children whose case was opened in the period: within how many school days somebody acted."
                )
            )
        case "solved":
            (
                text("Lahendatud igal tasandil", "Solved at each level"),
                text(
                    "Lapsed, kelle juhtum perioodil lõpetati: millisel tasandil see lahenes.",
                    "Children whose case was closed in the period: at which level it was solved.")
            )
        case "unmet-need":
            (
                text("Katmata vajadused", "Unmet need"),
                text(
                    "Lapsed, kellel on avatud juhtumis vajadus, millele keegi ei ole abi lubanud.",
                    "Children whose open case has a need for which nobody has promised help.")
            )
        case "training-coverage":
            (
                text("Koolituste ulatus", "Coverage of trainings"),
                text(
                    "Asutused, millel on tugimeeskond: kas koolitus on toimunud, kavas või ootel.",
                    "Institutions with a support team: reached by a training, planned for one, or waiting.")
            )
        case "trained-people":
            (
                text("Koolitatud inimesed", "People trained"),
                text(
                    "Inimesed, kellel oli koht perioodil lõppenud koolitusel.",
                    "People who had a place in a training that ended in the period.")
            )
        default: (code, "")
        }
    }

    /// A category of a measure; "" is the total.
    func category(_ code: String) -> String {
        switch code {
        case "": text("Kokku", "Total")
        case "unexcusedAbsenceDays": text("Põhjuseta puudumise päevad", "Days of unexcused absence")
        case "excusedAbsenceDays": text("Põhjusega puudumise päevad", "Days of excused absence")
        case "lateDays": text("Hilinemise päevad", "Days with late arrival")
        case "negativeRemarks": text("Märkused", "Negative remarks")
        case "negativeGradesSameJournal":
            text("Halvad hinded ühes aines", "Negative grades in one subject")
        case "averageBelowClass": text("Hinded alla klassi keskmise", "Mean grade below the class")
        case "concern": text("Inimese märgatud mure", "A concern that a person noticed")
        case "within-5": text("Kuni 5 koolipäeva", "Within 5 school days")
        case "within-10": text("6–10 koolipäeva", "6–10 school days")
        case "within-20": text("11–20 koolipäeva", "11–20 school days")
        case "later": text("Hiljem", "Later")
        case "none-yet": text("Veel ei midagi", "Nothing yet")
        case "level-1": text("1. tasandil", "At level 1")
        case "level-2": text("2. tasandil", "At level 2")
        case "level-3": text("3. tasandil", "At level 3")
        case "level-4": text("4. tasandil või kõrgemal", "At level 4 or above")
        case "otherwise": text("Lõppes muul viisil", "Ended otherwise")
        case "reached": text("Koolitus on toimunud", "Reached by a training")
        case "planned": text("Koolitus on kavas", "A training is planned")
        case "waiting": text("Ootel", "Waiting")
        default: need(code)
        }
    }

    private func need(_ code: String) -> String {
        switch code {
        case "attendance": text("Kohalkäimine", "Attendance")
        case "learning": text("Õppimine", "Learning")
        case "behaviour": text("Käitumine", "Behaviour")
        case "mental-health": text("Vaimne tervis", "Mental health")
        case "speech": text("Kõne", "Speech")
        case "social-coping": text("Sotsiaalne toimetulek", "Social coping")
        case "family": text("Pere", "Family")
        case "health": text("Tervis", "Health")
        case "leisure": text("Vaba aeg", "Leisure")
        case "language": text("Keel", "Language")
        case "safety": text("Turvalisus", "Safety")
        case "career": text("Karjäärivalik", "Career")
        default: code
        }
    }

    /// A service by what it does.
    func service(_ code: String) -> String {
        switch code {
        case "registry": text("registriteenus (tugi-registry)", "the registry service (tugi-registry)")
        case "risk": text("märkamisteenus (tugi-risk)", "the noticing service (tugi-risk)")
        case "referral": text("suunamisteenus (tugi-referral)", "the referral service (tugi-referral)")
        case "training": text("koolitusteenus (tugi-training)", "the training service (tugi-training)")
        default: code
        }
    }

    /// The service that counts a measure.
    func source(of measure: String) -> String {
        switch measure {
        case "inside", "outside": service("registry")
        case "noticed": service("risk")
        case "first-action", "solved", "unmet-need": service("referral")
        default: service("training")
        }
    }

    /// A period by its first day: "sept–okt 2025".
    func period(_ from: String) -> String {
        let year = from.prefix(4)
        let months: String? =
            switch from.dropFirst(5).prefix(2) {
            case "01": text("jaan–märts", "Jan–Mar")
            case "04": text("apr–mai", "Apr–May")
            case "06": text("juuni–aug", "Jun–Aug")
            case "09": text("sept–okt", "Sep–Oct")
            case "11": text("nov–dets", "Nov–Dec")
            default: nil
            }
        return months.map { "\($0) \(year)" } ?? from
    }

    /// A day as people write it.
    func day(_ iso: String) -> String {
        let parts = iso.split(separator: "-")
        guard self == .et, parts.count == 3 else { return iso }
        return "\(parts[2]).\(parts[1]).\(parts[0])"
    }
}
