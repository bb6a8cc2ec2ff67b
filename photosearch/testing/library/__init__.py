"""Simulated photo libraries: years of photos whose times, places, events and words are known.

plan      how large, which years, which shares       records   a photo, a library
places    where trips go                             events    trips, parties, days at home
shots     when and where photos of an event are      cameras   what took them, names of files
words     albums, titles, keywords, people           flaws     wrong clocks, no GPS
assemble  from a plan to records                     manifest  library.json
pixels    pictures from a folder, or drawn ones      tags      EXIF, and Apple's maker note
packet    XMP                                        simulate  a plan to a folder of files
chance    draws that stay the same
"""
