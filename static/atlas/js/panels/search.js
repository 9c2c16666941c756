import { fold } from "../fold.js";
import { fill } from "../format.js";

const MOST = 8;
const CLOSE_AFTER_MS = 150;

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

/** Names as one types: a list under the field, by arrows or by pressing. */
export class Search {
  /**
   * @param {HTMLFormElement} form
   * @param {HTMLInputElement} field
   * @param {string} notFound
   */
  constructor(form, field, notFound) {
    this.form = form;
    this.field = field;
    this.notFound = notFound;
    this.list = document.createElement("ul");
    this.at = -1;
    /** @type {Found[]} */
    this.found = [];
    this.prepare();
  }

  prepare() {
    Object.assign(this.list, { className: "found", id: "found", hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.field.getAttribute("aria-label") ?? "");
    this.form.append(this.list);
    this.field.setAttribute("role", "combobox");
    this.field.setAttribute("aria-controls", "found");
    this.field.setAttribute("aria-expanded", "false");
    this.field.setAttribute("aria-autocomplete", "list");
  }

  close() {
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
    this.form.classList.remove("open");
  }

  /** @param {Found} item */
  open(item) {
    this.field.value = item.name;
    this.close();
    item.open();
  }

  /** @param {number} at */
  mark(at) {
    this.at = at;
    [...this.list.children].forEach((item, i) => {
      item.setAttribute("aria-selected", String(i === at));
    });
    if (at < 0) this.field.removeAttribute("aria-activedescendant");
    else this.field.setAttribute("aria-activedescendant", `found-${at}`);
  }

  /** @param {Found[]} everything */
  show(everything) {
    const wanted = fold(this.field.value);
    this.found = wanted ? matching(everything, wanted) : [];
    const open = (/** @type {Found} */ item) => this.open(item);
    this.list.replaceChildren(...items(this.found, this.field.value, this.notFound, open));
    this.list.hidden = !wanted;
    this.field.setAttribute("aria-expanded", String(!this.list.hidden));
    this.mark(-1);
  }

  /** @param {KeyboardEvent} event */
  answerKey(event) {
    const last = this.found.length - 1;
    if (event.key === "ArrowDown") this.mark(Math.min(last, this.at + 1));
    else if (event.key === "ArrowUp") this.mark(Math.max(-1, this.at - 1));
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }
}

/**
 * @param {() => Promise<Found[]>} everything
 * @param {string} notFound
 */
export function startSearch(everything, notFound) {
  const form = document.querySelector("[data-search]");
  const field = form?.querySelector("input");
  if (!(form instanceof HTMLFormElement && field)) return;
  startSearchButton();
  const search = new Search(form, field, notFound);
  field.addEventListener("input", async () => search.show(await everything()));
  field.addEventListener("keydown", (event) => search.answerKey(event));
  field.addEventListener("blur", () => setTimeout(() => search.close(), CLOSE_AFTER_MS));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const item = search.found[Math.max(0, search.at)];
    if (item) search.open(item);
  });
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
