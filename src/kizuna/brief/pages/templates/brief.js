"use strict";
const data = JSON.parse(document.getElementById("figures").textContent);
const dialog = document.getElementById("figure");
const facts = document.getElementById("figure-facts");

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function fact(term, lines, name) {
  if (lines.length === 0) return;
  const shown = document.createElement("dd");
  for (const line of lines) shown.append(element(name, line));
  facts.append(element("dt", term), shown);
}

function show(id) {
  const figure = { ...data.shared[data.figures[id].shared], ...data.figures[id] };
  const derivation = figure.derivation;
  document.getElementById("figure-title").textContent = "Figure " + id;
  facts.replaceChildren();
  if (figure.gap === null) fact("Value", [figure.value + " " + figure.unit], "p");
  else fact("Value", ["gap: " + figure.gap, "would be in " + figure.unit], "p");
  fact("Key", [figure.key], "p");
  fact("Method", [figure.method], "p");
  fact("Formula", [derivation.formula], "p");
  fact("Function", [figure.function], "p");
  fact("Query", [derivation.query], "pre");
  fact("Rows used", [String(derivation.rows_used)], "p");
  fact("Inputs, sha256", derivation.inputs.map(input => input.table + ": " + input.sha256), "p");
  fact("Sources", figure.sources.map(source => data.sources[source] || source), "p");
  fact("Notes", derivation.notes, "p");
  fact("To repeat it", [data.command + " --explain " + id], "pre");
  dialog.showModal();
  dialog.scrollTop = 0;
}

document.addEventListener("click", event => {
  const mark = event.target.closest("a.figure");
  if (mark) {
    event.preventDefault();
    show(mark.hash.slice(1));
  } else if (event.target === dialog) dialog.close();
});

// An address that ends in #F1a2b3c4 opens that figure.
if (Object.hasOwn(data.figures, location.hash.slice(1))) show(location.hash.slice(1));

const closed = [];
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details:not([open])")) {
    details.open = true;
    closed.push(details);
  }
});
addEventListener("afterprint", () => {
  for (const details of closed.splice(0)) details.open = false;
});
