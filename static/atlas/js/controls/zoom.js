/** @import * as L from "leaflet" */

/**
 * The two zoom keys of the page.
 *
 * @param {L.Map} map
 */
export function startZoom(map) {
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => {
      if (button.getAttribute("data-zoom") === "in") map.zoomIn(1);
      else map.zoomOut(1);
    });
  }
}
