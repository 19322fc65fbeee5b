"""The script that filters long tables, in a browser without a window, offline."""

import json
import re
import shutil
import subprocess
from html import unescape

import pytest
from pages import DOCS

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
ROWS = [(f"net-{k}", str(k * 7 % 50), "new" if k % 5 else "2023") for k in range(50)]
DRIVER = """
const out = [];
const shown = () => [...document.querySelectorAll("#long tbody tr")].filter((r) => !r.hidden);
const told = () => document.querySelector(".filter output").textContent;
const set = (field, value) => { field.value = value; field.dispatchEvent(new Event("input")); };
window.addEventListener("load", () => {
    const [search, ...choices] = document.querySelectorAll(".filter input, .filter select");
    out.push(document.querySelectorAll(".filter").length, choices.length, told());
    set(search, "net-4");
    out.push(told());
    set(choices[0], "2023");
    out.push(told(), shown().map((r) => r.cells[0].textContent));
    set(search, "");
    set(choices[0], "");
    const head = document.querySelectorAll("#long th")[1];
    head.click();
    out.push(shown().slice(0, 3).map((r) => r.cells[1].textContent));
    head.click();
    out.push(shown().slice(0, 3).map((r) => r.cells[1].textContent), told());
    document.body.append(Object.assign(document.createElement("pre"), {
        id: "out", textContent: JSON.stringify(out) }));
});
"""


def test_nothing_is_loaded_from_elsewhere():
    text = (DOCS / "_static" / "filter.js").read_text()
    assert not re.search(r"https?:|import\s|fetch\(|XMLHttpRequest", text)


@pytest.mark.skipif(BROWSER is None, reason="no Chromium: the script was not run")
def test_search_choices_and_order(tmp_path):
    lines = "".join("<tr>" + "".join(f"<td>{x}</td>" for x in row) + "</tr>" for row in ROWS)
    head = "<thead><tr><th>block</th><th>D</th><th>source</th></tr></thead>"
    page = tmp_path / "page.html"
    page.write_text(
        f"<body><main><table id=long>{head}<tbody>{lines}</tbody></table>"
        f"<table id=short>{head}<tbody>{lines[:90]}</tbody></table></main>"
        f"<script>{(DOCS / '_static' / 'filter.js').read_text()}</script>"
        f"<script>{DRIVER}</script></body>"
    )
    done = subprocess.run(
        [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", page.as_uri()]
        + [f"--user-data-dir={tmp_path / 'profile'}"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    found = re.search(r'<pre id="out">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found, done.stdout[-2000:] + done.stderr[-2000:]
    assert json.loads(unescape(found[1])) == [
        1,
        1,
        "50 of 50",
        "11 of 50",
        "2 of 50",
        ["net-40", "net-45"],
        ["0", "1", "2"],
        ["49", "48", "47"],
        "50 of 50",
    ]
