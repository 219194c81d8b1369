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
  document.addEventListener("click", (e) => {
    const button = e.target.closest && e.target.closest("button");
    if (!button) return;
    if (button.dataset.copy) copy(button).catch(() => {});
    else if (button.dataset.fill) fill(button);
    else if ("print" in button.dataset) window.print();
  });
})();
