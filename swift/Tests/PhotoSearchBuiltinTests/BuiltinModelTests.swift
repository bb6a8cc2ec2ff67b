import PhotoSearch
import PhotoSearchBuiltin
import Testing

@Suite struct BuiltinModelTests {
    @Test func theBundleIsWhole() throws {
        try BuiltinModel.bundle().verify()
    }

    @Test func itsWeightsAnswerAQuery() async throws {
        let encoder = try PortableTextEncoder(BuiltinModel.bundle())
        let vector = try await encoder.embed(SearchQuery(parsing: "a dog on the beach"))
        #expect(vector.count == encoder.dim)
        #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-4)
    }
}
