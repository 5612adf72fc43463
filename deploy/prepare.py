"""Brings database and catalogue up to date: once before processes start, and before each upgrade.

python deploy/prepare.py
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from community import create_app
from community.serve import prepare

if __name__ == "__main__":
    prepare(create_app())
