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
            let records = hits.map { "  \(JSONOutput.object(record($0)))" }
            Output.write(hits.isEmpty ? "[]\n" : "[\n\(records.joined(separator: ",\n"))\n]\n")
        } else if switches.contains("ids") {
            Output.write(hits.map { "\($0.id)\n" }.joined())
        } else if switches.contains("paths") {
            Output.write(hits.flatMap { $0.source.bytes + [0x0A] })
        } else {
            Output.write(hits.map(row).joined())
        }
    }

    private static func row(_ hit: Hit) -> String {
        let percent = "\(Int((hit.confidence * 100).rounded())) %"
        let rank = "\(hit.rank)".leftPadded(4)
        let share = percent.leftPadded(6)
        return "\(rank)\(share)  \(Printable.text(hit.source.bytes))\n"
    }

    /// The columns of `photosearch search --json`.
    private static func record(_ hit: Hit) -> [(String, String)] {
        var fields = [
            ("rank", "\(hit.rank)"), ("score", rounded(hit.score)),
            ("confidence", rounded(hit.confidence)),
            ("path", JSONOutput.string(hit.source.description)), ("id", "\(hit.id)"),
        ]
        if !hit.source.description.utf8.elementsEqual(hit.source.bytes) {
            let base64 = Data(hit.source.bytes).base64EncodedString()
            fields.append(("path_base64", JSONOutput.string(base64)))
        }
        let info = hit.info
        fields += [
            ("taken_at", info?.takenAt.map { JSONOutput.string(CivilTime.text($0)) } ?? "null"),
            ("utc_offset_min", info?.utcOffsetMinutes.map { "\($0)" } ?? "null"),
            ("latitude", info?.latitude.map { "\($0)" } ?? "null"),
            ("longitude", info?.longitude.map { "\($0)" } ?? "null"),
            ("camera", info?.camera.map(JSONOutput.string) ?? "null"),
            ("width", info.map { "\($0.width)" } ?? "null"),
            ("height", info.map { "\($0.height)" } ?? "null"),
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
