"""Time zones by their IANA names: what time it is, how dates are written, when summer is.

A query is about wall-clock time, so that no change of the clock matters once it is known what the
clock shows now.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Final

from photosearch.errors import UsageError

_LOCALTIME: Final = Path("/etc/localtime")  # a link into the database, on Linux and macOS
_DATABASE: Final = "zoneinfo/"
_NOW: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?(Z|[+-]\d\d:\d\d)?", re.ASCII
)
_FORMS: Final = "2026-11-26T10:00 or 2026-11-26T10:00+01:00"

# The United States and their territories write the month first (Unicode CLDR, short dates).
_MONTH_FIRST: Final = {
    "America": "Adak Anchorage Boise Chicago Denver Detroit Fort_Wayne Indianapolis Juneau "
    "Los_Angeles Louisville Menominee Metlakatla New_York Nome Phoenix Puerto_Rico Shiprock Sitka "
    "St_Thomas Yakutat",
    "Pacific": "Guam Honolulu Johnston Midway Pago_Pago Saipan Wake",
}
_MONTH_FIRST_AREAS: Final = (
    "America/Indiana/", "America/Kentucky/", "America/North_Dakota/", "US/",
)  # fmt: skip

# Of the principal location of each zone, as `zone.tab` gives it
_SOUTHERN: Final = {
    "Africa": "Blantyre Brazzaville Bujumbura Dar_es_Salaam Gaborone Harare Johannesburg Kigali "
    "Kinshasa Luanda Lubumbashi Lusaka Maputo Maseru Mbabane Nairobi Windhoek",
    "America": "Araguaina Asuncion Bahia Belem Buenos_Aires Campo_Grande Cordoba Coyhaique Cuiaba "
    "Eirunepe Fortaleza Guayaquil La_Paz Lima Maceio Manaus Mendoza Montevideo Noronha "
    "Porto_Velho Punta_Arenas Recife Rio_Branco Santarem Santiago Sao_Paulo",
    "Asia": "Dili Jakarta Jayapura Makassar Pontianak",
    "Atlantic": "South_Georgia St_Helena Stanley",
    "Indian": "Antananarivo Chagos Christmas Cocos Comoro Kerguelen Mahe Mauritius Mayotte Reunion",
    "Pacific": "Apia Auckland Bougainville Chatham Easter Efate Fakaofo Fiji Funafuti Galapagos "
    "Gambier Guadalcanal Kanton Marquesas Nauru Niue Norfolk Noumea Pago_Pago Pitcairn "
    "Port_Moresby Rarotonga Tahiti Tongatapu Wallis",
}
_SOUTHERN_AREAS: Final = ("America/Argentina/", "Antarctica/", "Australia/", "Brazil/", "Chile/")


def is_month_first(zone: str) -> bool:
    """Whether 3/4/2021 is the 4th of March there."""
    return _is_one_of(zone, _MONTH_FIRST, _MONTH_FIRST_AREAS)


def is_southern(zone: str) -> bool:
    """Whether it lies south of the equator."""
    return _is_one_of(zone, _SOUTHERN, _SOUTHERN_AREAS)


def _is_one_of(zone: str, cities: Mapping[str, str], areas: tuple[str, ...]) -> bool:
    area, _, city = zone.partition("/")
    return city in cities.get(area, "").split() or zone.startswith(areas)


def system_zone() -> str:
    """The name of this machine's zone; "" if it does not say."""
    named = os.environ.get("TZ", "").removeprefix(":")
    try:
        return named or str(_LOCALTIME.readlink()).partition(_DATABASE)[2]
    except OSError:  # a copy and no link, or none at all
        return ""


def local_now(zone: str | None = None) -> datetime:
    """What the clock shows, naive: in a zone, or on this machine.

    Raises UsageError for a zone that there is not.
    """
    return datetime.now() if zone is None else datetime.now(_zone(zone)).replace(tzinfo=None)


def parse_now(text: str, zone: str | None = None) -> datetime:
    """A time as ISO 8601 to what the clock shows then, naive.

    A time with an offset is converted to the zone; any other is wall-clock time. Raises UsageError
    for what is no time, or a zone that there is not.
    """
    found = _NOW.fullmatch(text.strip())
    there = None if zone is None else _zone(zone)
    try:
        if found is None:
            raise ValueError("another form")
        day, time, offset = found.groups()
        moment = datetime.fromisoformat(f"{day}T{time or '00:00'}{offset or ''}")
        return moment if offset is None else moment.astimezone(there).replace(tzinfo=None)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"--now: got {text!r}, expected {_FORMS}") from error


def _zone(name: str) -> tzinfo:
    """Raises UsageError for a zone that there is not."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        expected = "an IANA name, for example Europe/Berlin"
        raise UsageError(f"zone: got {name!r}, expected {expected}") from error
