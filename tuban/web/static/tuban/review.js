/* 方案核对: the text on the left and what was read from it on the right find each other.
   A mark opens its item and its part of the panel; an item shows its mark; J and K walk through the
   items, Enter shows the mark. Selected text is carried into 补录任务 and 补时限. Without this script every
   link leads to the same place by itself. */
const desk = document.querySelector("[data-review]");
const parts = [...desk.querySelectorAll("[data-part]")];
const tabs = [...desk.querySelectorAll("[data-tab]")];

function show(name) {
  parts.forEach((part) => { part.hidden = part.dataset.part !== name; });
  tabs.forEach((tab) => {
    const on = tab.dataset.tab === name;
    tab.classList.toggle("is-on", on);
    if (on) tab.setAttribute("aria-current", "true"); else tab.removeAttribute("aria-current");
  });
}

function light(element, others) {
  desk.querySelectorAll(others).forEach((each) => each.classList.remove("is-on"));
  element.classList.add("is-on");
}

/* An item of the panel: its part is opened, it is marked and takes the focus. */
function open(id) {
  const target = document.getElementById(id);
  if (!target) return false;
  const part = target.closest("[data-part]");
  if (!part) return false;
  show(part.dataset.part);
  light(target.closest("[data-item]") ?? target, ".p-item.is-on");
  target.scrollIntoView({ block: "center" });
  target.focus({ preventScroll: true });
  return true;
}

/* A place in the text. */
function find(id) {
  const target = document.getElementById(id);
  if (!target) return false;
  light(target, ".p-sheet .is-on");
  target.scrollIntoView({ block: "center" });
  if (target.matches("a")) target.focus({ preventScroll: true });
  return true;
}

function follow(hash) {
  const id = decodeURIComponent(hash.slice(1));
  return id.startsWith("i-") ? open(id) : find(id);
}

desk.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.dataset.tab) {
    event.preventDefault();
    show(link.dataset.tab);
    history.replaceState(null, "", link.href);
  } else if (link.matches("[data-close]")) {
    event.preventDefault();
    const slot = link.closest("[data-slot]");
    if (slot) slot.replaceChildren(); else location.assign(link.href);
  } else if (link.dataset.mark) {
    find(link.dataset.mark);
  } else if (link.hash && link.pathname === location.pathname && follow(link.hash)) {
    event.preventDefault();
  }
});

/* Items in view, in their order; J and K go on from the one that is marked. */
function step(by) {
  const items = [...desk.querySelectorAll("[data-part]:not([hidden]) [data-item]")];
  if (!items.length) return;
  const at = items.findIndex((item) => item.classList.contains("is-on"));
  const next = items[Math.min(Math.max(at + by, 0), items.length - 1)];
  light(next, ".p-item.is-on");
  next.scrollIntoView({ block: "nearest" });
  next.focus({ preventScroll: true });
}

document.addEventListener("keydown", (event) => {
  const busy = event.target.closest("input, textarea, select, button, a, summary");
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest("input, textarea, select")) return;
  if (event.key === "j" || event.key === "k") {
    event.preventDefault();
    step(event.key === "j" ? 1 : -1);
  } else if (event.key === "Enter" && !busy) {
    const where = desk.querySelector("[data-part]:not([hidden]) .p-item.is-on .p-where");
    if (where) follow(where.hash);
  }
});

/* The selected stretch of the text as offsets into it. */
function offset(node, at) {
  const holder = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest?.("[data-s]");
  return holder && desk.contains(holder) ? Number(holder.dataset.s) + at : null;
}

let selected = null;
document.addEventListener("selectionchange", () => {
  const chosen = getSelection();
  if (!chosen.rangeCount || chosen.isCollapsed) return;
  const range = chosen.getRangeAt(0);
  const [start, end] = [offset(range.startContainer, range.startOffset), offset(range.endContainer, range.endOffset)];
  if (start !== null && end !== null && start < end) selected = { start, end };
});

/* Before a form is fetched: the selection goes along, and no second form stays open. */
document.body.addEventListener("htmx:configRequest", (event) => {
  if (/path=tasks%2F(new|\d+%2Fdeadlines)/.test(event.detail.path) && selected) Object.assign(event.detail.parameters, selected);
});
document.body.addEventListener("htmx:afterSwap", (event) => {
  const slot = event.target.closest("[data-slot]");
  if (!slot) return;
  desk.querySelectorAll("[data-slot]").forEach((other) => { if (other !== slot) other.replaceChildren(); });
  slot.querySelector("input:not([type=hidden]), select")?.focus();
  slot.scrollIntoView({ block: "nearest" });
});

desk.querySelector("[data-keys]").hidden = false;
if (location.hash) follow(location.hash);
