import PhotoSearch

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Results on stdout: a table for people; JSON, ids or names for programs.
enum HitOutput {
    static func write(_ hits: [Hit], _ switches: Set<String>) {
        if switches.contains("json") {
            write(records: hits.map(record))
        } else if switches.contains("ids") {
            Output.write(hits.map { "\($0.id)\n" }.joined())
        } else if switches.contains("paths") {
            Output.write(hits.flatMap { $0.source.bytes + [0x0A] })
        } else {
            Output.write(hits.map { row($0) }.joined())
        }
    }

    /// The best of each group; the rest of it in the JSON, or counted in the table.
    static func write(_ groups: [HitGroup], _ switches: Set<String>) {
        guard switches.isDisjoint(with: ["ids", "paths"]) else {
            return write(groups.map(\.best), switches)
        }
        if switches.contains("json") {
            write(
                records: groups.map { group in
                    let others = group.others.map { JSONOutput.object(record($0)) }
                    return record(group.best) + [("others", JSONOutput.list(others))]
                })
        } else {
            Output.write(groups.map { row($0.best, others: $0.others.count) }.joined())
        }
    }

    private static func write(records: [[(String, String)]]) {
        let lines = records.map { "  \(JSONOutput.object($0))" }
        Output.write(lines.isEmpty ? "[]\n" : "[\n\(lines.joined(separator: ",\n"))\n]\n")
    }

    private static func row(_ hit: Hit, others: Int = 0) -> String {
        let share = hit.confidence ?? max(hit.score, 0)
        let percent = "\(Int((share * 100).rounded())) %"
        let rank = "\(hit.rank)".leftPadded(4)
        let shown = percent.leftPadded(6)
        let more = others > 0 ? "  and \(others) like it" : ""
        return "\(rank)\(shown)  \(Printable.text(hit.source.bytes))\(more)\n"
    }

    /// The columns of `photosearch search --json`.
    private static func record(_ hit: Hit) -> [(String, String)] {
        var fields = [
            ("rank", "\(hit.rank)"), ("score", rounded(hit.score)),
            ("confidence", hit.confidence.map(rounded) ?? "null"),
            ("similarity", hit.confidence == nil ? rounded(hit.score) : "null"),
            ("path", JSONOutput.string(hit.source.description)), ("id", "\(hit.id)"),
        ]
        if !hit.source.description.utf8.elementsEqual(hit.source.bytes) {
            let base64 = Data(hit.source.bytes).base64EncodedString()
            fields.append(("path_base64", JSONOutput.string(base64)))
        }
        let info = hit.info
        fields += [
            ("taken_at", info?.cameraTime.map { JSONOutput.string(CivilTime.text($0)) } ?? "null"),
            ("utc_offset_min", info?.utcOffsetMinutes.map { "\($0)" } ?? "null"),
            ("latitude", info?.latitude.map { "\($0)" } ?? "null"),
            ("longitude", info?.longitude.map { "\($0)" } ?? "null"),
            ("camera", info?.camera.map(JSONOutput.string) ?? "null"),
            ("width", info.map { "\($0.width)" } ?? "null"),
            ("height", info.map { "\($0.height)" } ?? "null"),
            ("favourite", info.map { "\($0.isFavourite)" } ?? "null"),
            (
                "media",
                info.map { JSONOutput.list($0.media.names.map(JSONOutput.string)) } ?? "null"
            ),
            ("matched", JSONOutput.list(hit.matched.map { JSONOutput.string($0.rawValue) })),
        ]
        return fields
    }

    private static func rounded(_ value: Double) -> String {
        "\((value * 1e6).rounded() / 1e6)"
    }
}

/// File names as text that is safe to show on a terminal.
enum Printable {
    /// What is no printable character is written as `\xNN` or `\u{N}`.
    static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self).unicodeScalars.map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
                .paragraphSeparator:
                "\\u{\(String(scalar.value, radix: 16))}"
            default: String(scalar)
            }
        }.joined()
    }
}

extension String {
    fileprivate func leftPadded(_ width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
