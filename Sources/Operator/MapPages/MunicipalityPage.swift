/// A municipality's model on one page: its vision, who works together, how it helps, whom it wants to reach, what it has
/// learnt, and its indicators.
struct MunicipalityPage {
    private let municipality: MapRecord
    private let names: MapNames
    private let et: Bool
    /// The municipality's own records of each kind.
    var visions: [MapRecord] = []
    var networks: [MapRecord] = []
    var templates: [MapRecord] = []
    var groups: [MapRecord] = []
    var decisions: [MapRecord] = []
    var personas: [MapRecord] = []
    var workshop: [MapRecord] = []
    var agreements: [MapRecord] = []
    var checklist: IndicatorChecklist?
    /// How many gaps its map has.
    var gapCount = 0

    /// - Parameter language: "et" or "en".
    init(_ municipality: MapRecord, names: MapNames, language: String) {
        self.municipality = municipality
        self.names = names
        et = language == "et"
    }

    var text: String {
        var page = MapPage()
        page.line("\(municipality.text("name"))  (\(municipality.code))")
        page.labelled(
            et ? "Kontakt" : "Contact",
            ["seat", "contact_email", "contact_phone", "website"].map { municipality.text($0) }
                .filter { !$0.isEmpty }.joined(separator: ", "))
        for vision in visions { addVision(vision, to: &page) }
        page.section(et ? "Võrgustikud" : "Networks", networks.map(network))
        page.section(et ? "Protsessimallid" : "Process templates", templates.map(template))
        page.section(et ? "Sihtrühmad" : "Target groups", groups.flatMap(group))
        page.section(et ? "Töötoa kirjed" : "Workshops' list", WorkshopText.lines(workshop, et))
        page.section(et ? "Koostöökokkulepped" : "Agreements", agreements.map { AgreementText.line($0) })
        page.section(et ? "Näitajad" : "Indicators", checklist?.lines ?? [])
        page.line()
        page.line(
            et
                ? "Kaardil puudu: \(gapCount) (tugi-gateway registry gaps)"
                : "The map lacks: \(gapCount) (tugi-gateway registry gaps)")
        return page.text
    }

    private func called(_ record: MapRecord) -> String {
        let english = record.text("name_en")
        return et || english.isEmpty ? record.text("name") : english
    }

    private func state(_ record: MapRecord) -> String {
        record.boolean("draft") ? (et ? "kavand" : "draft") : (et ? "kehtib" : "in force")
    }

    private func addVision(_ vision: MapRecord, to page: inout MapPage) {
        let english = vision.text("statement_en")
        let statement = et || english.isEmpty ? vision.text("statement") : english
        let heading = et ? "Visioon" : "Vision"
        page.section(
            "\(heading) (\(state(vision)), \(vision.text("decided_on")))",
            [statement] + vision.list("aims").map { "- " + $0 })
    }

    private func network(_ network: MapRecord) -> String {
        let leader = names["post", network.text("leader_post")].shown(et)
        let posts = network.list("core_posts") + network.list("wider_posts")
        let seats = posts.count + network.list("core_bodies").count + network.list("wider_bodies").count
        let vacant = posts.count { names["post", $0].isVacant }
        let leads = network.text("leader_post").isEmpty ? "" : (et ? "eestvedaja " : "led by ") + leader
        let size = et ? "\(seats) kohta, \(vacant) täitmata" : "\(seats) seats, \(vacant) vacant"
        let parts = [leads, network.list("rhythm").joined(separator: ", "), size].filter { !$0.isEmpty }
        return
            "\(called(network)) (\(network.text("type"))): \(parts.joined(separator: "; ")) [\(network.code)]"
    }

    private func template(_ template: MapRecord) -> String {
        "\(template.text("institution_kind")), \(TemplatePage.grades(template, et)): \(state(template)) "
            + "[\(template.code)]"
    }

    /// A group, when it was chosen, and its personas.
    private func group(_ group: MapRecord) -> [String] {
        let chosen = decisions.filter { $0.text("target_group") == group.code }
            .map { $0.text("decided_on") }.max()
        let when = chosen.map { (et ? "valitud " : "chosen on ") + $0 } ?? (et ? "otsuseta" : "no decision")
        return ["\(called(group)) (\(group.text("layer"))): \(when) [\(group.code)]"]
            + personas.filter { $0.text("target_group") == group.code }.map {
                "- \($0.text("name")), \(et ? "versioon" : "version") \($0.integer("card_version")) [\($0.code)]"
            }
    }
}
