"use strict";

/* Tables: a click on a heading sorts by its column, a second one in the other order. */

function sortTable(table, column) {
  const heading = table.tHead.rows[0].cells[column];
  const numeric = heading.classList.contains("number");
  const before = heading.getAttribute("aria-sort");
  const down = before ? before === "ascending" : numeric;
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", down ? "descending" : "ascending");
  const rows = [...table.tBodies[0].rows].map((row) => [row, sortKey(row, column)]);
  rows.sort((a, b) => compare(a[1], b[1], numeric) * (down ? -1 : 1) || 0);
  const missing = rows.filter((row) => row[1] === null);
  table.tBodies[0].append(...rows.filter((r) => r[1] !== null).map((r) => r[0]), ...missing.map((r) => r[0]));
}

function sortKey(row, column) {
  let place = 0; // cells may span columns
  for (const cell of row.cells) {
    if (column < place + cell.colSpan) {
      const numeric = cell.closest("table").tHead.rows[0].cells[column].classList.contains("number");
      if (!numeric) return cell.textContent.trim();
      return "number" in cell.dataset ? Number(cell.dataset.number) : null;
    }
    place += cell.colSpan;
  }
  return null;
}

function compare(a, b, numeric) {
  return numeric ? a - b : String(a).localeCompare(String(b));
}

/* The best of the cells of a row that show. */

function markBest(row) {
  const cells = [...row.querySelectorAll("td:not([hidden])")];
  const values = cells.map((cell) => (cell.textContent === "inf" ? Infinity : parseFloat(cell.textContent)));
  const best = row.classList.contains("lower") ? Math.min(...values) : Math.max(...values);
  cells.forEach((cell, n) => cell.classList.toggle("best", cells.length > 1 && values[n] === best));
}

for (const table of document.querySelectorAll("table.sortable"))
  [...table.tHead.rows[0].cells].forEach((cell, column) =>
    cell.querySelector("button").addEventListener("click", () => sortTable(table, column)));
