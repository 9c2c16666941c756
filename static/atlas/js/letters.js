const FAMILY = "1rem Vazirmatn";

/**
 * The page's own letters, once its words can be read in the system's. They are put on together, so
 * that the words move once; a browser that has fetched them keeps them for the next page.
 */
export async function bringLetters() {
  const { dataset } = document.documentElement;
  await document.fonts.load(FAMILY, document.body.textContent ?? "").catch(() => undefined);
  if (dataset.letters) {
    delete dataset.letters;
    localStorage.setItem("letters", "kept");
  }
  document.dispatchEvent(new Event("letterschange"));
}
