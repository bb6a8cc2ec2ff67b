// What is negated, and which words are alternatives, as `photosearch/query/operators.py`.
//
// without people, no cars and dogs, not blurry; cat | dog, red car or motorbike

enum Operators {
    /// What is negated from a place on, and the place behind its last word.
    ///
    /// - Parameter isOther: Whether a date, a place or the like begins at a place, which ends it.
    static func negation(
        _ run: Run, _ at: Int, isOther: (Int) -> Bool
    ) -> (texts: [String], end: Int)? {
        guard let start = behindNegation(run, at) else { return nil }
        var end = start
        while !run.next(end).isEmpty,
            end == start || !QueryVocabulary.stops.contains(run.next(end)) && !isOther(end)
        { end += 1 }
        let groups = split(run.words[start..<end], QueryVocabulary.and)
        let texts = groups.filter { !$0.isEmpty }.map(Word.text)
        return texts.isEmpty ? nil : (texts, end)
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
