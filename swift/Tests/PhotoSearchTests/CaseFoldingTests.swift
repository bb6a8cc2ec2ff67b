import Testing

@testable import PhotoSearch

/// The values are those of Python's `str.casefold`.
@Suite struct CaseFoldingTests {
    @Test(
        arguments: [
            ("Leica M10", "leica m10"), ("Straße", "strasse"), ("STRASSE ẞ", "strasse ss"),
            ("ΟΔΟΣ ς", "οδοσ σ"), ("ﬃ", "ffi"), ("İ", "i\u{307}"), ("ſ", "s"), ("µ", "μ"),
            ("ꭰꭱ", "ᎠᎡ"), ("Ⅲ", "ⅲ"), ("և", "եւ"), ("写真", "写真"), ("", ""),
        ])
    func caseDoesNotCount(text: String, folded: String) {
        #expect(Normalization.casefold(CodePoints.of(text)) == CodePoints.of(folded))
    }
}
