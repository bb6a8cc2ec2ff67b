"""`python -m photosearch.cli`: the same as `python -m photosearch`."""

from photosearch.cli.app import main

main()
