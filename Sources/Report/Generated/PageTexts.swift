// swift-format-ignore-file
// Written by `make generate` from Style/page.css and Style/page.js; edit those.

extension TrustedText {
    static let style = TrustedText(digest: "OTSDntVLKs66mtvlHNL+BVc3bMRGsAxV0D/sHszeduU=", text: #"""

:root {
  --bg: #fbfbf9; --surface: #ffffff; --sunken: #f3f3ef; --ink: #1c2127; --soft: #59636f;
  --line: #dcdfe0; --faint: #ebecea; --accent: #1d5fa3;
  --bad: #b9440f; --bad-fill: #d55e00; --bad-wash: #fdf1e9;
  --warn: #7d5a00; --warn-fill: #e69f00; --warn-wash: #fdf6e3;
  --good: #0b6b53; --good-fill: #009e73; --good-wash: #eaf6f1;
  --loop-fill: #a8538a; --down-fill: #6b7480;
  --r0: #b9c2cb; --r1: #5b92c4; --r2: #2f6ca5; --r3: #2565a3; --traffic: #cdd3d8;
  --band: #8a6d00; --band-opacity: .075;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  color-scheme: light;
}
:root[data-theme="dark"] {
  --bg: #14171a; --surface: #1b1f23; --sunken: #101315; --ink: #e4e7ea; --soft: #9ba6b1;
  --line: #31373d; --faint: #262b30; --accent: #82b6ec;
  --bad: #ff9a66; --bad-fill: #ee7733; --bad-wash: #2c1d14;
  --warn: #f0c35a; --warn-fill: #e0a526; --warn-wash: #292210;
  --good: #5fcaa5; --good-fill: #2fb58a; --good-wash: #12261f;
  --loop-fill: #d07fb3; --down-fill: #8b95a1;
  --r0: #55606b; --r1: #4a86bd; --r2: #5f9fd8; --r3: #3f83c2; --traffic: #3d454d;
  --band: #e8c34a; --band-opacity: .085;
  color-scheme: dark;
}
@media (prefers-color-scheme: dark) {
  :root:not([data-theme="light"]) {
    --bg: #14171a; --surface: #1b1f23; --sunken: #101315; --ink: #e4e7ea; --soft: #9ba6b1;
    --line: #31373d; --faint: #262b30; --accent: #82b6ec;
    --bad: #ff9a66; --bad-fill: #ee7733; --bad-wash: #2c1d14;
    --warn: #f0c35a; --warn-fill: #e0a526; --warn-wash: #292210;
    --good: #5fcaa5; --good-fill: #2fb58a; --good-wash: #12261f;
    --loop-fill: #d07fb3; --down-fill: #8b95a1;
    --r0: #55606b; --r1: #4a86bd; --r2: #5f9fd8; --r3: #3f83c2; --traffic: #3d454d;
    --band: #e8c34a; --band-opacity: .085;
    color-scheme: dark;
  }
}

* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--bg); color: var(--ink);
  font: 16px/1.55 var(--sans); font-variant-numeric: tabular-nums; }
main { max-width: 1088px; margin: 0 auto; padding: 0 24px 64px; }
h1, h2, h3, h4, p, dl, dd, ul, figure, table { margin: 0; }
ul { padding: 0; list-style: none; }
h1, .headline { font-weight: 620; letter-spacing: -.011em; text-wrap: pretty; max-width: 44em; }
h1 { font-size: 27px; line-height: 1.28; }
.headline { font-size: 20px; line-height: 1.35; }
h2 { font-size: 20px; font-weight: 620; letter-spacing: -.006em; margin: 56px 0 16px; }
h3 { font-size: 17px; font-weight: 620; margin: 36px 0 12px; }
h4 { font-size: 15px; font-weight: 600; }
code, pre, .mono { font-family: var(--mono); font-size: .86em; }
.small { font-size: .78em; }
a { color: var(--accent); text-underline-offset: 2px; }
.note, .lede, .tally, .rest { color: var(--soft); font-size: 14px; }
.rest { padding: 10px 0 0; }
.rest code { overflow-wrap: anywhere; }

.masthead { padding-top: 20px; }
.bar { display: flex; align-items: center; gap: 10px; padding-bottom: 28px; font-size: 14px; }
.brand { font-weight: 650; }
.what { color: var(--soft); flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap; }
.what::before { content: "/"; margin-right: 10px; color: var(--line); }
#theme { font: inherit; font-size: 13px; color: var(--soft); background: none;
  border: 1px solid var(--line); border-radius: 6px; padding: 4px 10px; cursor: pointer; }
#theme:hover { color: var(--ink); border-color: var(--soft); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.verdict { border-left: 4px solid var(--line); padding: 2px 0 2px 18px; margin-bottom: 18px; }
.verdict.bad { border-color: var(--bad-fill); }
.verdict.doubtful { border-color: var(--warn-fill); }
.verdict.good { border-color: var(--good-fill); }
.run-label { font-size: 13px; font-weight: 600; color: var(--soft); margin-bottom: 3px; }
.lede { max-width: 60em; }

.figures { margin-top: 26px; }
.figures table { border-collapse: collapse; width: 100%; font-size: 15px; }
.figures th, .figures td { text-align: left; vertical-align: baseline; padding: 7px 16px 7px 0;
  border-top: 1px solid var(--line); }
.figures tr:last-child > * { border-bottom: 1px solid var(--line); }
.figures thead th { font-size: 13px; color: var(--soft); border: 0; }
.figures tbody th { font-weight: 400; color: var(--soft); width: 34%; }
.figures .value { font-weight: 620; margin-right: 10px; white-space: nowrap; }
.figures .bad .value { color: var(--bad); }
.figures .note { font-size: 13px; }

figure { margin: 0 0 22px; }
.timeline { display: block; width: 100%; height: auto; overflow: visible; }
.timeline.narrow { display: none; }
.timeline text { font: 12px var(--sans); fill: var(--ink); font-variant-numeric: tabular-nums; }
.timeline .lane-label { font-weight: 620; font-size: 13px; }
.timeline .lane-note, .timeline .tick { fill: var(--soft); font-size: 11.5px; }
.timeline .tick { text-anchor: middle; }
.timeline .exposed-label { fill: var(--warn); font-size: 11.5px; }
.timeline .deleted-label { fill: var(--bad); font-weight: 620; text-anchor: middle; }
.timeline .on-dark { fill: #fff; font-size: 11.5px; font-weight: 600; }
.timeline .on-light { fill: var(--ink); font-size: 11.5px; font-weight: 600; }
.grid { stroke: var(--line); stroke-width: .7; stroke-dasharray: 1 3; }
.lane-line { stroke: var(--line); stroke-width: 1; }
.exposed { fill: var(--band); fill-opacity: var(--band-opacity); }
.exposed-edge { fill: var(--warn-fill); }
.hatch { fill: var(--bg); fill-opacity: .55; }
.release.r0 { fill: var(--r0); } .release.r1 { fill: var(--r1); }
.release.r2 { fill: var(--r2); } .release.r3 { fill: var(--r3); }
.wrong-404, .deleted { fill: var(--bad-fill); }
.unavailable-503 { fill: var(--warn-fill); }
.looped { fill: var(--loop-fill); }
.unreachable { fill: var(--down-fill); }
.proxied { fill: var(--good-fill); }
.traffic { fill: var(--traffic); }
.leaked { fill: var(--loop-fill); }
.heat.h0 { fill: var(--good-fill); fill-opacity: .3; }
.heat.h1 { fill: var(--bad-fill); fill-opacity: .18; }
.heat.h2 { fill: var(--bad-fill); fill-opacity: .38; }
.heat.h3 { fill: var(--bad-fill); fill-opacity: .58; }
.heat.h4 { fill: var(--bad-fill); fill-opacity: .79; }
.heat.h5 { fill: var(--bad-fill); }
.cross { fill: none; stroke: var(--ink); stroke-width: 1.6; }
.key { display: flex; flex-wrap: wrap; gap: 4px 20px; font-size: 13px; color: var(--soft); }
.key li { display: flex; align-items: center; gap: 7px; }
.swatch { width: 14px; height: 12px; flex: none; }
.key + .note { margin-top: 8px; font-size: 13px; }

#filter { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; font-size: 14px;
  color: var(--soft); margin-bottom: 4px; }
#filter[hidden] { display: none; }
#filter input, #filter select { font: inherit; color: var(--ink); background: var(--surface);
  border: 1px solid var(--line); border-radius: 6px; padding: 5px 9px; }
#filter input { width: 21em; max-width: 100%; }
.kind { margin: 0 0 12px; }
.kind + .finding { border-top: 1px solid var(--line); }
.finding + .kind, .rest + .kind { margin-top: 30px; }
.kind code { font-weight: 400; color: var(--soft); margin-left: 6px; }
.tally { margin-top: 1px; }
.why { display: grid; gap: 4px; margin-top: 10px; font-size: 14.5px; max-width: 54em; }
.why > div { display: grid; grid-template-columns: 92px 1fr; gap: 14px; }
dt { color: var(--soft); }
.fact { font-family: var(--mono); font-size: 12.5px; text-decoration: none; margin-right: 3px; }
.fact:hover { text-decoration: underline; }

.finding { border-bottom: 1px solid var(--line); }
.finding[hidden] { display: none; }
summary { display: flex; gap: 12px; align-items: baseline; padding: 9px 0; cursor: pointer;
  list-style: none; font-size: 15px; }
summary::-webkit-details-marker { display: none; }
summary::before { content: ""; flex: none; width: 6px; height: 6px; margin: 0 3px 2px 2px;
  border: solid var(--soft); border-width: 0 1.6px 1.6px 0; transform: rotate(-45deg); }
details[open] > summary::before { transform: rotate(45deg); margin-bottom: 4px; }
summary:hover .sum { text-decoration: underline; text-decoration-color: var(--line);
  text-underline-offset: 3px; }
.sum { flex: 1; min-width: 0; overflow-wrap: anywhere; }
summary .when { color: var(--soft); font-size: 13px; white-space: nowrap; }
.grade, .pill { font-size: 12px; line-height: 1.5; padding: 0 7px; border-radius: 4px;
  flex: none; border: 1px solid transparent; }
.grade.observed { background: var(--bad-wash); color: var(--bad); border-color: currentColor; }
.grade.predicted { background: var(--warn-wash); color: var(--warn); border-color: currentColor; }
.grade.possible { color: var(--soft); border-color: var(--line); border-style: dashed; }
.pill.gone { background: var(--good-wash); color: var(--good); }
.pill.still { background: var(--bad-wash); color: var(--bad); }
.body { display: grid; grid-template-columns: 404px minmax(0, 1fr); gap: 18px 32px;
  padding: 8px 0 24px 23px; }
.body > .detail:first-child, .evidence, .body > .note { grid-column: 1 / -1; }
.chain { max-width: 100%; height: auto; overflow: visible; }
.chain text { font: 13px var(--sans); fill: var(--ink); }
.chain .chain-title { font-weight: 600; }
.chain .chain-time { fill: var(--soft); font-size: 12px; text-anchor: end; }
.chain .chain-detail { fill: var(--soft); font-size: 12.5px; }
.link { fill: none; stroke: var(--soft); stroke-width: 1.3; }
.mark-alive { fill: var(--surface); stroke: var(--accent); stroke-width: 2.2; }
.mark-neutral { fill: var(--surface); stroke: var(--soft); stroke-width: 1.6; }
.mark-wrong { fill: none; stroke: var(--bad-fill); stroke-width: 2.6; }
.mark-gone { fill: var(--bad-fill); }
.about { font-size: 14px; display: grid; gap: 2px; margin-bottom: 14px; }
.about > div { display: grid; grid-template-columns: 84px minmax(0, 1fr); gap: 12px; }
.about dd { overflow-wrap: anywhere; }

.scroll { overflow-x: auto; }
.data { border-collapse: collapse; width: 100%; font-size: 13.5px; line-height: 1.45; }
.data th { text-align: left; font-weight: 500; color: var(--soft); font-size: 12.5px;
  border-bottom: 1px solid var(--line); padding: 3px 16px 3px 0; white-space: nowrap; }
.data td { padding: 4px 16px 4px 0; border-bottom: 1px solid var(--faint);
  vertical-align: top; }
.data th:last-child, .data td:last-child { padding-right: 0; }
.data .n { text-align: right; }
.data .when { white-space: nowrap; }
.data strong { font-weight: 560; overflow-wrap: anywhere; }
.under { display: block; color: var(--soft); font-size: 12px; overflow-wrap: anywhere; }
.data .n { white-space: nowrap; }
.who td:first-child, .exposed-apis td:last-child { min-width: 13em; }
.who .mono, .exposed-apis .mono { overflow-wrap: anywhere; min-width: 12em; }
.asking + .asking { margin-top: 3px; }
.path { overflow-wrap: anywhere; }
.evidence td:nth-child(3) { min-width: 17em; }
.evidence td:last-child { white-space: nowrap; }

.lede + .sentences { margin-top: 10px; }
.changes { margin-top: 12px; font-size: 14px; display: grid; gap: 5px; max-width: 60em; }
.changes li { overflow-wrap: anywhere; }
.sentences { display: grid; gap: 8px; max-width: 54em; }
.sentences li { padding-left: 22px; position: relative; }
.sentences li::before { content: "✓"; position: absolute; left: 1px; color: var(--good); }
.sentences .doubt::before { content: "?"; left: 4px; color: var(--warn); font-weight: 650; }
.facts { margin-top: 12px; font-size: 14px; display: grid; gap: 5px; max-width: 60em; }
.facts > div { display: grid; grid-template-columns: 58px 1fr; gap: 12px; }
.facts dt { font-family: var(--mono); font-size: 12.5px; padding-top: 1px; }
.facts dt:target { color: var(--accent); font-weight: 650; }
footer { margin-top: 64px; padding-top: 16px; border-top: 1px solid var(--line);
  color: var(--soft); font-size: 13px; }
pre { background: var(--sunken); padding: 10px 14px; border-radius: 6px; overflow-x: auto;
  line-height: 1.6; margin: 10px 0 0; }

@media (max-width: 700px) {
  main { padding: 0 15px 40px; }
  .masthead { padding-top: 12px; }
  .bar { padding-bottom: 16px; }
  h1 { font-size: 21px; }
  .headline { font-size: 17px; }
  h2 { margin-top: 42px; }
  .timeline.wide { display: none; }
  .timeline.narrow { display: block; }
  .figures tbody th { width: 46%; }
  .figures .note { display: block; }
  summary { flex-wrap: wrap; gap: 4px 10px; }
  .sum { flex-basis: 100%; order: 3; }
  .body { grid-template-columns: minmax(0, 1fr); padding-left: 0; gap: 16px; }
  .why > div { grid-template-columns: 1fr; gap: 0; }
  .about > div { grid-template-columns: 76px minmax(0, 1fr); }
  .detail .data th:nth-child(3), .detail .data td:nth-child(3).small { display: none; }
}

@media print {
  :root, :root[data-theme="dark"], :root:not([data-theme="light"]) {
    --bg: #fff; --surface: #fff; --sunken: #f4f4f2; --ink: #000; --soft: #454b52;
    --line: #c4c8ca; --faint: #e4e6e6; --accent: #1d4f86;
    --bad: #a03a0c; --bad-fill: #d55e00; --bad-wash: #fff; --warn: #6b4d00;
    --warn-fill: #e69f00; --warn-wash: #fff; --good: #0b6b53; --good-fill: #009e73;
    --good-wash: #fff; --loop-fill: #a8538a; --down-fill: #6b7480;
    --r0: #b9c2cb; --r1: #5b92c4; --r2: #2f6ca5; --r3: #2565a3; --traffic: #cdd3d8;
    --band: #8a6d00; --band-opacity: .09; color-scheme: light;
  }
  @page { margin: 16mm 14mm; }
  body { font-size: 10.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  #theme, #filter { display: none; }
  .timeline.wide { display: block; }
  .timeline.narrow { display: none; }
  h1 { font-size: 17pt; }
  h2 { margin-top: 26pt; break-after: avoid; }
  h3, h4, .kind { break-after: avoid; }
  figure, .verdict, .chain, tr, .facts > div { break-inside: avoid; }
  summary::before { display: none; }
  .body { padding-left: 0; grid-template-columns: 300px minmax(0, 1fr); }
  .scroll { overflow: visible; }
  details:not([open])::details-content { content-visibility: visible; display: block;
    block-size: auto; }
  a { color: inherit; text-decoration: none; }
  pre { white-space: pre-wrap; }
}

"""#)

    static let script = TrustedText(digest: "s+6Ax/5J5IX8fIzVDz6lsQ4W1j+cll4b/7ObVYrgwJ4=", text: #"""

(function () {
  "use strict";
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  var button = document.getElementById("theme");
  function isDark() {
    var chosen = root.getAttribute("data-theme");
    return chosen ? chosen === "dark" : dark.matches;
  }
  function name() { button.textContent = isDark() ? "Light" : "Dark"; }
  button.addEventListener("click", function () {
    root.setAttribute("data-theme", isDark() ? "light" : "dark");
    name();
  });
  dark.addEventListener("change", name);
  name();
  button.hidden = false;

  var form = document.getElementById("filter");
  var cards = Array.prototype.slice.call(document.querySelectorAll("details.finding"));
  if (form && cards.length > 1) {
    var words = document.getElementById("words");
    var grade = document.getElementById("grade");
    var shown = document.getElementById("shown");
    var texts = cards.map(function (card) { return card.textContent.toLowerCase(); });
    var filter = function () {
      var wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
      var count = 0;
      cards.forEach(function (card, index) {
        var fits = (!grade.value || card.dataset.grade === grade.value) &&
          wanted.every(function (word) { return texts[index].indexOf(word) >= 0; });
        card.hidden = !fits;
        if (fits) { count += 1; }
      });
      shown.textContent = count === cards.length ? "" : count + " of " + cards.length + " shown";
    };
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    words.addEventListener("input", filter);
    grade.addEventListener("change", filter);
    form.hidden = false;
  }

  var opened = [];
  window.addEventListener("beforeprint", function () {
    opened = cards.filter(function (card) { return !card.open; });
    opened.forEach(function (card) { card.open = true; });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (card) { card.open = false; });
    opened = [];
  });
})();

"""#)
}
