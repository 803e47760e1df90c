/// The county's indicators with what a municipality has filled in.
struct IndicatorChecklist: Sendable {
    private let indicators: [MapRecord]
    private let values: [MapRecord]
    private let et: Bool

    /// - Parameters:
    ///   - indicators: all records of kind "indicator".
    ///   - values: the municipality's records of kind "indicator-value".
    ///   - language: "et" or "en".
    init(indicators: [MapRecord], values: [MapRecord], language: String) {
        self.indicators = indicators.sorted { $0.integer("order") < $1.integer("order") }
        self.values = values
        et = language == "et"
    }

    /// One indicator with its newest value.
    struct Row: Sendable, Encodable {
        var indicator: String
        var name: String
        var layer: String
        /// Empty: not filled in.
        var value: String
        var unit: String
        /// Empty: none.
        var goal: String
        /// The value's period, days included (ISO).
        var from: String
        var until: String
        /// "by-hand" or "counts".
        var basis: String
        var source: String
    }

    /// In the county's order.
    var rows: [Row] {
        indicators.map { indicator in
            let own = values.filter { $0.text("indicator") == indicator.code }
            let newest = own.max {
                ($0.text("until"), $0.text("entered_on")) < ($1.text("until"), $1.text("entered_on"))
            }
            return Row(
                indicator: indicator.code, name: name(indicator), layer: indicator.text("layer"),
                value: newest?.text("value") ?? "", unit: indicator.text("unit"),
                goal: indicator.text("goal"), from: newest?.text("from") ?? "",
                until: newest?.text("until") ?? "", basis: newest?.text("basis") ?? "",
                source: newest?.text("source") ?? "")
        }
    }

    /// One line for each indicator.
    var lines: [String] {
        rows.map { row in
            let goal = row.goal.isEmpty ? "" : (et ? "; eesmärk " : "; goal ") + row.goal
            if row.value.isEmpty { return "\(row.name): \(et ? "täitmata" : "not filled in")\(goal)" }
            return "\(row.name): \(row.value) \(row.unit) (\(row.from) - \(row.until), \(row.basis))\(goal)"
        }
    }

    /// A value that a decision cites; its code when it is not known.
    func line(ofValue code: String) -> String {
        guard let value = values.first(where: { $0.code == code }) else { return code }
        let indicator = indicators.first { $0.code == value.text("indicator") }
        let name = indicator.map(name) ?? value.text("indicator")
        return "\(name): \(value.text("value")) \(indicator?.text("unit") ?? "") "
            + "(\(value.text("from")) - \(value.text("until")), \(value.text("basis")))"
    }

    private func name(_ indicator: MapRecord) -> String {
        let english = indicator.text("name_en")
        return et || english.isEmpty ? indicator.text("name") : english
    }
}
