/** Light or dark: follows the system until a reader chooses. */
export function startTheme() {
  const root = document.documentElement;
  // The panel is written anew with each zone, so the whole page listens.
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element && event.target.closest("[data-theme-switch]"))) return;
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.theme);
    document.dispatchEvent(new Event("themechange"));
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (event) => {
    if (localStorage.getItem("theme")) return;
    root.dataset.theme = event.matches ? "dark" : "light";
    document.dispatchEvent(new Event("themechange"));
  });
}
