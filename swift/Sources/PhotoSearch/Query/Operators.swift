// What is negated, and which words are alternatives, as `photosearch/query/operators.py`.
//
// without people, no cars and dogs, not blurry; cat | dog, red car or motorbike

enum Operators {
    /// What is negated, the place behind its last word, and what a person should know of it.
    struct Negated {
        let texts: [String]
        let end: Int
        var note = ""
    }

    /// What is negated from a place on.
    ///
    /// - Parameter other: The place behind a date or a place on Earth that begins at a place, which ends
    ///   what is negated. One that is negated itself becomes words: nothing leaves it out.
    static func negation(_ run: Run, _ at: Int, other: (Int) -> Int?) -> Negated? {
        guard let start = behindNegation(run, at) else { return nil }
        if let behind = other(start) {
            let text = Word.text(of: run.words[start..<behind])
            let note = QueryVocabulary.noExclusion.filled(text)
            return Negated(texts: [text], end: behind, note: note)
        }
        var end = start
        while !run.next(end).isEmpty,
            end == start || !QueryVocabulary.stops.contains(run.next(end)) && other(end) == nil
        { end += 1 }
        let groups = split(run.words[start..<end], QueryVocabulary.and)
        let texts = groups.filter { !$0.isEmpty }.map(Word.text)
        return texts.isEmpty ? nil : Negated(texts: texts, end: end)
    }

    /// The place behind "without", "but no" and the like; nil where there is none.
    private static func behindNegation(_ run: Run, _ at: Int) -> Int? {
        var start = at
        if QueryVocabulary.beforeNegations.contains(run.key(at)),
            QueryVocabulary.negations.contains(run.next(at + 1))
        {
            start = at + 1
        }
        let negation = run.key(start)
        guard QueryVocabulary.negations.contains(negation) else { return nil }
        let behind = run.next(start + 1)
        if negation == "no",
            QueryVocabulary.signs.contains(behind)
                || behind.bytes.first.map(WordKey.isDigit) == true
        {
            return nil
        }
        if negation == "except", behind == "for" { return start + 2 }
        return behind.isEmpty ? nil : start + 1
    }

    /// Plain words that stand side by side to alternatives: one of all, if there is no "or".
    ///
    /// An "or" without words on both sides is a word like any other.
    static func alternatives(_ words: ArraySlice<Word>) -> [ArraySlice<Word>] {
        let groups = split(words, QueryVocabulary.or)
        return groups.allSatisfy(isNamed) ? groups : [words]
    }

    private static func split(
        _ words: ArraySlice<Word>, _ signs: Set<WordKey>
    ) -> [ArraySlice<Word>] {
        words.split(omittingEmptySubsequences: false) { signs.contains($0.key) }
    }

    private static func isNamed(_ words: ArraySlice<Word>) -> Bool {
        words.contains { word in
            word.key.bytes.allSatisfy { $0 < 0x80 }
                ? QueryParser.isName(word.key.bytes.lazy.map(UInt32.init))
                : QueryParser.isName(word.key.codes)
        }
    }
}
