import ServiceKit

/// What a municipality's model lacks: its vision, its confirmed templates, networks that somebody leads, decisions and
/// agreements that are of today.
extension RecordGaps {
    /// The kinds of records that are looked at.
    static let kinds = [
        "municipality", "institution", "post", "resource", "team", "network", "vision", "template",
        "target-group-decision", "agreement",
    ]

    /// - Parameters:
    ///   - own: the municipality's records in force, by kind.
    ///   - filled: codes of posts that are held today.
    mutating func addModel(_ municipality: String, _ own: [String: [Record]], _ filled: Set<String>) {
        for network in own["network", default: []] {
            // Without a post it is led by bodies among themselves.
            guard !network.list("core_posts").isEmpty, !filled.contains(network.text("leader_post")) else {
                continue
            }
            let name = network.text("name")
            add(
                .leaderMissing, network,
                Bilingual(et: "\(name): eestvedaja puudub", en: "\(name): the network has no leader"))
        }
        if own["vision", default: []].isEmpty {
            gaps.append(
                Gap(
                    municipality: municipality, kind: .visionMissing, record: nil,
                    text: Bilingual(
                        et: "\(name(municipality)): mudeli visioon puudub",
                        en: "no vision of the model in \(name(municipality))")))
        }
        for template in own["template", default: []]
        where template.boolean("draft") && !template.boolean("fallback") {
            add(
                .templateDraft, template,
                Bilingual(
                    et: "\(template.code): protsessimall on kavand, kinnitamata",
                    en: "\(template.code): the process template is a draft, not confirmed"))
        }
        for decision in own["target-group-decision", default: []] where isOver(decision, "review_on") {
            let day = decision.text("review_on")
            add(
                .reviewDue, decision,
                Bilingual(
                    et: "\(decision.text("target_group")): sihtrühma otsus tuli üle vaadata \(day)",
                    en: "\(decision.text("target_group")): the decision was to be reviewed on \(day)"))
        }
        for agreement in own["agreement", default: []] where isOver(agreement, "until") {
            let (name, day) = (agreement.text("name"), agreement.text("until"))
            add(
                .agreementOver, agreement,
                Bilingual(
                    et: "\(name): kokkulepe kehtis kuni \(day)",
                    en: "\(name): the agreement was in force until \(day)"))
        }
    }

    private func isOver(_ record: Record, _ field: String) -> Bool {
        record.date(field).map { $0 < today } ?? false
    }

    private mutating func add(_ kind: Gap.Kind, _ record: Record, _ text: Bilingual) {
        gaps.append(Gap(municipality: record.owner, kind: kind, record: record.key, text: text))
    }
}
