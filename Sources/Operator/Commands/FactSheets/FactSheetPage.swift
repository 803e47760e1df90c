import Contracts

/// A fact sheet as one page of HTML that needs nothing else: no script, no font, no network. Each chart has its table.
struct FactSheetPage {
    var sheet: RegistryFactSheet
    var unanswered: [GatewayFactSheetResponse.Unanswered]
    /// The municipality's own numbers as they are; empty: not asked for.
    var exact: [CommonCountsTable]
    var language: FactSheetLanguage

    private var isCounty: Bool { sheet.municipality == "0060" }

    private func t(_ et: String, _ en: String) -> String { language.text(et, en) }

    private var name: String {
        isCounty ? t("Lääne-Viru maakond", "Lääne-Viru county") : sheet.name
    }

    var html: String {
        let title = "\(t("Teabeleht", "Fact sheet")): \(name)"
        return """
            <!DOCTYPE html>
            <html lang="\(language.rawValue)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(HTML.escaped(title))</title>
            <style>\(Self.style)</style>
            </head>
            <body>
            <a class="skip" href="#content">\(t("Otse sisu juurde", "Skip to the content"))</a>
            <header>
            <h1>\(HTML.escaped(title))</h1>
            <p>\(t("Koostatud", "Made on")) \(language.day(sheet.today)). \
            \(t("Laste väljalangemise ennetamine maakonnas: arvud, mitte lapsed.",
                "Preventing school dropout in the county: numbers, not children."))</p>
            \(exact.isEmpty ? "" : warning)
            </header>
            <main id="content">
            \(([silence, layers, overTime] + Self.sections.map(section) + [exactSection, rules])
                .filter { !$0.isEmpty }.joined(separator: "\n"))
            </main>
            </body>
            </html>

            """
    }

    private static let sections = [
        "noticed", "solved", "first-action", "unmet-need", "training-coverage", "trained-people",
    ]

    // MARK: parts

    private var warning: String {
        "<p class=\"warning\"><strong>"
            + t(
                "Ainult ametkonnale: leht sisaldab täpseid väikesi arve. Ära avalda ega saada edasi.",
                "For the office only: this page holds exact small numbers. Do not publish it or pass it on.")
            + "</strong></p>"
    }

    /// Services that did not answer, said first.
    private var silence: String {
        guard !unanswered.isEmpty else { return "" }
        let items = unanswered.map { one in
            "<li>"
                + HTML.escaped(
                    t("Ei vastanud: ", "Did not answer: ") + language.service(one.service) + ". "
                        + t("Selle uusi arve lehel ei ole.", "Its new numbers are not on this page."))
                + "</li>"
        }
        return """
            <section aria-labelledby="missing">
            <h2 id="missing">\(t("Mis puudub", "What is missing"))</h2>
            <ul>\(items.joined())</ul>
            </section>
            """
    }

    private var layers: String {
        let parts = ["inside", "noticed", "outside"].map { FactSeries($0, in: sheet) }
        let names = [
            t("Ennetus kõigile: lapsed asutustes", "Universal: children in institutions"),
            t("Riskis asutuses: märgatud lapsed", "At risk inside: children noticed"),
            t("Riskis väljaspool asutusi", "At risk outside institutions"),
        ]
        let numbers = parts.map { $0.points.last?.numbers.last ?? .missing }
        let rows = zip(zip(names, numbers), parts).map { pair, series in
            [
                pair.0, pair.1.text(language),
                series.points.last.map {
                    series.measure == "noticed" ? language.period($0.from) : language.day($0.asOf)
                } ?? "–",
            ]
        }
        return block(
            "layers", t("Kolm sihtrühma kihti", "The three target layers"),
            t(
                "Kes on hõlmatud: kõik lapsed, riskis lapsed asutustes ja lapsed väljaspool neid.",
                "Who is meant: all children, those at risk inside institutions, and those outside them."),
            zip(names, numbers).map { .init(label: $0, number: $1) },
            [t("Kiht", "Layer"), t("Lapsi", "Children"), t("Millal", "When")], rows)
    }

    private var overTime: String {
        let indicators: [(String, FactSeries)] = [
            (t("Märgatud lapsed", "Children noticed"), FactSeries("noticed", in: sheet)),
            (t("Avatud juhtumid (lapsi)", "Cases opened (children)"), FactSeries("first-action", in: sheet)),
            (t("Lõpetatud juhtumid (lapsi)", "Cases closed (children)"), FactSeries("solved", in: sheet)),
            (
                t("Lapsed väljaspool asutusi", "Children outside institutions"),
                FactSeries("outside", in: sheet)
            ),
        ]
        let periods = Set(indicators.flatMap { $0.1.points.map(\.from) }).sorted()
        let title = t("Näitajad ajas", "Indicators over time")
        guard !periods.isEmpty else { return empty("time", title) }
        let charts = indicators.enumerated().map { place, one in
            chart(
                "time-\(place)", one.0,
                periods.map { .init(label: language.period($0), number: one.1.total($0)) })
        }
        let rows = indicators.map { name, series in
            [name] + periods.map { series.total($0).text(language) }
        }
        return """
            <section aria-labelledby="time">
            <h2 id="time">\(HTML.escaped(title))</h2>
            \(charts.joined(separator: "\n"))
            \(table(title, [t("Näitaja", "Indicator")] + periods.map(language.period), rows))
            </section>
            """
    }

    /// A measure: the newest numbers as a chart, all of them as a table.
    private func section(_ measure: String) -> String {
        let series = FactSeries(measure, in: sheet)
        let (title, meaning) = language.measure(measure)
        guard let newest = series.points.last else { return empty(measure, title, of: measure) }
        let bars = zip(series.categories, newest.numbers).map {
            FactSheetChart.Bar(label: language.category($0), number: $1)
        }
        var headings = [t("Liik", "Category")] + series.points.map { language.period($0.from) }
        if series.categories.count > 1 { headings.append(t("Osakaal", "Share")) }
        let rows = series.categories.enumerated().map { place, category in
            var row = [language.category(category)] + series.points.map { $0.numbers[place].text(language) }
            if series.categories.count > 1 { row.append(share(newest.numbers[place], newest.numbers.last)) }
            return row
        }
        return block(measure, title, meaning, bars, headings, rows)
    }

    /// Only from what is told: a share of hidden numbers would tell them.
    private func share(_ part: FactNumber, _ whole: FactNumber?) -> String {
        guard case .told(let count) = part, case .told(let all) = whole ?? .missing, all > 0 else {
            return "–"
        }
        return "\((count * 100 + all / 2) / all)%"
    }

    private var exactSection: String {
        guard !exact.isEmpty else { return "" }
        let tables = exact.compactMap { counts -> String? in
            guard let area = counts.areas.first else { return nil }
            let rows = zip(counts.categories + [""], area.counts + [area.total]).map {
                [language.category($0), String($1)]
            }
            return table(
                language.measure(counts.measure).name, [t("Liik", "Category"), t("Arv", "Number")], rows)
        }
        return """
            <section aria-labelledby="exact">
            <h2 id="exact">\(t("Oma valla täpsed arvud", "The municipality's own exact numbers"))</h2>
            \(warning)
            \(tables.joined(separator: "\n"))
            </section>
            """
    }

    private var rules: String {
        """
        <section aria-labelledby="rules">
        <h2 id="rules">\(t("Kuidas arve lugeda", "How to read the numbers"))</h2>
        <ul>
        <li>\(HTML.escaped(t(
            "<10: vähem kui kümme (ka null). Nii väikest arvu ei öelda.",
            "<10: fewer than ten (or none). Such a small number is not told.")))</li>
        <li>\(t(
            "varjatud: arv ise on suurem, kuid koos teistega annaks see väikese arvu välja.",
            "hidden: the number itself is larger, but with the others it would give a small one away."))</li>
        <li>\(t(
            "umbes: arv on varem avaldatust vähem kui kümne võrra erinev või sama.",
            "about: the number is the one that was released before, or differs from it by less than ten."))</li>
        <li>\(t(
            "Iga periood loetakse ja avaldatakse üks kord pärast selle lõppu; avaldatut ei muudeta.",
            "Each period is counted and released once, after its end; what was released is not changed."))</li>
        </ul>
        </section>
        """
    }

    // MARK: pieces

    private func empty(_ id: String, _ title: String, of measure: String? = nil) -> String {
        let source =
            measure.map { " " + t("Loendab", "Counted by") + " " + language.source(of: $0) + "." } ?? ""
        let text = t(
            "Avaldatud arve veel ei ole: ükski periood ei ole loetud.",
            "No number has been released yet: no period has been counted.")
        return """
            <section aria-labelledby="\(id)">
            <h2 id="\(id)">\(HTML.escaped(title))</h2>
            <p>\(HTML.escaped(text + source))</p>
            </section>
            """
    }

    private func block(
        _ id: String, _ title: String, _ meaning: String, _ bars: [FactSheetChart.Bar], _ headings: [String],
        _ rows: [[String]]
    ) -> String {
        """
        <section aria-labelledby="\(id)">
        <h2 id="\(id)">\(HTML.escaped(title))</h2>
        <p>\(HTML.escaped(meaning))</p>
        \(chart("\(id)-chart", title, bars))
        \(table(title, headings, rows))
        </section>
        """
    }

    private func chart(_ id: String, _ title: String, _ bars: [FactSheetChart.Bar]) -> String {
        let chart = FactSheetChart(id: id, title: title, bars: bars, language: language)
        return "<figure>\n\(chart.svg)\n<figcaption>\(HTML.escaped(title))</figcaption>\n</figure>"
    }

    /// The first cell of a row names it.
    private func table(_ caption: String, _ headings: [String], _ rows: [[String]]) -> String {
        let head = headings.map { "<th scope=\"col\">\(HTML.escaped($0))</th>" }.joined()
        let body = rows.map { row in
            let cells = row.dropFirst().map { "<td>\(HTML.escaped($0))</td>" }.joined()
            return "<tr><th scope=\"row\">\(HTML.escaped(row.first ?? ""))</th>\(cells)</tr>"
        }
        return """
            <div class="table" role="region" tabindex="0" aria-label="\(HTML.escaped(caption))">
            <table>
            <caption>\(HTML.escaped(caption))</caption>
            <thead><tr>\(head)</tr></thead>
            <tbody>
            \(body.joined(separator: "\n"))
            </tbody>
            </table>
            </div>
            """
    }

    /// Dark on white (contrast above 7 to 1), nothing told by colour alone; on paper each section stays together.
    private static let style = """
        body{font:1rem/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;max-width:60rem;margin:0 auto;padding:1rem}
        h1{font-size:1.8rem;line-height:1.2}h2{font-size:1.3rem;margin-top:2rem;border-top:2px solid #0b3d6e;padding-top:.5rem}
        .skip{position:absolute;left:-99rem}.skip:focus{position:static}
        .warning{border:3px solid #8a1c1c;padding:.5rem;color:#6b1212}
        figure{margin:1rem 0}figcaption{font-size:.9rem}svg{width:100%;height:auto;font:14px system-ui,sans-serif;fill:#1a1a1a}
        .bar{fill:#0b3d6e}.hatch{fill:#555}.untold{stroke:#555}
        .table{overflow-x:auto}table{border-collapse:collapse;width:100%}caption{text-align:left;font-weight:600;padding:.3rem 0}
        th,td{border:1px solid #595959;padding:.3rem .5rem;text-align:left;font-weight:normal}thead th{font-weight:600}
        td{font-variant-numeric:tabular-nums}:focus-visible{outline:3px solid #0b3d6e}
        @media print{body{max-width:none;padding:0}section{break-inside:avoid}.skip{display:none}}
        """
}
