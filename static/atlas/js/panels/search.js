import { fold } from "../fold.js";
import { fill } from "../format.js";

const MOST = 8;

/**
 * @typedef {Object} Found
 * @property {string} name
 * @property {string} what the tier or the kind
 * @property {() => void} open
 */

/** On phones the field hides behind a button. */
export function startSearchButton() {
  const form = document.querySelector("[data-search]");
  const field = form?.querySelector("input");
  form?.querySelector("[data-search-open]")?.addEventListener("click", () => {
    const isOpen = form.classList.toggle("open");
    if (isOpen) field?.focus();
  });
}

/**
 * Names as one types: a list under the field, by arrows or by pressing.
 *
 * @param {() => Promise<Found[]>} everything
 * @param {string} notFound
 */
export function startSearch(everything, notFound) {
  const form = document.querySelector("[data-search]");
  const field = form?.querySelector("input");
  if (!(form instanceof HTMLFormElement && field)) return;
  startSearchButton();
  const list = document.createElement("ul");
  Object.assign(list, { className: "found", id: "found", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.getAttribute("aria-label") ?? "");
  form.append(list);
  for (const [name, value] of [
    ["role", "combobox"],
    ["aria-controls", "found"],
    ["aria-expanded", "false"],
    ["aria-autocomplete", "list"],
  ])
    field.setAttribute(name, value);
  const state = { at: -1, found: /** @type {Found[]} */ ([]) };

  const close = () => {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
    form.classList.remove("open");
  };
  /** @param {Found} item */
  const open = (item) => {
    field.value = item.name;
    close();
    item.open();
  };
  /** @param {number} at */
  const mark = (at) => {
    state.at = at;
    [...list.children].forEach((item, i) => {
      item.setAttribute("aria-selected", String(i === at));
    });
    field.setAttribute("aria-activedescendant", at < 0 ? "" : `found-${at}`);
  };
  field.addEventListener("input", async () => {
    const wanted = fold(field.value);
    state.found = wanted ? matching(await everything(), wanted) : [];
    list.replaceChildren(...items(state.found, field.value, notFound, open));
    list.hidden = !wanted;
    field.setAttribute("aria-expanded", String(!list.hidden));
    mark(-1);
  });
  field.addEventListener("keydown", (event) => {
    const last = state.found.length - 1;
    if (event.key === "ArrowDown") mark(Math.min(last, state.at + 1));
    else if (event.key === "ArrowUp") mark(Math.max(-1, state.at - 1));
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const item = state.found[Math.max(0, state.at)];
    if (item) open(item);
  });
  field.addEventListener("blur", () => setTimeout(close, 150));
}

/**
 * Those whose name starts with what is typed, before those that only hold it.
 *
 * @param {Found[]} everything
 * @param {string} wanted folded
 */
export function matching(everything, wanted) {
  const folded = everything.map((item) => ({ item, name: fold(item.name) }));
  const first = folded.filter(({ name }) => name.startsWith(wanted));
  const later = folded.filter(({ name }) => !name.startsWith(wanted) && name.includes(wanted));
  return [...first, ...later].slice(0, MOST).map(({ item }) => item);
}

/**
 * @param {Found[]} found
 * @param {string} text
 * @param {string} notFound
 * @param {(item: Found) => void} open
 */
function items(found, text, notFound, open) {
  if (!found.length) {
    const none = document.createElement("li");
    none.className = "found-none";
    none.setAttribute("role", "option");
    none.setAttribute("aria-disabled", "true");
    none.textContent = fill(notFound, { text });
    return [none];
  }
  return found.map((item, i) => {
    const line = document.createElement("li");
    line.id = `found-${i}`;
    line.setAttribute("role", "option");
    const what = document.createElement("small");
    what.textContent = item.what;
    line.append(item.name, what);
    line.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      open(item);
    });
    return line;
  });
}
