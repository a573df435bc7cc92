"""``python -m tightlip.demo``."""

from __future__ import annotations

import sys

from tightlip.demo.command import main

if __name__ == "__main__":
    sys.exit(main())
