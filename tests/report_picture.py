"""Makes the picture of a report for the README: the verdict, the scoreboard, and one case.

tightlip report fixtures --compare -o build/report.html
python tests/report_picture.py build/report.html request.cookies.repeated fixtures/report.png
"""

from __future__ import annotations

import base64
import json
import sys
import tempfile
from pathlib import Path

import chromium

_WIDE = 940
#: Leaves out the classes, every case but one, which is open, and of its checks all but one of tightlip's and one of another's.
_READY = """
document.querySelector("[aria-labelledby=by-class]").remove();
document.getElementById("filters").hidden = true;
for (const one of document.querySelectorAll(".case")) if (one.id !== "case-" + %s) one.remove();
document.querySelector(".case").open = true;
const isOwn = (check) => check.dataset.scrubber.startsWith("tightlip ");
const checks = [...document.querySelectorAll(".check")];
const shown = [checks.filter(isOwn).at(-1), checks.find((check) => !isOwn(check))];
for (const check of checks) if (!shown.includes(check)) check.remove();
document.querySelector("footer").remove();
document.querySelector(".legend").remove();
Math.ceil(document.querySelector("main").getBoundingClientRect().bottom + scrollY) + 24
"""


def main(page: Path, case: str, picture: Path) -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, chromium.page(Path(folder)) as browser:
        browser.tell("Emulation.setDeviceMetricsOverride", width=_WIDE, height=900, deviceScaleFactor=1, mobile=False)
        browser.tell("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "light"}])
        browser.open(page.resolve().as_uri())
        high = browser.run(_READY % json.dumps(case))
        clip = {"x": 0, "y": 0, "width": _WIDE, "height": high, "scale": 1}
        shot = browser.tell("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
    picture.write_bytes(base64.b64decode(shot["data"]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
