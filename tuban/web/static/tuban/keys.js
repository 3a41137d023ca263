/* 键盘: `/` goes to the search box, Esc leaves it and closes an open menu. Also: a changed as-of
   day is shown at once, so its button is only needed where there is no script; and a button pressed twice sends once. */
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "Escape") {
    document.querySelectorAll("details.tb-menu[open]").forEach((menu) => { menu.open = false; });
    if (typing) typing.blur();
    return;
  }
  if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
  const field = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.tb-menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
document.querySelectorAll("input[data-submit]").forEach((field) => {
  field.form.querySelectorAll("[data-hide]").forEach((button) => { button.hidden = true; });
  field.addEventListener("change", () => { if (field.validity.valid) field.form.requestSubmit(); });
});
/* The same form sent again within two seconds is a button pressed twice: left out. */
const sent = new WeakMap();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  const now = performance.now();
  if (now - (sent.get(form) ?? -Infinity) < 2000) event.preventDefault();
  else sent.set(form, now);
});
/* After an error the first field at fault is where the reader begins. */
document.querySelector('[aria-invalid="true"]')?.focus();
