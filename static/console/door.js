// A browser may drop `autofocus` where a page follows another at once; a person types all the same.
const focusField = () => {
  if (document.activeElement === document.body) document.querySelector("[autofocus]")?.focus();
};
if (document.readyState === "complete") focusField();
else window.addEventListener("load", focusField);
