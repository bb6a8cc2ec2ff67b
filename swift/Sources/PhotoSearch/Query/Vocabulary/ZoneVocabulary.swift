// Where the month comes first, and what lies in the south.
// Written by `python -m tests.fixtures.query_vocabulary`; do not edit.

enum ZoneVocabulary {
    static let monthFirstCities = WordKey.groups(
        """
        America: Adak Anchorage Boise Chicago Denver Detroit Fort_Wayne Indianapolis Juneau
        Los_Angeles Louisville Menominee Metlakatla New_York Nome Phoenix Puerto_Rico Shiprock Sitka
        St_Thomas Yakutat Pacific: Guam Honolulu Johnston Midway Pago_Pago Saipan Wake
        """)
    static let monthFirstAreas: [StaticString] = [
        "America/Indiana/",
        "America/Kentucky/",
        "America/North_Dakota/",
        "US/",
    ]
    static let southernCities = WordKey.groups(
        """
        Africa: Blantyre Brazzaville Bujumbura Dar_es_Salaam Gaborone Harare Johannesburg Kigali
        Kinshasa Luanda Lubumbashi Lusaka Maputo Maseru Mbabane Nairobi Windhoek America: Araguaina
        Asuncion Bahia Belem Buenos_Aires Campo_Grande Cordoba Coyhaique Cuiaba Eirunepe Fortaleza
        Guayaquil La_Paz Lima Maceio Manaus Mendoza Montevideo Noronha Porto_Velho Punta_Arenas
        Recife Rio_Branco Santarem Santiago Sao_Paulo Asia: Dili Jakarta Jayapura Makassar Pontianak
        Atlantic: South_Georgia St_Helena Stanley Indian: Antananarivo Chagos Christmas Cocos Comoro
        Kerguelen Mahe Mauritius Mayotte Reunion Pacific: Apia Auckland Bougainville Chatham Easter
        Efate Fakaofo Fiji Funafuti Galapagos Gambier Guadalcanal Kanton Marquesas Nauru Niue
        Norfolk Noumea Pago_Pago Pitcairn Port_Moresby Rarotonga Tahiti Tongatapu Wallis
        """)
    static let southernAreas: [StaticString] = [
        "America/Argentina/",
        "Antarctica/",
        "Australia/",
        "Brazil/",
        "Chile/",
    ]
}
