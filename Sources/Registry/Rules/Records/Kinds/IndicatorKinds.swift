import ServiceKit

/// The indicator checklists: the county says what is counted and how, each municipality fills in its values.
enum IndicatorKinds {
    static let all = [indicator, indicatorValue]

    static let indicator = RecordKind(
        "indicator", et: "Näitaja", en: "Indicator", owner: .county,
        fields: [
            .text("name", et: "Nimi", en: "Name", required: true),
            .text("name_en", et: "Nimi inglise keeles", en: "Name in English"),
            RecordField("layer", .code(PreventionCodes.layers), et: "Kiht", en: "Layer", required: true),
            RecordField("unit", .code(PreventionCodes.units), et: "Ühik", en: "Unit", required: true),
            .longText(
                "how_counted", et: "Kuidas loetakse", en: "How it is counted", required: true, bytesMax: 2000),
            .text("goal", et: "Eesmärk", en: "Goal", bytesMax: 20),
            RecordField("order", .integer(1...999), et: "Järjekord", en: "Order"),
            .text("source", et: "Allikas", en: "Source"),
        ], rules: [.decimal("goal")])

    /// Stored beside the county's map, where others than the municipality can read it: so no count of fewer than ten
    /// children is kept as a number, and a share of children has no decimals from which it could be recovered.
    static let indicatorValue = RecordKind(
        "indicator-value", et: "Näitaja väärtus", en: "Value of an indicator",
        fields: [
            RecordField("indicator", .reference("indicator"), et: "Näitaja", en: "Indicator", required: true),
            RecordField("from", .date, et: "Periood alates", en: "Period from", required: true),
            RecordField("until", .date, et: "Periood kuni", en: "Period until", required: true),
            .text("value", et: "Väärtus", en: "Value", required: true, bytesMax: 20),
            RecordField(
                "basis", .code(PreventionCodes.bases), et: "Kust väärtus tuli", en: "Basis", required: true),
            .text("source", et: "Allikas", en: "Source", required: true),
            RecordField(
                "entered_by_post", .reference("post"), et: "Sisestas (ametikoht)", en: "Entered by (post)"),
            RecordField("entered_on", .date, et: "Sisestatud", en: "Entered on", required: true),
            .longText("note", et: "Märkus", en: "Note", bytesMax: 2000),
        ],
        rules: [
            .ordered("from", "until"), .decimal("value", allowing: [fewer]), .anonymous("note", "source"),
            .requires("entered_by_post", when: "basis", in: ["by-hand"]), noSmallCount,
        ])

    /// What stands for a count of one to nine children.
    static let fewer = "<10"

    private static let noSmallCount = RecordRule { record, context in
        guard let indicator = try context.record("indicator", record.text("indicator")),
            let value = Decimal2(record.text("value"))
        else { return [] }
        switch indicator.text("unit") {
        case "children" where (1..<1000).contains(value.hundredths):
            return [
                RecordFault(
                    "value", "count-too-small",
                    Bilingual(
                        et: "Alla kümne lapse ei märgita arvuga.",
                        en: "A count of fewer than ten children is not kept as a number."),
                    remedy: Bilingual(
                        et: "Kirjuta \"<10\" või võta pikem periood.",
                        en: "Write \"<10\", or take a longer period."))
            ]
        case "percent" where !value.isWhole || value.hundredths > 10_000:
            return [
                RecordFault(
                    "value", "percent-not-whole",
                    Bilingual(
                        et: "Osakaal on täisprotsent 0 kuni 100.",
                        en: "A share is a whole per cent from 0 to 100."),
                    remedy: Bilingual(et: "Ümarda täisprotsendiks.", en: "Round it to whole per cents."))
            ]
        default: return []
        }
    }
}
