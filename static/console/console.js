// What moves on a page: forms over it, parts that stay fresh, messages that go.
(() => {
  "use strict";

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
    const title = form.querySelector("h2");
    if (title) box.setAttribute("aria-label", title.textContent);
    box.addEventListener("close", () => { box.remove(); (link.closest("details.menu:not([open])")?.querySelector("summary") || link).focus(); });
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

  // A menu closes with what was chosen in it, with a click beside it, and with Escape; arrows go through it.
  const menu = () => document.querySelector("details.menu[open]");
  document.addEventListener("click", (e) => {
    const open = menu();
    if (open && !(e.target.closest && e.target.closest("summary")) && (!e.target.closest(".sheet") || e.target.closest("a"))) open.open = false;
  });
  document.addEventListener("keydown", (e) => {
    const open = menu(), step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (!open || document.querySelector("dialog[open]")) return;
    if (e.key === "Escape") { open.open = false; open.querySelector("summary").focus(); }
    if (!step || !open.contains(document.activeElement)) return;
    const links = [...open.querySelectorAll(".sheet a")], here = links.indexOf(document.activeElement);
    links.at(here < 0 && step < 0 ? -1 : (here + step) % links.length)?.focus();
    e.preventDefault();
  });

  // Parts marked data-fresh="seconds" are fetched again while the page is looked at; an unchanged part answers 304.
  // A part in which somebody has opened, ticked or focused something waits until that is over.
  const busy = (part) => part.contains(document.activeElement) && document.activeElement.matches("input,select,textarea")
    || part.querySelector("input[type=checkbox]:checked");

  async function freshen(part, state) {
    if (document.hidden || busy(part)) return;
    const headers = { "X-Part": part.id };
    if (state.tag) headers["If-None-Match"] = state.tag;
    try {
      const answer = await fetch(location.href, { headers, credentials: "same-origin" });
      if (answer.status !== 200 || busy(part)) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.getElementById(part.id);
      if (next) replace(part, next);
      state.tag = bring(page) ? answer.headers.get("ETag") : null;
    } catch { /* the next tick tries again */ }
  }
  // What stands above a part and tells of the same thing, its state and its buttons, comes along (data-along); it waits
  // while a menu or a form is open.
  function bring(page) {
    if (menu() || document.querySelector("dialog[open]")) return false;
    const news = page.querySelectorAll("[data-along]");
    document.querySelectorAll("[data-along]").forEach((one, i) => news[i] && replace(one, news[i]));
    return true;
  }
  function replace(part, next) {
    const open = [...part.querySelectorAll("details")].map((one) => one.open);
    const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    part.replaceChildren(...next.childNodes);
    part.querySelectorAll("details").forEach((one, i) => { if (open[i]) one.open = true; });
    const again = focused && [...part.querySelectorAll("a")].find((a) => a.getAttribute("href") === focused);
    if (again) again.focus({ preventScroll: true });
  }

  // Good news goes by itself after ten seconds, unless somebody reads it; everything else is closed by hand.
  function fade(toast) {
    const wait = () => setTimeout(() => (toast.matches(":hover,:focus-within") ? wait() : toast.remove()), 10000);
    wait();
  }
  document.addEventListener("click", (e) => { if (e.target.closest && e.target.closest("[data-dismiss]")) e.target.closest("li").remove(); });
  // A form that comes back takes its reader to what it says: what is wrong, or what will happen.
  function answer() {
    const said = document.querySelector(".q form.act :is(.refused,ul.foreseen,.field.wrong)");
    if (!said) return;
    const field = said.matches(".field") && said.querySelector("input:not([type=hidden]),select,textarea");
    if (!field) said.tabIndex = -1;
    (field || said).focus();
  }
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".toast.success").forEach(fade);
    const zone = document.querySelector("#login-form input[name=zone]");
    if (zone) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
    answer();
    for (const part of document.querySelectorAll("[data-fresh]")) {
      const state = {};
      setInterval(() => freshen(part, state), 1000 * Number(part.dataset.fresh));
    }
  });
})();
