import PhotoSearch
import Testing

@testable import PhotoSearchCoreML

@Suite struct TextInputsTests {
    private let ids: [Int32] = [101, 7, 102]

    private func port(_ name: String, _ shape: [Int] = [1, 1, 1, 5]) throws -> PackageSpec.Port {
        let packages = try TestBundle.manifest(inputs: [(name, shape)]).packages
        return try #require(packages?.text.inputs.first)
    }

    @Test func tokensAreFilledUp() throws {
        let values = try TextInputs.values(port("ids", [1, 5]), ids: ids, padID: 9)
        #expect(values == [101, 7, 102, 9, 9])
    }

    @Test func theMaskIsOneAtEveryToken() throws {
        #expect(try TextInputs.values(port("mask"), ids: ids, padID: 0) == [1, 1, 1, 0, 0])
    }

    @Test func theEndOfTheTextIsOneAtTheLastToken() throws {
        #expect(try TextInputs.values(port("eot"), ids: ids, padID: 0) == [0, 0, 1, 0, 0])
    }

    @Test func anInputOfAnotherNameIsAnError() throws {
        let port = try port("attention")
        let error = #expect(throws: PhotoSearchError.self) {
            try TextInputs.values(port, ids: ids, padID: 0)
        }
        #expect(error?.kind == .bundle)
    }

    @Test(arguments: [0, 6])
    func tokensMustFit(count: Int) throws {
        let port = try port("ids", [1, 5])
        let error = #expect(throws: PhotoSearchError.self) {
            try TextInputs.values(port, ids: Array(repeating: 1, count: count), padID: 0)
        }
        #expect(error?.message == "tokens: got \(count), expected 1 to 5")
    }
}
