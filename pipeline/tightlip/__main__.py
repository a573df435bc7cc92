"""``python -m tightlip``."""

import sys

from tightlip.cli import main

sys.exit(main())
