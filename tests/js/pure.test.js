import assert from "node:assert/strict";
import test from "node:test";
import { gapFigures, needFigures } from "../../static/atlas/js/figures.js";
import { fold } from "../../static/atlas/js/fold.js";
import { fill, number } from "../../static/atlas/js/format.js";
import { allRings, holds, isEnclosed, outerRings } from "../../static/atlas/js/inside.js";
import { matching } from "../../static/atlas/js/panels/search.js";
import { nearestStop } from "../../static/atlas/js/panels/sheet.js";
import { handfuls, inPieces, Turns } from "../../static/atlas/js/pause.js";
import { countClasses, gapClass, gapPercent, isTooUnknown } from "../../static/atlas/js/scale.js";
import { Store } from "../../static/atlas/js/store.js";
import { placeOf, placeText, queryOf, stateOf } from "../../static/atlas/js/urls.js";
import { underVeil } from "../../static/atlas/js/veil.js";
import { nearestTowards } from "../../static/atlas/js/walk.js";

const STATE = {
  tier: "neighbourhood",
  service: "library",
  band: "6-11",
  sex: "girl",
  zone: "N 1",
  layers: ["park", "school"],
  edition: "1405",
  at: "13.25/36.46000/52.05000",
};

test("a state survives its address", () => {
  const query = queryOf(STATE, "neighbourhood");
  assert.deepEqual(stateOf(query, "neighbourhood"), STATE);
  assert.match(query, /at=13\.25\/36\.46000\/52\.05000/);
});

test("what is usual stays out of an address", () => {
  const usual = stateOf("", "district");
  assert.equal(queryOf(usual, "district"), "");
  assert.equal(queryOf({ ...usual, band: "0-2", sex: "boy" }, "district"), "");
});

test("the map's place is read as it is written", () => {
  assert.deepEqual(placeOf(placeText(13.25, 36.46, 52.05)), {
    zoom: 13.25,
    lat: 36.46,
    lon: 52.05,
  });
  assert.equal(placeOf(""), null);
  assert.equal(placeOf("13/a/b"), null);
});

test("classes change exactly at their breaks", () => {
  assert.equal(gapClass(801, 199), 1);
  assert.equal(gapClass(800, 200), 2);
  assert.equal(gapClass(0, 10), 5);
  assert.equal(gapClass(0, 0), null);
  assert.equal(gapPercent(1, 1), 50);
  assert.equal(gapPercent(199, 1), 1);
});

test("a share unknown up to the limit is still known, more is not", () => {
  assert.equal(isTooUnknown(9, 3, [1, 3]), false);
  assert.equal(isTooUnknown(9, 4, [1, 3]), true);
  assert.equal(isTooUnknown(9, 4, [1, 2]), false);
});

test("figures count by class, and what has none apart", () => {
  const service = {
    zones: ["a", "b", "c", "d"],
    groups: {
      "6-11/girl": {
        children: [10, 10, null, 0],
        served: [5, 1, null, 0],
        full: [3, 0, null, 0],
        out: [2, 1, null, 0],
        unknown: [0, 8, null, 0],
        reason: [null, null, "suppressed", null],
        flags: [[], [], [], []],
      },
    },
  };
  const figures = gapFigures(service, STATE, [1, 3]);
  assert.deepEqual(figures.get("a"), { value: 50, shownClass: 3, reason: null, few: false });
  assert.deepEqual(
    ["b", "c", "d"].map((code) => figures.get(code)?.reason),
    ["missing", "suppressed", "missing"],
  );
  assert.deepEqual(countClasses(figures.values()), [3, 0, 0, 1, 0, 0]);
});

test("too few places and out of reach may be shown as one", () => {
  const group = {
    children: [100, 100],
    served: [30, null],
    full: [null, null],
    out: [null, null],
    unknown: [0, null],
    not_served: [70, 70],
    reason: ["suppressed", "suppressed"],
    flags: [[], []],
  };
  const service = { zones: ["a", "b"], groups: { "6-11/girl": group } };
  const figures = gapFigures(service, STATE, [1, 3]);
  assert.deepEqual(figures.get("a"), { value: 70, shownClass: 4, reason: null, few: false });
  assert.equal(figures.get("b")?.reason, "suppressed");
});

test("a withheld score still wears its class", () => {
  const columns = { need: [null], class: [4], reason: ["suppressed"], flags: [["few_children"]] };
  const figure = needFigures({ zones: ["a"], columns }).get("a");
  assert.deepEqual(figure, { value: null, shownClass: 4, reason: null, few: true });
});

test("a colour under the veil looks as wanted", () => {
  assert.equal(underVeil("#d3dee4", "#e4e5e2", 0.72), "#a7cce9");
  assert.equal(underVeil("#0f1622", "#191d26", 0.72), "#000418");
});

test("arrows walk to the nearest zone on their side", () => {
  const zones = [
    { code: "here", point: /** @type {[number, number]} */ ([52, 36]) },
    { code: "north", point: /** @type {[number, number]} */ ([52.001, 36.01]) },
    { code: "far north", point: /** @type {[number, number]} */ ([52, 36.05]) },
    { code: "west", point: /** @type {[number, number]} */ ([51.98, 36]) },
  ];
  assert.equal(nearestTowards("ArrowUp", "here", zones), "north");
  assert.equal(nearestTowards("ArrowLeft", "here", zones), "west");
  assert.equal(nearestTowards("ArrowRight", "here", zones), null);
  assert.equal(nearestTowards("Home", "here", zones), null);
});

test("a zone in another's hole is enclosed, its neighbours are not", () => {
  const ring = (/** @type {number} */ r, x = 0) => [
    [x - r, -r],
    [x + r, -r],
    [x + r, r],
    [x - r, r],
    [x - r, -r],
  ];
  const zone = (/** @type {number[]} */ point, /** @type {number[][][]} */ coordinates) => ({
    properties: { point },
    geometry: { type: "Polygon", coordinates },
  });
  const around = zone([1.5, 0], [ring(2), ring(1)]);
  const inner = zone([0, 0], [ring(1)]);
  const beside = zone([4, 0], [ring(2, 4)]);
  const zones = { features: [around, inner, beside] };
  assert.deepEqual(
    zones.features.map((one) => isEnclosed(one, zones)),
    [false, true, false],
  );
});

test("a point is inside a ring and outside its hole", () => {
  const square = (/** @type {number} */ r) => [
    [-r, -r],
    [r, -r],
    [r, r],
    [-r, r],
    [-r, -r],
  ];
  const ring = { type: "Polygon", coordinates: [square(2), square(1)] };
  assert.equal(holds(ring, 1.5, 0), true);
  assert.equal(holds(ring, 0.5, 0), false);
  assert.equal(holds({ type: "MultiPolygon", coordinates: [ring.coordinates] }, 3, 0), false);
});

test("search folds what keyboards write in two ways", () => {
  assert.equal(fold("كوي مهر"), fold("کوی مهر"));
  assert.equal(fold("سیب‌زار ۱۲"), "سیب زار 12");
  assert.equal(fold("Ésta-Ciudad"), "esta ciudad");
  const named = ["بندر کهنه", "کهنه"].map((name) => ({ name, what: "", open: () => undefined }));
  assert.deepEqual(
    matching(named, fold("كهنه")).map(({ name }) => name),
    ["کهنه", "بندر کهنه"],
  );
});

test("numbers and sentences speak the reader's language", () => {
  assert.equal(number(41387, "fa"), "۴۱٬۳۸۷");
  assert.equal(number(41387, "en"), "41,387");
  assert.equal(fill("{zone}: {word}, {other}", { zone: "A", word: "low" }), "A: low, {other}");
});

test("numbers are written as Intl writes them", () => {
  for (const [lang, full] of [
    ["fa", "fa-IR"],
    ["en", "en-GB"],
  ]) {
    const format = new Intl.NumberFormat(full, { maximumFractionDigits: 0 });
    for (const value of [0, 7, 10, 99.4, 99.5, 100, 999, 1000, 12345, 999999, 1234567, 10 ** 9])
      assert.equal(number(value, lang), format.format(value));
  }
});

test("a list is cut into handfuls in its order", () => {
  assert.deepEqual(handfuls([1, 2, 3, 4, 5], 2), [[1, 2], [3, 4], [5]]);
  assert.deepEqual(handfuls([], 8), []);
});

test("who asks in turns waits for those before, so many at once", async () => {
  const drawn = globalThis.document;
  globalThis.document = /** @type {any} */ ({ visibilityState: "hidden" });
  const turns = new Turns(2);
  const [first, second, third] = [turns.next(), turns.next(), turns.next()];
  assert.notEqual(first, second);
  assert.equal(second, third);
  await third;
  globalThis.document = drawn;
});

test("the sheet rests at the nearest stop", () => {
  assert.equal(nearestStop(100, 740), "peek");
  assert.equal(nearestStop(300, 740), "half");
  assert.equal(nearestStop(700, 740), "full");
});

test("a store tells only of what changed", () => {
  const store = new Store({ ...STATE });
  /** @type {string[][]} */
  const told = [];
  store.listen((_, changed) => told.push([...changed]));
  store.change({ zone: "N 1" });
  store.change({ zone: "N2", layers: ["park", "school"] });
  assert.deepEqual(told, [["zone"]]);
});

test("the lines of zones are all rings, the lines of what lies above them the outer ones", () => {
  const [outer, hole, far] = [[[0, 0]], [[1, 1]], [[9, 9]]];
  const zones = {
    features: [
      { geometry: { type: "Polygon", coordinates: [outer, hole] } },
      { geometry: { type: "MultiPolygon", coordinates: [[far], [outer]] } },
    ],
  };
  assert.deepEqual(allRings(zones), [outer, hole, far, outer]);
  assert.deepEqual(outerRings(zones), [outer, far, outer]);
});

test("work in pieces lets others run between two, and ends when it is no longer wanted", async () => {
  /** @type {string[]} */
  const done = [];
  setTimeout(() => done.push("another's"));
  await inPieces(
    () => done.length < 3,
    [() => done.push("first"), () => done.push("second"), () => done.push("never")],
  );
  assert.deepEqual(done, ["first", "another's", "second"]);
});
