import Foundation
import Testing

@testable import FaissFormat

/// The implementation that the environment names; `.ci/swift` runs the scans' tests once for each.
@Suite struct KernelChoiceTests {
    @Test func theNamedOneIsUsedElseTheFastest() {
        let named = ProcessInfo.processInfo.environment[Kernels.variable] ?? ""
        #expect(Kernels.name == (named.isEmpty ? Kernels.names.last : named))
    }

    @Test func everyNameHasItsPlace() throws {
        #expect(Kernels.names.first == "scalar")
        for (place, name) in Kernels.names.enumerated() {
            #expect(try Kernels.place(of: name) == place)
        }
        #expect(try Kernels.place(of: nil) == nil)
        #expect(try Kernels.place(of: "") == nil)
    }

    @Test(arguments: ["sse9", "AVX2", " scalar", "neon2"])
    func anUnknownNameSaysWhatThereIs(name: String) {
        let expected = "what this processor can run: \(Kernels.names.joined(separator: ", "))"
        #expect(
            throws: FaissError.inconsistent(
                field: "PHOTOSEARCH_KERNEL", got: name, expected: expected)
        ) { try Kernels.place(of: name) }
    }
}
