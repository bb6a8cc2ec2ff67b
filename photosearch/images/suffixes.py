"""Files of a folder by the end of their name: photos to read, and what else a camera leaves.

Suffixes are compared in lower case. RAW: the files that LibRaw and ExifTool name
(https://www.libraw.org/supported-cameras, https://exiftool.org/#supported). Films and pictures of
other kinds: the ones of ExifTool's list that cameras, phones and editors write, without those that
are common names of other things, such as `.ts`, `.mod` and `.svg`.
"""

from __future__ import annotations

_PHOTOS = """
    .apng .avci .avif .avifs .bmp .dib .gif .heic .heics .heif .heifs .hif
    .insp .jfi .jfif .jif .jpe .jpeg .jpg .jps .mpo .pjp .pjpeg .png .tif .tiff .webp
"""
_RAW = """
    .3fr .ari .arw .cr2 .cr3 .crw .dcr .dcs .dng .drf .eip .erf .fff .gpr .iiq .k25 .kdc
    .mdc .mef .mos .mrw .nef .nrw .orf .ori .pef .ptx .raf .rw2 .rwl .rwz .sr2 .srf .srw .x3f
"""
_FILMS = """
    .360 .3g2 .3gp .3gpp .asf .avi .braw .divx .dv .f4v .flv .insv .lrv .m2t .m2ts .m2v .m4v
    .mkv .mov .mp4 .mpe .mpeg .mpg .mts .mxf .ogv .qt .r3d .rm .rmvb .tod .vob .webm .wmv
"""
_PICTURES = """
    .bpg .exr .fit .fits .flif .hdp .hdr .j2c .j2k .jp2 .jpc .jpf .jpm .jpx .jxl .jxr .kra .pbm
    .pcx .pgm .pnm .ppm .psb .psd .qoi .tga .wdp .xcf
"""
SUFFIXES = frozenset((_PHOTOS + _RAW).split())  # of the files that are taken from folders
FILM_SUFFIXES = frozenset(_FILMS.split())
LEFT_OUT_SUFFIXES = FILM_SUFFIXES | frozenset(_PICTURES.split())  # of those counted, not taken
