// Words that part a query, and what a person is told.
// Written by `python -m tests.fixtures.query_vocabulary`; do not edit.

enum QueryVocabulary {
    static let mostWords = 64
    static let mostSlipped = 2
    static let leastPeople = 50_000
    static let shortName = 3
    static let leastPeopleOfShortName = 1_000_000
    static let apostrophes: [UInt32] = [0x27, 0x2019, 0x2018, 0x2BC, 0xFF07]
    static let dashes: [UInt32] = [0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212]
    static let breaks: [UInt32] = [0x2C, 0x3B]
    static let numericSigns: [UInt32] = [0x24, 0x20AC, 0xA3, 0x23, 0x25, 0x2B]
    static let negations = WordKey.set("except excluding no not without")
    static let beforeNegations = WordKey.set("and but with")
    static let and = WordKey.set("& and nor or |")
    static let stops = WordKey.set(
        """
        at behind but by during except excluding for from in near no not on under while with without
        """)
    static let signs = WordKey.set(
        """
        dumping entrance entry exit littering one parking smoking stopping thanks thoroughfare
        trespassing vacancy way
        """)
    static let or = WordKey.set("or |")
    static let placeLeads = WordKey.set("around at from in inside near outside through to visiting")
    static let mediaArticles = WordKey.set("a all an any my our some the")
    static let photo = WordKey.set(
        """
        image images photo photograph photographs photos pic pics picture pictures shot shots
        snapshot snapshots
        """)
    static let ledMedia = WordKey.set("black-and-white portrait")
    static let cameraArticles = WordKey.set("a an my our the")
    static let makes = WordKey.set(
        """
        canon casio dji fuji fujifilm galaxy google gopro hasselblad htc huawei ipad iphone kodak
        leica lg lumix minolta motorola nexus nikon nokia olympus oneplus panasonic pentax pixel
        polaroid ricoh samsung sigma sony xiaomi
        """)
    static let models = WordKey.set(
        """
        air alpha coolpix cybershot edge eos fold galaxy hero ii iii iv lumix mark mavic max mini mk
        mkii mkiii mkiv note pixel plus powershot pro rebel se ultra xperia xr xs
        """)
    static let cameraLeads: [StaticString] = [
        "captured on",
        "captured with",
        "from my",
        "made with",
        "on my",
        "shot by",
        "shot on",
        "shot with",
        "taken by",
        "taken on",
        "taken with",
        "with my",
    ]
    static let certainMedia: [(StaticString, StaticString)] = [
        ("screen shot", "screenshot"),
        ("screen shots", "screenshot"),
        ("portrait mode", "portrait"),
        ("screenshot", "screenshot"),
        ("screenshots", "screenshot"),
        ("screengrab", "screenshot"),
        ("screengrabs", "screenshot"),
        ("selfie", "selfie"),
        ("selfies", "selfie"),
        ("panorama", "panorama"),
        ("panoramas", "panorama"),
        ("panoramic", "panorama"),
        ("video", "video"),
        ("videos", "video"),
        ("portraits", "portrait"),
        ("favourites", "favourites"),
        ("favorites", "favourites"),
    ]
    static let doubtfulMedia: [(StaticString, StaticString)] = [
        ("black and white", "black-and-white"),
        ("black & white", "black-and-white"),
        ("out of focus", "blurry"),
        ("b&w", "black-and-white"),
        ("bw", "black-and-white"),
        ("monochrome", "black-and-white"),
        ("blurry", "blurry"),
        ("blurred", "blurry"),
        ("dark", "dark"),
        ("underexposed", "dark"),
        ("live", "live"),
        ("burst", "burst"),
        ("bursts", "burst"),
        ("portrait", "portrait"),
        ("favourite", "favourites"),
        ("favorite", "favourites"),
        ("favourited", "favourites"),
        ("favorited", "favourites"),
        ("starred", "favourites"),
    ]
    static let homeNames: [(StaticString, StaticString)] = [
        ("close to home", "near"),
        ("on a trip", "trip"),
        ("on my trip", "trip"),
        ("on our trip", "trip"),
        ("on trips", "trip"),
        ("on holiday", "trip"),
        ("on holidays", "trip"),
        ("on vacation", "trip"),
        ("near home", "near"),
        ("around home", "near"),
        ("at home", "near"),
        ("abroad", "abroad"),
        ("overseas", "abroad"),
    ]
    static let home = "home"
    static let homeKM = 12.0
    static let tripKM = 100.0
    static let otherwise = WordKey.groups(
        """
        selfie: stick sticks video: call calls camera cameras card chat conference console consoles
        editing editor game gamer games monitor player projector screen store tape wall
        """)
    static let many =
        "more than 64 words are read as words, without dates and places"
    static let secondPlace =
        "one place is looked for: '{}' is read as words"
    static let noTime =
        "no time is both in '{}' and in what stands before it: it is read as words"
    static let noDates =
        "few photos of this library have a date: '{}' is read as words"
    static let notThere =
        "no photo of this library was taken near {}: it is read as words"
    static let noExclusion =
        "'{}' is read as words: times and places cannot be left out"
    static let ambiguous =
        "'{}' is read {} first, as is usual here: {}"
    static let otherScript =
        "the model knows English only: it cannot read this query"
    static let otherLanguage =
        "the model knows English only: this query looks {}"
}
