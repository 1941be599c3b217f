"`python -m dmgc` is the command line."
import sys
from dmgc.cli import main

if __name__ == '__main__': sys.exit(main())
