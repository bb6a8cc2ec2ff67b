/// Mends slips of typing: an unknown word becomes a known one that is a single slip away.
///
/// As `photosearch.text.spelling`, which says why: a word of 4 to 30 letters a to z that is not known
/// is replaced by the likeliest known word from which one slip behind the first letter makes it
/// (Damerau 1964, doi:10.1145/363958.363994). Candidates are written down and looked up.
struct Spelling: Sendable {
    private static let lengths = 4...30  // letters of a word that is mended
    private static let letters = UInt8(ascii: "a")...UInt8(ascii: "z")

    private var places: PieceTable  // the likelier first
    private var words: [[UInt8]] = []

    /// - Parameter words: The known ones, in lower case, the likelier first.
    init(words: [[UInt8]]) {
        places = PieceTable(capacity: words.count)
        for word in words {
            word.withUnsafeBufferPointer { bytes in
                guard places.id(of: bytes, .of(bytes)) == nil else { return }
                places.insert(bytes, id: Int32(self.words.count))
                self.words.append(word)
            }
        }
    }

    /// The word that was probably meant; nil if it stays as it is.
    func mended(_ word: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard Self.lengths.contains(word.count), word.allSatisfy(Self.letters.contains),
            places.id(of: word, .of(word)) == nil
        else { return nil }
        var best: Int32?
        Self.forEachSlip(of: Array(word)) { candidate in
            candidate.withUnsafeBufferPointer { bytes in
                guard let place = places.id(of: bytes, .of(bytes)) else { return }
                best = min(best ?? place, place)
            }
        }
        return best.map { words[Int($0)] }
    }

    /// What one slip behind the first letter makes of a word; some twice, and the word too.
    private static func forEachSlip(of word: [UInt8], _ body: ([UInt8]) -> Void) {
        for place in 1...word.count {
            let before = word[..<place]
            let behind = word[min(place + 1, word.count)...]
            let here = word[place..<min(place + 1, word.count)]
            if !here.isEmpty {
                body(Array(before + behind))
                body(Array(before + behind.prefix(1) + here + behind.dropFirst()))
            }
            for letter in letters {
                body(Array(before + [letter] + here + behind))
                if !here.isEmpty { body(Array(before + [letter] + behind)) }
            }
        }
    }
}
