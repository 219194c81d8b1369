// Forms of master data and configuration. Everything works without this file but adding rows and pasting.
(() => {
  "use strict";
  document.addEventListener("input", (e) => {
    if (!e.target.matches("[data-filter]")) return;
    const wanted = e.target.value.trim().toLowerCase();
    for (const box of e.target.closest("fieldset").querySelectorAll("label.tick")) {
      box.hidden = wanted !== "" && !box.textContent.toLowerCase().includes(wanted);
    }
  });
  document.addEventListener("change", (e) => {
    if (e.target.matches("select[data-send]")) e.target.form.requestSubmit();
  });

  // Rows of documents. A blank row stands in a template; its number is given when it is added. Their order counts.
  let fresh = 0;
  const rowsOf = (block) => block.querySelector("[data-rows-of]");
  function add(block) {
    const rows = rowsOf(block), path = rows.dataset.rowsOf, blank = block.querySelector(":scope > template");
    const made = document.createElement("template");
    made.innerHTML = blank.innerHTML.replaceAll(`${path}[__n__]`, `${path}[n${fresh++}]`);
    const row = made.content.firstElementChild;
    rows.append(row);
    level(block);
    return row;
  }
  const heads = (block) => block.querySelectorAll("thead span.series input").length;
  function level(block) {
    if (!("series" in block.dataset)) return;
    const wanted = heads(block);
    for (const series of block.querySelectorAll("tbody span.series")) resize(series, wanted);
  }
  function resize(series, wanted) {
    while (series.children.length > wanted) series.lastElementChild.remove();
    while (series.children.length < wanted) {
      const box = document.createElement("input");
      box.type = "text";
      box.name = series.dataset.name;
      box.size = 10;
      box.setAttribute("aria-label", "Price");
      series.append(box);
    }
  }
  document.addEventListener("click", (e) => {
    const button = e.target.closest && e.target.closest("[data-add],[data-remove],[data-move],[data-step]");
    if (!button) return;
    const row = button.closest("[data-row]"), block = button.closest("[data-block]");
    if ("add" in button.dataset) {
      const first = add(block).querySelector("input:not([type=hidden]),select");
      if (first) first.focus();
    } else if ("remove" in button.dataset) row.remove();
    else if (button.dataset.move === "up" && row.previousElementSibling) row.previousElementSibling.before(row);
    else if (button.dataset.move === "down" && row.nextElementSibling) row.nextElementSibling.after(row);
    else if (button.dataset.step) {
      const head = block.querySelector("thead span.series");
      resize(head, Math.max(1, heads(block) + (button.dataset.step === "more" ? 1 : -1)));
      level(block);
    }
    if (button.isConnected) button.focus();
  });

  // A range copied from a spreadsheet fills the cells to the right and below; rows that are missing are added.
  const boxes = (row) => [...row.querySelectorAll("input:not([type=hidden],[type=checkbox]),select")];
  document.addEventListener("paste", (e) => {
    const table = e.target.closest && e.target.closest("table[data-paste]"), row = e.target.closest && e.target.closest("tr");
    const text = e.clipboardData.getData("text/plain").replace(/\r/g, "").replace(/\n$/, "");
    if (!table || !/[\t\n]/.test(text)) return;
    e.preventDefault();
    // The steps stand in the head, the prices below them: both are counted from where the series begins.
    const lead = (line) => Math.max(0, boxes(line).findIndex((box) => box.closest("span.series")));
    const block = table.closest("[data-block]"), offset = boxes(row).indexOf(e.target) - lead(row);
    let here = row;
    for (const line of text.split("\n")) {
      if (!here) here = add(block);
      boxes(here).slice(lead(here) + offset).forEach((box, place) => {
        const value = line.split("\t")[place];
        if (value === undefined) return;
        const option = box.options && [...box.options].find((one) => one.text === value.trim());
        box.value = option ? option.value : value.trim();
      });
      here = here.closest("thead") ? rowsOf(block).firstElementChild : here.nextElementSibling;
    }
  });
})();
