// The keyboard: rows, the places behind "g", the list of shortcuts, and the palette that finds anything.
(() => {
  "use strict";
  const typing = (t) => t.closest && t.closest("input:not([type=checkbox],[type=radio]),textarea,select,[contenteditable=true],dialog[open]");
  const rows = () => [...document.querySelectorAll("table[data-rows] tbody tr")];
  const places = () => [...document.querySelectorAll("a[data-go]")];
  let chosen = -1, pending = 0;

  // A list that is fetched again may have moved: the row that has the focus is the chosen one.
  function here() {
    const row = document.activeElement.closest("table[data-rows] tbody tr");
    if (row) chosen = rows().indexOf(row);
    return chosen;
  }
  function choose(step) {
    const all = rows();
    if (!all.length) return;
    here();
    chosen = Math.max(0, Math.min(all.length - 1, chosen + step));
    all.forEach((row, i) => row.setAttribute("aria-selected", String(i === chosen)));
    all[chosen].scrollIntoView({ block: "nearest" });
    // Never the row's tick: Enter there would send the form around the list.
    const target = all[chosen].querySelector("a") || all[chosen].querySelector("input,button");
    if (target) target.focus({ preventScroll: true });
  }
  function mark() {
    const box = rows()[here()]?.querySelector("input[type=checkbox],input[type=radio]");
    if (box) box.click();
  }
  function go(key) {
    const link = places().find((a) => a.dataset.go === key);
    if (link) location.href = link.href;
    return Boolean(link);
  }

  // --- the list of shortcuts ------------------------------------------------------------------------
  function shortcuts() {
    const list = [["Ctrl K", "find an order, SKU, node or page"], ["/", "search this list"], ["j  k", "next, previous row"],
      ["Enter", "open the row"], ["x", "select the row"], ["Ctrl E", "light or dark"], ["Esc", "close"]];
    for (const a of places()) list.push([`g ${a.dataset.go}`, a.lastChild.textContent.trim()]);
    list.push(["?", "this list"]);
    return list;
  }
  function help() {
    let box = document.querySelector("dialog.keys");
    if (!box) {
      box = document.createElement("dialog");
      box.className = "keys";
      box.setAttribute("aria-label", "Keyboard shortcuts");
      const title = document.createElement("h2"), table = document.createElement("table");
      title.textContent = "Keyboard shortcuts";
      for (const [key, what] of shortcuts()) {
        const row = table.insertRow(), kbd = document.createElement("kbd");
        kbd.textContent = key;
        row.insertCell().append(kbd);
        row.insertCell().textContent = what;
      }
      box.append(title, table);
      box.addEventListener("click", (e) => { if (e.target === box) box.close(); });
      document.body.append(box);
    }
    if (!box.open) box.showModal();
  }

  // --- the palette ----------------------------------------------------------------------------------
  const palette = { at: 0, found: [], asked: 0, timer: 0 };
  const part = (selector) => document.getElementById("palette").querySelector(selector);

  function openPalette() {
    const box = document.getElementById("palette");
    if (!box || box.open) return;
    box.showModal();
    part("input").select();
    ask();
  }
  async function ask() {
    const box = document.getElementById("palette"), turn = ++palette.asked;
    const words = part("input").value.trim();
    try {
      const answer = await fetch(`${box.dataset.find}?q=${encodeURIComponent(words)}`, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = (await answer.json()).items;
      if (turn === palette.asked) show(found, words);
    } catch {
      if (turn === palette.asked) { show([], ""); part(".said").textContent = "No answer from the server. Try again."; }
    }
  }
  function show(found, words) {
    palette.found = found;
    palette.at = 0;
    part("ul").replaceChildren(...found.map(option));
    part(".said").textContent = found.length || !words ? "" : `Nothing is called “${words}”. References, tracking numbers, SKUs and node codes are found by their beginning.`;
    point(0);
  }
  function option(item, index) {
    const row = document.createElement("li"), icon = document.createElement("span"), text = document.createElement("span");
    row.id = `palette-${index}`;
    row.setAttribute("role", "option");
    icon.className = "material-symbols-outlined";
    icon.setAttribute("aria-hidden", "true");
    icon.textContent = item.icon;
    const title = document.createElement("b"), note = document.createElement("small"), kind = document.createElement("span");
    title.textContent = item.title;
    note.textContent = item.note;
    kind.className = "kind";
    kind.textContent = item.kind;
    text.append(title, note);
    row.append(icon, text, kind);
    row.addEventListener("click", (e) => follow(index, e.ctrlKey || e.metaKey));
    row.addEventListener("mousemove", () => point(index));
    return row;
  }
  function point(index) {
    const all = [...part("ul").children];
    palette.at = all.length ? (index + all.length) % all.length : 0;
    all.forEach((row, i) => row.setAttribute("aria-selected", String(i === palette.at)));
    const row = all[palette.at];
    part("input").setAttribute("aria-activedescendant", row ? row.id : "");
    if (row) row.scrollIntoView({ block: "nearest" });
  }
  function follow(index, aside) {
    const item = palette.found[index];
    if (!item) return;
    if (aside) window.open(item.url, "_blank", "noopener"); else location.href = item.url;
  }
  function paletteKeys(e) {
    if (e.key === "ArrowDown") point(palette.at + 1);
    else if (e.key === "ArrowUp") point(palette.at - 1);
    else if (e.key === "Enter") follow(palette.at, e.ctrlKey || e.metaKey);
    else if (e.key === "Escape") document.getElementById("palette").close();
    else return;
    e.preventDefault();
  }

  // --- who listens ----------------------------------------------------------------------------------
  const plain = { j: () => choose(1), k: () => choose(-1), x: mark, "?": help, g: () => { pending = Date.now(); } };

  document.addEventListener("keydown", (e) => {
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "k") { e.preventDefault(); openPalette(); return; }
    if (e.ctrlKey || e.metaKey || e.altKey || typing(e.target)) return;
    const after = Date.now() - pending < 1500;
    pending = 0;
    if (after && go(e.key)) { e.preventDefault(); return; }
    if (plain[e.key]) { plain[e.key](); e.preventDefault(); return; }
    if (e.key === "/") { const box = document.querySelector(".q input[type=search]"); if (box) { box.focus(); e.preventDefault(); } }
    else if (e.key === "Enter" && here() >= 0 && !e.target.closest("a,button,summary")) { const a = rows()[chosen]?.querySelector("a"); if (a) location.href = a.href; }
  });
  document.addEventListener("click", (e) => {
    if (!e.target.closest) return;
    if (e.target.closest("[data-palette]")) openPalette();
    if (e.target.closest("[data-keys]")) help();
    const box = document.getElementById("palette");
    if (box && e.target === box) box.close();
    const me = document.querySelector("details.me[open]");
    if (me && !me.contains(e.target)) me.open = false;
  });
  document.addEventListener("DOMContentLoaded", () => {
    if (!document.getElementById("palette")) return;
    part("input").addEventListener("input", () => { clearTimeout(palette.timer); palette.timer = setTimeout(ask, 120); });
    part("input").addEventListener("keydown", paletteKeys);
  });
})();
