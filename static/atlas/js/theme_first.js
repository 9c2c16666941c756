// Runs before the page is drawn: a kept choice wins, else the system's.
const keptTheme = localStorage.getItem("theme");
const darkSystem = matchMedia("(prefers-color-scheme: dark)").matches;
document.documentElement.dataset.theme = keptTheme ?? (darkSystem ? "dark" : "light");
