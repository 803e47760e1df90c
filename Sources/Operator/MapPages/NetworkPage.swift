/// A network on one page: its circle with the vacant seats, who does what, how it meets.
enum NetworkPage {
    /// - Parameters:
    ///   - duties: the network's records of kind "network-duty".
    ///   - language: "et" or "en".
    static func text(_ network: MapRecord, duties: [MapRecord], names: MapNames, language: String) -> String {
        let et = language == "et"
        var page = MapPage()
        let english = network.text("name_en")
        page.line(et || english.isEmpty ? network.text("name") : english)
        page.line("\(network.text("type")), \(names["municipality", network.municipality].name)")
        page.labelled(et ? "Eesmärk" : "Purpose", network.text("purpose"))
        page.labelled(et ? "Kohtub" : "Meets", network.list("rhythm").joined(separator: ", "))
        page.labelled(
            et ? "Laiem ring kohtub" : "The wider circle meets",
            network.list("wider_rhythm").joined(separator: ", "))
        page.labelled(et ? "Suhtleb" : "Talks by", network.list("channels").joined(separator: ", "))
        if network.boolean("covision") { page.line(et ? "Kovisioon: jah" : "Covision: yes") }
        page.labelled(et ? "Põhimõtted" : "Rules", network.text("principles"))

        let core = members(network, "core_posts", "core_bodies", names, et)
        let wider = members(network, "wider_posts", "wider_bodies", names, et)
        page.section(et ? "Tuumik" : "Core", core.lines)
        page.section(et ? "Laiem ring" : "Wider circle", wider.lines)
        page.section(
            et ? "Kes mida teeb" : "Who does what",
            duties.map { duty in
                let who =
                    duty.text("post").isEmpty
                    ? names["institution", duty.text("body")].name : names["post", duty.text("post")].name
                return "\(who): \(duty.text("duty"))"
            })
        page.line()
        let vacant = core.vacant + wider.vacant
        let seats = core.lines.count + wider.lines.count
        page.line(et ? "\(seats) kohta, \(vacant) täitmata" : "\(seats) seats, \(vacant) vacant")
        page.labelled(et ? "Allikas" : "Source", network.text("source"))
        return page.text
    }

    private static func members(
        _ network: MapRecord, _ posts: String, _ bodies: String, _ names: MapNames, _ et: Bool
    ) -> (lines: [String], vacant: Int) {
        let leader = network.text("leader_post")
        var vacant = 0
        let ofPosts = network.list(posts).map { code in
            let entry = names["post", code]
            if entry.isVacant { vacant += 1 }
            return entry.shown(et) + (code == leader ? (et ? ", eestvedaja" : ", leads") : "")
        }
        return (ofPosts + network.list(bodies).map { names["institution", $0].name }, vacant)
    }
}
