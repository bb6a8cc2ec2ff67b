/// What a library says, each part read when a query first needs it.
///
/// Most name neither a place nor a season.
final class LibraryFacts {
    private let cellsOfLibrary: () throws -> [LibraryPlaces.Cell]
    private let isLibraryDated: () throws -> Bool
    /// Why a part could not be read; it says nothing then.
    private(set) var error: (any Error)?

    init(
        cells: @escaping () throws -> [LibraryPlaces.Cell], isDated: @escaping () throws -> Bool
    ) {
        (cellsOfLibrary, isLibraryDated) = (cells, isDated)
    }

    convenience init(_ library: LibraryPlaces) {
        self.init(cells: { library.cells }, isDated: { library.isDated })
    }

    private lazy var places = LibraryPlaces(cells: known(cellsOfLibrary) ?? [])

    /// As `LibraryPlaces` has them.
    private(set) lazy var isDated = known(isLibraryDated) ?? true
    var cells: [LibraryPlaces.Cell] { places.cells }
    var isSouthern: Bool { places.isSouthern }
    var home: LibraryPlaces.Cell? { places.home }
    func photos(in place: GazetteerPlace) -> Int { places.photos(in: place) }

    private func known<Value>(_ read: () throws -> Value) -> Value? {
        do {
            return try read()
        } catch {
            self.error = error
            return nil
        }
    }
}
