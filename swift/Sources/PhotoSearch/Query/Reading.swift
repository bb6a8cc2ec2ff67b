// How a query is read: plain words from left to right, as `photosearch/query/read.py`.
//
// At each, the first that takes it counts: a negation, a date, a kind of photo, a camera, a place.

extension QueryReading {
    static func collected(_ parts: [QueryPart], _ clock: Clock) -> Collected {
        var collected = Collected()
        let isProse = parts.count > QueryVocabulary.mostWords
        if isProse { collected.notes.append(QueryVocabulary.many) }
        var rest = parts[...]
        while let first = rest.first {
            guard first.isPlain else {
                collected.add(first)
                rest.removeFirst()
                continue
            }
            let plain = rest.prefix(while: \.isPlain)
            rest = rest[plain.endIndex...]
            if isProse {
                collected.add(plain.flatMap(words))
            } else {
                read(plain, clock, &collected)
            }
        }
        return collected
    }

    /// A part as one word; "cat|dog" as three.
    private static func words(_ part: QueryPart) -> [Word] {
        let or: UInt32 = 0x7C
        let texts = part.text.split(separator: or, omittingEmptySubsequences: false)
        guard texts.count > 1, !texts.contains(where: \.isEmpty) else { return [Word(part.text)] }
        return texts.flatMap { text in
            let sign = (text.startIndex - 1)..<text.startIndex
            return text.startIndex == part.text.startIndex
                ? [Word(text)] : [Word(part.text[sign]), Word(text)]
        }
    }

    /// Plain words, from left to right.
    private static func read(
        _ parts: ArraySlice<QueryPart>, _ clock: Clock, _ collected: inout Collected
    ) {
        let run = Run(parts.flatMap(words))
        let reader = PieceReader(run, clock)
        var plain: [Word] = []
        var at = 0
        while at < run.count {
            let piece = reader.piece(at, isStart: plain.last?.ends ?? true)
            let end = piece?.end ?? at + 1
            let words = run.words[at..<end]
            if let piece, collected.takes(piece, words) {
                addPlain(plain, &collected)
                plain = []
                collected.add(piece, words)
            } else {
                plain += words
            }
            at = end
        }
        addPlain(plain, &collected)
        let kept = Set(collected.words.map(\.text.startIndex))
        for part in parts where kept.contains(part.text.startIndex) {
            collected.notes += part.notes
        }
    }

    /// Words that are read as none of the others: alternatives, or plain ones.
    private static func addPlain(_ words: [Word], _ collected: inout Collected) {
        var start = 0
        for (at, word) in words.enumerated() where word.ends || at == words.count - 1 {
            let groups = Operators.alternatives(words[start...at])
            if groups.count > 1 {
                collected.add(alternatives: groups)
            } else {
                collected.add(groups[0])
            }
            start = at + 1
        }
    }
}
