// Words of dates.
// Written by `python -m tests.fixtures.query_vocabulary`; do not edit.

enum DateVocabulary {
    static let months = WordKey.numbers(
        """
        january:1 february:2 march:3 april:4 may:5 june:6 july:7 august:8 september:9 october:10
        november:11 december:12 jan:1 feb:2 mar:3 apr:4 jun:6 jul:7 aug:8 sep:9 sept:9 oct:10 nov:11
        dec:12
        """)
    static let weekdays = WordKey.numbers(
        """
        monday:1 mondays:1 tuesday:2 tuesdays:2 wednesday:3 wednesdays:3 thursday:4 thursdays:4
        friday:5 fridays:5 saturday:6 saturdays:6 sunday:7 sundays:7
        """)
    static let seasons = WordKey.numbers(
        """
        autumn:9 autumns:9 fall:9 falls:9 spring:3 springs:3 summer:6 summers:6 winter:12 winters:12
        """)
    static let counts = WordKey.numbers(
        """
        a:1 an:1 one:1 two:2 three:3 four:4 five:5 six:6 seven:7 eight:8 nine:9 ten:10 eleven:11
        twelve:12
        """)
    static let decades = WordKey.numbers(
        """
        twenties:20 thirties:30 forties:40 fifties:50 sixties:60 seventies:70 eighties:80
        nineties:90 00s:0 10s:10 20s:20 30s:30 40s:40 50s:50 60s:60 70s:70 80s:80 90s:90
        """)
    static let namedDays = WordKey.numbers("today:0 todays:0 yesterday:-1 yesterdays:-1")
    static let units = WordKey.texts(
        """
        hour:hour hours:hour day:day days:day week:week weeks:week weekend:weekend weekends:weekend
        month:month months:month year:year years:year decade:decade decades:decade
        """)
    static let dayparts = WordKey.texts("morning:6-12 afternoon:12-18 evening:18-24 night:22-6")
    static let nightFrom = 18
    static let nightTo = 6
    static let mostUnits = 999
    static let plainYears = 1900..<2100
    static let doubtfulMonths = WordKey.set(
        """
        apr aug dec feb jan jul jun mar march may nov oct sep sept
        """)
    static let weekdayNames = WordKey.set("ash black blue cyber good holy palm ruby shrove super")
    static let weekends = WordKey.set("weekend weekends")
    static let doubtfulSeasons = WordKey.set("fall falls spring springs")
    static let certainEnds = WordKey.set("day eve friday monday nye sunday weekend")
    static let last = WordKey.set("last past previous")
    static let prepositions = WordKey.set("around at by during for from in of on over throughout")
    static let articles = WordKey.set("each every the")
    static let certainLeads = WordKey.set(
        """
        after before between by during each every for from in of over since throughout till until
        """)
    static let daypartLeads = WordKey.set("at by during each every in on throughout")
    static let counted = WordKey.set(
        """
        calories cm days dollars euro euros feet foot ft grams hours hp inch inches kg kilometers
        kilometres km kmh lbs liters litres m meter meters metre metres mile miles minutes mm months
        mph people percent persons pieces pixels pounds px rpm seconds steps times tons volts w
        watts weeks x yards years yen
        """)
    static let functionWords = WordKey.set(
        """
        a about above after against along among an and around as at before behind below beside
        between but by during except for from he her his i in inside into is it its like me my near
        next no not of off on onto or our outside over she since than that the their them then they
        this to together toward towards under until up us was we were when where which while who
        with without you your
        """)
    static let about = WordKey.set("about almost nearly over than")
    static let wholeUnits = WordKey.set("decade month week weekend year")
    static let fromOn = WordKey.set("after since")
    static let upTo = WordKey.set("before till until")
    static let to = WordKey.set("- through till to until")
    static let and = WordKey.set("& + and or")
    static let hourLeads = WordKey.set("around at between from")
    static let feasts: [(StaticString, Yearly)] = [
        ("new years eve", Yearly(MonthDay(12, 31), MonthDay(12, 31))),
        ("new year eve", Yearly(MonthDay(12, 31), MonthDay(12, 31))),
        ("new years day", Yearly(MonthDay(1, 1), MonthDay(1, 1))),
        ("new year day", Yearly(MonthDay(1, 1), MonthDay(1, 1))),
        ("new years", Yearly(MonthDay(1, 1), MonthDay(1, 1))),
        ("new year", Yearly(MonthDay(1, 1), MonthDay(1, 1))),
        ("st patricks day", Yearly(MonthDay(3, 17), MonthDay(3, 17))),
        ("christmas eve", Yearly(MonthDay(12, 24), MonthDay(12, 24))),
        ("christmas day", Yearly(MonthDay(12, 25), MonthDay(12, 25))),
        ("christmas", Yearly(MonthDay(12, 24), MonthDay(12, 26))),
        ("xmas eve", Yearly(MonthDay(12, 24), MonthDay(12, 24))),
        ("xmas day", Yearly(MonthDay(12, 25), MonthDay(12, 25))),
        ("xmas", Yearly(MonthDay(12, 24), MonthDay(12, 26))),
        ("boxing day", Yearly(MonthDay(12, 26), MonthDay(12, 26))),
        ("valentines day", Yearly(MonthDay(2, 14), MonthDay(2, 14))),
        ("valentine day", Yearly(MonthDay(2, 14), MonthDay(2, 14))),
        ("thanksgiving day", Yearly(MonthDay(11, 22), MonthDay(11, 28), weekday: 4)),
        ("thanksgiving", Yearly(MonthDay(11, 22), MonthDay(11, 28), weekday: 4)),
        ("good friday", Yearly(MonthDay(3, 20), MonthDay(4, 23), easter: (-2, -2))),
        ("easter sunday", Yearly(MonthDay(3, 22), MonthDay(4, 25), easter: (0, 0))),
        ("easter monday", Yearly(MonthDay(3, 23), MonthDay(4, 26), easter: (1, 1))),
        ("easter weekend", Yearly(MonthDay(3, 21), MonthDay(4, 25), easter: (-1, 0))),
        ("easter", Yearly(MonthDay(3, 22), MonthDay(4, 25), easter: (0, 0))),
        ("nye", Yearly(MonthDay(12, 31), MonthDay(12, 31))),
        ("halloween", Yearly(MonthDay(10, 31), MonthDay(10, 31))),
    ]
}
