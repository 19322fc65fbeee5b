// Long tables get a search, a choice for every column of few values, and are sorted by a click on
// the head of a column. Without scripts they are what they are. Nothing is loaded from elsewhere.
"use strict";

const LONG = 40; // rows
const FEW = 16; // values of a column that can be chosen

function text(row, column) {
    return row.cells[column].textContent.trim();
}

function chooser(name, values) {
    const select = document.createElement("select");
    select.setAttribute("aria-label", name);
    select.append(new Option(`${name}: all`, ""));
    for (const value of values) select.append(new Option(value, value));
    return select;
}

function sorted(rows, column, down) {
    const key = (row) => {
        const value = text(row, column);
        return /^\d+$/.test(value) ? Number(value) : value;
    };
    const order = (a, b) =>
        typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
    return [...rows].sort((a, b) => (down ? -1 : 1) * order(key(a), key(b)));
}

function filtered(table) {
    table.classList.add("long");
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const heads = [...table.tHead.rows[0].cells];
    const search = document.createElement("input");
    search.type = "search";
    search.placeholder = "search, all words have to occur";
    search.setAttribute("aria-label", "search");
    const count = document.createElement("output");
    const choices = heads.map((head, column) => {
        const values = [...new Set(rows.map((row) => text(row, column)))];
        const some = values.length > 1 && values.length <= FEW;
        return some ? chooser(head.textContent.trim(), values) : null;
    });

    function show() {
        const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
        let shown = 0;
        for (const row of rows) {
            const all = row.textContent.toLowerCase();
            const kept =
                words.every((word) => all.includes(word)) &&
                choices.every((c, k) => !c || !c.value || text(row, k) === c.value);
            row.hidden = !kept;
            shown += kept;
        }
        count.textContent = `${shown} of ${rows.length}`;
    }

    heads.forEach((head, column) => {
        head.tabIndex = 0;
        head.title = "sort";
        const sort = () => {
            const down = head.getAttribute("aria-sort") === "ascending";
            heads.forEach((other) => other.removeAttribute("aria-sort"));
            head.setAttribute("aria-sort", down ? "descending" : "ascending");
            body.append(...sorted(rows, column, down));
        };
        head.addEventListener("click", sort);
        head.addEventListener("keydown", (event) => event.key === "Enter" && sort());
    });
    const bar = document.createElement("div");
    bar.className = "filter";
    bar.append(search, ...choices.filter(Boolean), count);
    for (const field of bar.children) field.addEventListener("input", show);
    (table.closest(".table-wrapper") || table).before(bar);
    show();
}

document.addEventListener("DOMContentLoaded", () => {
    for (const table of document.querySelectorAll("article table, main table, body > table")) {
        if (table.tHead && table.tBodies.length && table.tBodies[0].rows.length >= LONG) {
            filtered(table);
        }
    }
});
