// Keyboard and fresh figures for the console's own pages. No inline code: the pages' policy forbids it.
(() => {
  "use strict";
  const typing = (t) => t.closest && t.closest("input,textarea,select,[contenteditable=true],dialog[open]");
  const rows = () => [...document.querySelectorAll("table[data-rows] tbody tr")];
  const go = { t: "/", o: "/orders/", f: "/fulfillment-orders/", s: "/stock/", n: "/nodes/", r: "/rules/" };
  let chosen = -1, pending = false;

  function choose(step) {
    const all = rows();
    if (!all.length) return;
    chosen = Math.max(0, Math.min(all.length - 1, chosen + step));
    all.forEach((row, i) => row.setAttribute("aria-selected", String(i === chosen)));
    all[chosen].scrollIntoView({ block: "nearest" });
  }
  function help() {
    let box = document.querySelector("dialog.keys");
    if (!box) {
      box = document.createElement("dialog");
      box.className = "keys";
      const keys = [["j / k", "next or previous row"], ["Enter", "open the row"], ["/", "search this list"], ["Ctrl K", "find anything"],
        ["g then t o f s n r", "Today, Orders, Fulfillment orders, Stock, Nodes, Rules"], ["?", "this list"], ["Esc", "close"]];
      const title = document.createElement("h2"), table = document.createElement("table");
      title.textContent = "Keyboard";
      title.style.fontWeight = "600";
      for (const [key, what] of keys) {
        const row = table.insertRow(), kbd = document.createElement("kbd");
        kbd.textContent = key;
        row.insertCell().append(kbd);
        row.insertCell().textContent = what;
      }
      box.append(title, table);
      document.body.append(box);
    }
    box.showModal();
  }
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || typing(e.target)) return;
    if (pending) { pending = false; if (go[e.key]) { location.href = go[e.key]; e.preventDefault(); return; } }
    if (e.key === "j") choose(1);
    else if (e.key === "k") choose(-1);
    else if (e.key === "g") pending = true;
    else if (e.key === "?") help();
    else if (e.key === "/") { const box = document.querySelector(".q input[type=search]"); if (box) { box.focus(); e.preventDefault(); } }
    else if (e.key === "Enter" && chosen >= 0) { const a = rows()[chosen]?.querySelector("a"); if (a) location.href = a.href; }
  });

  // A link marked data-act opens its form over the page; without script it opens as a page of its own.
  async function act(link) {
    const answer = await fetch(link.href, { credentials: "same-origin" });
    const form = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("act");
    if (!form) { location.href = link.href; return; }
    const box = document.createElement("dialog"), frame = document.createElement("div");
    box.className = "act";
    frame.className = "q";
    frame.append(form);
    box.append(frame);
    box.addEventListener("close", () => box.remove());
    box.addEventListener("click", (e) => { if (e.target === box || e.target.closest("[data-close]")) { e.preventDefault(); box.close(); } });
    document.body.append(box);
    box.showModal();
    const first = form.querySelector("input:not([type=hidden]),select,textarea");
    if (first) first.focus();
  }
  document.addEventListener("click", (e) => {
    const link = e.target.closest && e.target.closest("a[data-act]");
    if (!link || e.ctrlKey || e.metaKey || e.shiftKey || e.button) return;
    e.preventDefault();
    act(link).catch(() => { location.href = link.href; });
  });

  // Parts marked data-fresh="seconds" are fetched again while the page is looked at; an unchanged part answers 304.
  async function freshen(part, state) {
    if (document.hidden) return;
    const headers = { "X-Part": part.id };
    if (state.tag) headers["If-None-Match"] = state.tag;
    try {
      const answer = await fetch(location.href, { headers, credentials: "same-origin" });
      if (answer.status !== 200) return;
      state.tag = answer.headers.get("ETag");
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.getElementById(part.id);
      if (next) part.replaceChildren(...next.childNodes);
    } catch { /* the next tick tries again */ }
  }
  document.addEventListener("DOMContentLoaded", () => {
    for (const part of document.querySelectorAll("[data-fresh]")) {
      const state = {};
      setInterval(() => freshen(part, state), 1000 * Number(part.dataset.fresh));
    }
  });
})();
