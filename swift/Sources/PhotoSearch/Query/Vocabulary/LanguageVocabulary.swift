// Words that tell a language.
// Written by `python -m tests.fixtures.query_vocabulary`; do not edit.

enum LanguageVocabulary {
    static let all: [(name: StaticString, certain: StaticString, doubtful: StaticString)] = [
        (
            "Spanish",
            """
            abuela abuelo amanecer amarillo amigos arbol arboles atardecer avion azul barco bebe
            bicicleta blanca blanco boda bosque caballo calle cena cerveza cielo ciudad coche coches
            comida comiendo como corriendo cuando cumpleanos desayuno desde dia donde durmiendo
            edificio ellos entre esta estas este estos familia flor flores foto fotos gato gatos
            gente hasta hermana hermano hija hijo hombre hombres iglesia imagen imagenes invierno
            jugando lago libro lluvia madre manana manzana montanas mujer mujeres muy navidad negra
            nieve ninas nino ninos noche nosotros nuestra nuestro otono padre pajaro pajaros pelota
            pero perro perros playa primavera puente puerta puesta que rojo sentado silla sobre
            sombrero sus tarta tren una unas unos vaca ventana verano verde vestido vino zapatos
            """,
            """
            a al cafe casa con de del e el ella en es i la las los mar mas me mesa mi mis montana
            negro nina no o para pastel por rio roja se si sin sol son su te un y yo
            """
        ),
        (
            "French",
            """
            amis anniversaire arbre arbres assis automne avec avion ballon bateau batiment bebe
            biere blanche bleu bleue ces cette chaise chapeau chaussures cheval chez chien chiens
            ciel coucher courant dans dejeuner eglise elle elles enfant enfants entre ete famille
            femme femmes fenetre fille filles fleur fleurs foret frere garcon gateau gens hiver
            homme hommes ils jaune jouant jour lac leur leurs livre mais maison mariage matin mer
            mes montagne montagnes neige noire notre nourriture nous nuit oiseau oiseaux pere plage
            pluie pomme pont porte pour printemps que qui repas riviere soeur soir soleil sous tres
            une vache velo vert verte ville voiture voitures vous
            """,
            """
            an au aux blanc bus ce chat chats de des diner dont du en est et grand-mere la le les
            lever lit main me mere mon ne noel noir nos on or pain par pas photo photos plus robe
            rouge rue sa sans se ses si son sur table te train un vin
            """
        ),
        (
            "German",
            """
            abend abendessen apfel auf aus autos baum baume bei berg berge bier bild bilder blau
            blume blumen brucke bruder buch ein eine einem einen einer essen fahrrad fenster
            flugzeug fluss foto fotos frau frauen freunde fruhling fruhstuck gebaude geburtstag gelb
            grun haus herbst himmel hinter hochzeit ich ist junge kaffee katze katzen kein keine
            kinder kirche kleid kuchen kuh leute madchen meer mein meine menschen mit morgen nach
            nacht neben nicht ohne oma opa pferd pferde regen rennt schiff schlaft schnee schuhe
            schwarz schwester sie sind sitzt sommer sonne sonnenaufgang sonnenuntergang spielt stadt
            strasse stuhl tisch tur uber und unser unsere unter vater vogel vom vor wald weihnachten
            wein wir zug zum zur zwischen
            """,
            """
            am an arm auto baby bad ball boot das dem den der des die familie fur hand hat hund
            hunde hut im in kind man mann manner mutter park restaurant rot see strand tag von wand
            war weiss
            """
        ),
        (
            "Italian",
            """
            aereo alba alberi albero autunno azzurro bambina bambini bambino bianca bianco
            bicicletta birra bosco cani cappello cavallo cena chiesa cibo cielo citta colazione
            compleanno correndo dei della delle dello donne edificio famiglia finestra fiore fiori
            fiume foresta fra fratello gatti gatto gente giallo giocando giorno gli inverno lago
            libro loro macchina madre matrimonio mattina mela mio molto montagna montagne mucca
            natale nel nella neonato nera nero neve noi nonna nonno nostra nostro notte padre palla
            pioggia piu ponte porta pranzo quando questa questi questo ragazza ragazzo rossa rosso
            scarpe sedia seduto senza sera sorella spiaggia strada sul sulla tavolo torta tra
            tramonto treno uccelli uccello una uno uomini uomo vestito vino
            """,
            """
            a al amici auto barca blu bus cane casa che chi come con da del di donna dove e estate
            foto i il in la le lo ma mare mia no o pasta per se si sole su un
            """
        ),
        (
            "Portuguese",
            """
            almoco amarelo amigos aniversario arvore arvores aviao avo azul barco bebe bicicleta
            bola bolo branca branco brincando cachorro cachorros cadeira caes cao carro carros
            casamento cavalo cerveja ceu chapeu chuva cidade comboio comida como correndo crianca
            criancas dia esta este estes familia filha filho flor flores floresta gato gatos gente
            homem homens igreja inverno irma irmao janela jantar jogando lago livro maca mais manha
            menina menino meu minha montanha montanhas muito mulher mulheres nao neve noite nossa
            nosso onde outono pai passaro passaros pela pelo pessoas ponte porta praia predio preta
            preto primavera quando que rua sao sapatos sem sentado trem uma umas uns vaca verao
            verde vermelha vermelho vestido vinho
            """,
            """
            a as cafe casa com da das de do dos e em foto fotos mae mar me mesa na nas natal no nos
            o os para por rio se sol um
            """
        ),
        (
            "Dutch",
            """
            aan achter appel avond berg bergen bier blauw bloem bloemen boek bomen bos broer brug
            bruiloft deur deze dit eten fiets fietsen foto fotos gebouw geel geen gezin groen haar
            herfst hond honden huis jongen jurk katten kerk kerstmis kinderen koe koffie lente lucht
            mannen meer meisje mensen mijn moeder naar naast nacht niet ochtend onder ontbijt onze
            opa paard paarden raam regen rennen rivier rood schoenen sneeuw spelen stad stoel straat
            taart tafel tussen uit vader verjaardag vliegtuig vogel vogels voor vrienden vrouw
            vrouwen wij wijn zee zij zijn zitten zomer zon zonder zonsondergang zus zwart
            """,
            """
            auto bij boom boot bus de door een en er hand het hond in is kat kind man met of op
            strand trein van water wit
            """
        ),
        (
            "Swedish",
            """
            att av bebis berg bil bilar bla blomma blommor bok bord brollop bror byggnad cykel det
            dorr fagel faglar familj flicka flod flygplan fodelsedag fonster fran frukost gata gron
            gul har hast hav himmel hund hundar hus ingen inte kaffe katt katter kvall kvinna
            kvinnor kyrka leker mamma mellan middag morgon natt och pappa pojke regn sitter sjo skog
            sno solnedgang som sommar stad stol svart syster tarta trad utan vanner vara vinter vit
            """,
            """
            apple ar barn bat bro den en ett fest folk for host i jul ko man mat med men min mitt ol
            over pa rod springer strand tag till under var vin
            """
        ),
        (
            "Polish",
            """
            babcia bez bialy budynek chlopiec czarny czerwony deszcz dla drzewa drzewo drzwi dziadek
            dzieci dziecko dzien dziewczynka gora gory jablko jedzenie jesien jest jezioro kawa
            kobieta kobiety kolacja kon kosciol koty krowa krzeslo ksiazka kwiat kwiaty lato lodka
            ludzie matka mezczyzna miasto moj moja morze nad nasz nasza nie niebieski niebo noc
            obiad ojciec okno oraz piwo pociag przed przez przy przyjaciele psy ptak ptaki rano
            rodzina rower rzeka samochod samolot sie siostra slonca slub sniadanie snieg stol swieta
            tort ulica urodziny wesele wieczor wino wiosna zachod zdjecia zdjecie ze zielony zima
            zolty
            """,
            """
            a brat do dom i kot las most na o on pies plaza pod to w z
            """
        ),
        (
            "Turkish",
            """
            agac agaclar aile aksam araba arabalar arkadaslar bebek benim beyaz bina bira bisiklet
            bizim cami cicek cicekler cocuk cocuklar cok dag daglar daha degil deniz denizde dogum
            dugun elma erkek fotograf fotografi gece gibi gokyuzu gol gunbatimi gunes gunu icin ile
            ilkbahar inek insanlar kadin kahvalti kahve kapi kar kardes kedi kediler kilise kirmizi
            kis kitap kiz kopek kopekler kopru kus kuslar masa mavi nehir orman pencere plaj plajda
            sabah sandalye sarap sehir siyah sokak sonbahar tekne tren ucak yagmur yaz yemek yesil
            """,
            """
            adam anne at baba bir bu ev gun ki ne o pasta sari su ve
            """
        ),
    ]
}
