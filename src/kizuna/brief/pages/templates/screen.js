"use strict";
const box = document.getElementById("filter");
const shown = document.getElementById("shown");
const rows = [...document.querySelectorAll("#common tbody tr")];

// Words without capitals and accents, so that "turkiye" finds "Türkiye".
function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

const texts = rows.map(row => plain([...row.cells].slice(0, 3).map(cell => cell.textContent).join(" ")));

function filter() {
  const words = plain(box.value).split(/\s+/).filter(Boolean);
  let fitting = 0;
  rows.forEach((row, place) => {
    row.hidden = !words.every(word => texts[place].includes(word));
    if (!row.hidden) fitting += 1;
  });
  shown.textContent = words.length ? `${fitting} of ${rows.length} products shown` : "";
}

if (box) box.addEventListener("input", filter);
