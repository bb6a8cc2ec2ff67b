import CPhotoSearchKernels

/// All names of the gazetteer.
extension Gazetteer {
    /// Gives each key and what stands behind it, from the first to the last.
    static func forEachLine(_ visit: (_ key: Bytes, _ rest: Bytes) -> Void) {
        let text = UnsafeRawBufferPointer(
            start: ps_gazetteer_text(), count: Int(ps_gazetteer_count))
        for line in text.split(separator: UInt8(ascii: "\n")).dropFirst() {
            guard let at = line.firstIndex(of: UInt8(ascii: "\t")) else { continue }
            visit(line[..<at], line[(at + 1)...])
        }
    }

    typealias Bytes = Slice<UnsafeRawBufferPointer>
}
