"""`python -m photosearch`, where the script is not on the path."""

from photosearch.cli.app import main

if __name__ == "__main__":
    main()
