"""`python -m photosearch.cli`, where the script is not on the path."""

from photosearch.cli.app import main

main()
