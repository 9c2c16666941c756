// Runs before the page is drawn, so it stays short.
const root = document.documentElement;

// A kept theme wins, else the system's: a dark page never flashes white.
const keptTheme = localStorage.getItem("theme");
const darkSystem = matchMedia("(prefers-color-scheme: dark)").matches;
root.dataset.theme = keptTheme ?? (darkSystem ? "dark" : "light");

// Words first, in the system's letters; ours come later, unless this browser has them already.
if (!localStorage.getItem("letters")) root.dataset.letters = "later";
