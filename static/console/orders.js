// Copies references, prints, and fills suggested values in. No inline code: the pages' policy forbids it.
(() => {
  "use strict";
  async function copy(button) {
    await navigator.clipboard.writeText(button.dataset.copy);
    const word = button.textContent;
    button.textContent = "copied";
    setTimeout(() => { button.textContent = word; }, 1200);
  }
  function fill(button) {
    for (const [name, value] of Object.entries(JSON.parse(button.dataset.fill))) {
      const field = button.closest("form").elements.namedItem(name);
      if (field) field.value = value ?? "";
    }
  }
  // Rows chosen on one page stay chosen on the next: they are kept for this tab, under the list's own name.
  const form = () => document.querySelector("form[data-select]");
  const boxes = () => [...document.querySelectorAll("input[type=checkbox][name=row]")];
  const kept = (list) => new Set(JSON.parse(sessionStorage.getItem(`chosen:${list}`) || "[]"));
  function keep(list, rows) { sessionStorage.setItem(`chosen:${list}`, JSON.stringify([...rows])); }
  function show(list, rows) {
    const count = document.querySelector("[data-count]"), all = document.querySelector("[data-all]");
    if (count) count.textContent = rows.size ? `${rows.size} selected` : "Select";
    if (all) all.checked = boxes().length > 0 && boxes().every((box) => box.checked);
    const wide = document.querySelector("[data-everything]");
    if (wide) wide.hidden = !(all && all.checked);
  }
  document.addEventListener("change", (e) => {
    const bar = form();
    if (!bar || !e.target.matches) return;
    const rows = kept(bar.dataset.select);
    const changed = e.target.matches("[data-all]") ? boxes() : e.target.matches("input[name=row]") ? [e.target] : [];
    for (const box of changed) {
      if (e.target.matches("[data-all]")) box.checked = e.target.checked;
      if (box.checked) rows.add(box.value); else rows.delete(box.value);
    }
    keep(bar.dataset.select, rows);
    show(bar.dataset.select, rows);
  });
  document.addEventListener("submit", (e) => {
    if (!e.target.matches("form[data-select]")) return;
    const here = new Set(boxes().map((box) => box.value));
    for (const row of kept(e.target.dataset.select)) {
      if (here.has(row)) continue;
      const field = document.createElement("input");
      field.type = "hidden"; field.name = "row"; field.value = row;
      e.target.append(field);
    }
    sessionStorage.removeItem(`chosen:${e.target.dataset.select}`);
  });
  document.addEventListener("DOMContentLoaded", () => {
    const bar = form();
    if (!bar) return;
    const draw = () => {
      const rows = kept(bar.dataset.select);
      for (const box of boxes()) box.checked = rows.has(box.value);
      show(bar.dataset.select, rows);
    };
    draw();
    // A list that is fetched again while somebody looks keeps what was chosen.
    const list = document.getElementById("list");
    if (list) new MutationObserver(draw).observe(list, { childList: true });
  });
  document.addEventListener("click", (e) => {
    const button = e.target.closest && e.target.closest("button");
    if (!button) return;
    if (button.dataset.copy) copy(button).catch(() => {});
    else if (button.dataset.fill) fill(button);
    else if ("print" in button.dataset) window.print();
  });
})();
