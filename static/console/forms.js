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
})();
