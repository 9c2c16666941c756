// protomaps-leaflet looks for a global named L. The bundler gives it this export instead.
export * as L from "leaflet";
