"""What is asked of captioned photos in a word or two, and which of them show it.

Legend: N photos.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from photosearch.data import CaptionedPhoto

CONCEPTS: Final = {  # concept -> patterns of the words that name it
    "dog": "dogs? pupp(y|ies) greyhounds? poodles? terriers? retrievers?",
    "grass": "grass grassy lawns? meadows?",
    "beach": "beach(es)? shores? seashore sand sandy",
    "people": "people persons? m[ae]n wom[ae]n boys? girls? child(ren)? kids? lad(y|ies) guys? "
    "crowds? bab(y|ies) toddlers? teenagers? players? riders? somebody someone bikers? "
    "skateboarders? surfers? climbers? hikers? skiers? adults? couples? famil(y|ies) friends? "
    "youths? swimmers? runners? performers? racers? cyclists? soldiers? males? females? teens? "
    "snowboarders? he she his her him",
    "children": "child(ren)? kids? boys? girls? bab(y|ies) toddlers?",
    "water": "water lakes? oceans? seas? rivers? pools? ponds? waves? streams? surf",
    "snow": "snow snowy snowball",
    "man": "m[ae]n guys?",
    "woman": "wom[ae]n lad(y|ies)",
    "ball": "balls? football basketball baseball soccer tennis",
    "bicycle": "bikes? bicycles? bikers? cyclists? biking bicyclists?",
    "street": "streets? roads? sidewalks?",
    "mountain": "mountains? cliffs? hills?",
    "a swimming pool": "pools?",
    "girl": "girls?",
    "boy": "boys?",
    "crowd": "crowds?",
    "a baby": "bab(y|ies) toddlers? infants?",
    "building": "buildings? house houses skyscrapers?",
    "skateboard": "skateboards? skateboarders? skateboarding",
    "tree": "trees? woods? forests?",
    "car": "cars? trucks? vehicles?",
    **{color: color for color in ("red", "blue", "black", "white", "yellow", "green")},
    "hat": "hats? caps? helmets?",
    "sunglasses": "sunglasses glasses goggles",
    "running": "runs? running",
    "jumping": "jump(s|ing)? leap(s|ing)?",
    "sitting": "sits? sitting seated",
    "climbing": "climb(s|ing)? climbers?",
    "playing": "plays? playing",
    "swimming": "swims? swimming swimmers?",
    "rock": "rocks? rocky",
    "stick": "sticks? branch(es)?",
    "group of people": "groups? crowds? several many",
    "field": "fields?",
    "toy": "toys? frisbees?",
}


def shown_by_captions(concept: str, photos: Sequence[CaptionedPhoto]) -> NDArray[np.int64]:
    """How many captions of each photo name a concept: [N]."""
    words = "|".join(CONCEPTS[concept].split())
    pattern = re.compile(rf"\b({words})\b", re.IGNORECASE)
    return np.array([sum(map(bool, map(pattern.search, photo.captions))) for photo in photos])
