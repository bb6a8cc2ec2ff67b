"""Tells that a query is in a language that the model does not know.

The words below are ours: those that most sentences of a language hold, and those that people look
for in photos; none of them is a word of English, but those in brackets, which only add up.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

from photosearch.text.unicode_tables import LETTER, is_flagged

_WORDS: Final = {
    "Spanish": """
        (la el un de en al del los las no me te se si es son su sin sol mar a o y e i con por para
        mas mis mi yo ella nina montana rio cafe pastel roja negro casa mesa)
        una unas unos que como donde cuando este esta estos estas muy pero entre sobre desde hasta
        sus nuestra nuestro ellos nosotros foto fotos imagen imagenes perro perros gato gatos
        caballo pajaro pajaros vaca nino ninos ninas hombre hombres mujer mujeres gente familia
        amigos bebe abuela abuelo madre padre hermano hermana hijo hija playa montanas nieve lluvia
        cielo bosque arbol arboles flor flores lago calle ciudad edificio iglesia puente coche
        coches bicicleta barco avion tren comida cena desayuno cerveza vino tarta manzana cumpleanos
        boda navidad verano invierno otono primavera noche dia manana puesta atardecer amanecer rojo
        azul verde blanco blanca negra amarillo corriendo jugando sentado durmiendo comiendo silla
        puerta ventana libro pelota zapatos sombrero vestido
    """,
    "French": """
        (la le les un de des du en et au aux ne me te se si on est son sa ses nos an or par pas chat
        chats table train lit main pain bus photo photos robe sur sans dont mon ce plus mere
        grand-mere rue diner vin noel lever rouge blanc noir)
        une avec pour dans sous qui que leur leurs mais mes notre nous vous ils elle elles cette ces
        chez entre tres chien chiens cheval oiseau oiseaux vache garcon fille filles homme hommes
        femme femmes gens famille amis bebe pere frere soeur enfant enfants plage mer montagne
        montagnes neige pluie ciel foret arbre arbres fleur fleurs riviere lac ville batiment eglise
        pont voiture voitures velo bateau avion nourriture repas dejeuner biere gateau pomme
        anniversaire mariage ete hiver automne printemps nuit jour matin soir coucher soleil bleu
        bleue vert verte blanche noire jaune courant jouant assis maison chaise porte fenetre livre
        ballon chaussures chapeau
    """,
    "German": """
        (die der das den dem des im in am an war hat man hut hund bad arm hand hunde baby wand ball
        familie mutter rot park restaurant von fur mann manner kind strand see auto boot tag weiss)
        ein eine einen einem einer und mit ohne auf aus bei nach vom zum zur uber unter neben
        zwischen vor hinter ist sind nicht kein keine mein meine unser unsere ich wir sie foto fotos
        bild bilder katze katzen pferd pferde vogel kuh junge madchen frau frauen leute menschen
        freunde vater bruder schwester kinder oma opa meer berg berge schnee regen himmel wald baum
        baume blume blumen fluss strasse stadt gebaude kirche brucke autos fahrrad schiff flugzeug
        zug essen abendessen fruhstuck kaffee bier wein kuchen apfel geburtstag hochzeit weihnachten
        sommer herbst fruhling nacht morgen abend sonnenuntergang sonnenaufgang sonne blau grun
        schwarz gelb rennt spielt sitzt schlaft haus tisch stuhl tur fenster buch schuhe kleid
    """,
    "Italian": """
        (la le il lo un di da in al e o a i si no su se ma per con bus auto foto amici pasta del che
        chi come dove mia cane donna mare barca estate sole blu casa)
        gli una uno della dello dei delle nel nella sul sulla senza tra fra quando questo questa
        questi molto piu mio nostra nostro noi loro cani gatto gatti cavallo uccello uccelli mucca
        bambino bambini bambina ragazzo ragazza uomo uomini donne gente famiglia neonato nonna nonno
        madre padre fratello sorella spiaggia montagna montagne neve pioggia cielo foresta bosco
        albero alberi fiore fiori fiume lago strada citta edificio chiesa ponte macchina bicicletta
        aereo treno cibo cena pranzo colazione birra vino torta mela compleanno matrimonio natale
        inverno autunno notte giorno mattina sera tramonto alba rosso rossa azzurro bianco bianca
        nero nera giallo correndo giocando seduto tavolo sedia porta finestra libro palla scarpe
        cappello vestito
    """,
    "Portuguese": """
        (a o os as um de da do em no na e se me sol mar por foto fotos dos das nos nas com para mae
        rio cafe natal casa mesa)
        uma umas uns pelo pela sem que como onde quando este esta estes muito mais meu minha nossa
        nosso nao sao cachorro cachorros cao caes gato gatos cavalo passaro passaros vaca menino
        menina criancas crianca homem homens mulher mulheres gente pessoas familia amigos bebe avo
        pai irmao irma filho filha praia montanha montanhas neve chuva ceu floresta arvore arvores
        flor flores lago rua cidade predio igreja ponte carro carros bicicleta barco aviao trem
        comboio comida jantar almoco cerveja vinho bolo maca aniversario casamento verao inverno
        outono primavera noite dia manha vermelho vermelha azul verde branco branca preto preta
        amarelo correndo jogando brincando sentado cadeira porta janela livro bola sapatos chapeu
        vestido
    """,
    "Dutch": """
        (de het een en in is op of er bij door met man hand bus trein water hond boot van kat kind
        strand boom auto wit)
        voor naar uit aan zijn haar zonder onder tussen achter naast mijn onze wij zij dit deze geen
        niet foto fotos hond honden katten paard paarden vogel vogels koe jongen meisje mannen vrouw
        vrouwen mensen gezin vrienden kinderen moeder vader broer zus opa zee berg bergen sneeuw
        regen lucht bos bomen bloem bloemen rivier meer straat stad gebouw kerk brug fiets fietsen
        vliegtuig eten ontbijt koffie bier wijn taart appel verjaardag bruiloft kerstmis zomer
        herfst lente nacht ochtend avond zonsondergang zon rood blauw groen zwart geel rennen spelen
        zitten huis tafel stoel deur raam boek schoenen jurk
    """,
    "Swedish": """
        (en ett i man men for fest barn med den ar pa till under over min mitt ko folk strand bro
        bat tag mat ol vin apple jul host var rod springer)
        och utan som att det har av fran mellan vara inte ingen hund hundar katt katter hast fagel
        faglar pojke flicka kvinna kvinnor familj vanner bebis mamma pappa bror syster hav berg sno
        regn himmel skog trad blomma blommor flod sjo gata stad byggnad kyrka bil bilar cykel
        flygplan middag frukost kaffe tarta fodelsedag brollop sommar vinter natt morgon kvall
        solnedgang bla gron vit svart gul leker sitter hus bord stol dorr fonster bok
    """,
    "Polish": """
        (i w z na o do a to on pies most kot pod brat plaza las dom)
        nie sie jest oraz przy nad przed bez dla ze przez moj moja nasz nasza zdjecie zdjecia psy
        koty kon ptak ptaki krowa chlopiec dziewczynka mezczyzna kobieta kobiety ludzie rodzina
        przyjaciele dziecko dzieci matka ojciec siostra babcia dziadek morze gora gory snieg deszcz
        niebo drzewo drzewa kwiat kwiaty rzeka jezioro ulica miasto budynek kosciol samochod rower
        lodka samolot pociag jedzenie obiad kolacja sniadanie kawa piwo wino tort jablko urodziny
        wesele slub swieta lato zima jesien wiosna noc dzien rano wieczor zachod slonca czerwony
        niebieski zielony bialy czarny zolty stol krzeslo drzwi okno ksiazka
    """,
    "Turkish": """
        (at ve ne ki o bu su bir adam anne baba pasta gun sari ev)
        ile icin gibi daha cok benim bizim degil fotograf fotografi kopek kopekler kedi kediler kus
        kuslar inek cocuk cocuklar kiz erkek kadin insanlar aile arkadaslar bebek kardes plaj deniz
        dag daglar kar yagmur gokyuzu orman agac agaclar cicek cicekler nehir gol sokak sehir bina
        kilise cami kopru araba arabalar bisiklet tekne ucak tren yemek kahvalti kahve bira sarap
        elma dogum gunu dugun yaz kis sonbahar ilkbahar gece sabah aksam gunbatimi gunes kirmizi
        mavi yesil beyaz siyah masa sandalye kapi pencere kitap plajda denizde
    """,
}
_OTHER_SCRIPT: Final = "the model knows English only: it cannot read this query"
_OTHER: Final = "the model knows English only: this query looks {}"


def language_note(keys: Iterable[str]) -> str | None:
    """What to tell of words, by their keys, that the model cannot know; None if it may know them.

    A word of which no letter is Latin is one of another script. Words of another language are half
    of them at least, and one is no word of English.
    """
    words = [key for key in keys if any(is_flagged(char, LETTER) for char in key)]
    latin = [word for word in words if any("a" <= char <= "z" for char in word)]
    if 2 * len(latin) < len(words) or (words and not latin):
        return _OTHER_SCRIPT
    best, most = "", (0, 0)
    for name, (certain, doubtful) in _languages().items():
        sure = sum(word in certain for word in latin)
        count = sure + sum(word in doubtful for word in latin)
        if sure and 2 * count >= len(words) and (count, sure) > most:
            best, most = name, (count, sure)
    return _OTHER.format(best) if best else None


def is_foreign(key: str) -> bool:
    """Whether a word is one of another language, and none of English."""
    return any(key in certain for certain, _ in _languages().values())


@cache
def _languages() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """For each language, the words that are its own, and those that English has too."""
    found = {}
    for name, text in _WORDS.items():
        doubtful, _, certain = text.partition("(")[2].partition(")")
        found[name] = frozenset(certain.split()), frozenset(doubtful.split())
    return found
