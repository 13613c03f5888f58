// swift-format-ignore-file
// Written by `make generate` from Style/page.css and Style/page.js; edit those.

extension TrustedText {
    static let style = TrustedText(digest: "Gq8uli7vFj1g4mX0lFLCBhpJCSFQkYcM4cPqY6xnEFo=", text: #"""

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
button { font: inherit; font-size: 13px; color: var(--soft); background: none;
  border: 1px solid var(--line); border-radius: 6px; padding: 4px 10px; cursor: pointer; }
button:hover { color: var(--ink); border-color: var(--soft); }
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
.figures thead :is(th, td) { font-size: 13px; color: var(--soft); border: 0; }
.figures tbody th { font-weight: 400; color: var(--soft); width: 34%; }
.figures .value { font-weight: 620; margin-right: 10px; white-space: nowrap; }
.figures .bad .value { color: var(--bad); }
.figures .note { font-size: 13px; }

figure { margin: 0 0 22px; }
.stage { touch-action: pan-y; margin-bottom: 6px; }
.stage.zoomed { cursor: grab; }
.zoom { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; font-size: 13px;
  color: var(--soft); margin: 0 0 14px; }
.zoom[hidden] { display: none; }
.zoom button { min-width: 32px; min-height: 28px; }
.zoom output { margin-left: 6px; }
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
.frame { fill: none; stroke: var(--ink); stroke-width: 1.2; rx: 2; }
.moment { fill: var(--accent); }
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
.data tbody th { color: inherit; font-size: inherit; font-weight: 400; white-space: normal;
  border-bottom: 1px solid var(--faint); padding: 4px 16px 4px 0; vertical-align: top; }
.under { display: block; color: var(--soft); font-size: 12px; overflow-wrap: anywhere; }
.data .n { white-space: nowrap; }
.who tbody th, .exposed-apis td:last-child { min-width: 13em; }
.tile { border-left: 2px solid var(--bg); min-width: 4.5em; }
.who td.tile, .who td.tile + td { padding-left: 10px; }
.t1 { background: color-mix(in srgb, var(--bad-fill) 8%, var(--bg)); }
.t2 { background: color-mix(in srgb, var(--bad-fill) 16%, var(--bg)); }
.t3 { background: color-mix(in srgb, var(--bad-fill) 25%, var(--bg)); }
.t4 { background: color-mix(in srgb, var(--bad-fill) 34%, var(--bg)); }
.t5 { background: color-mix(in srgb, var(--bad-fill) 42%, var(--bg)); }
@media (min-width: 900px) { .restore .mono, .restore td:first-child { white-space: nowrap; } }
.tools { font-size: 14px; margin: 10px 0; }
.changed .data { border: 1px solid var(--line); }
.changed .data th, .changed .data td { padding: 6px 12px; overflow-wrap: anywhere; }
.changed tbody th { min-width: 9.5em; overflow-wrap: normal; }
.changed .note { margin-top: 8px; }
.inputs { display: grid; gap: 4px; font-size: 14px; overflow-wrap: anywhere; }
.narrowed { margin-top: 6px; }
.print-only { display: none; }
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
  .restore th:nth-child(4), .restore td:nth-child(4) { display: none; }
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
  @page { margin: 13mm 13mm; }
  body { font-size: 10.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  button, #filter, .zoom, .tools { display: none; }
  .timeline.wide { display: block; }
  .timeline.narrow { display: none; }
  h1 { font-size: 17pt; }
  h2 { margin-top: 26pt; break-after: avoid; }
  h3, h4, .kind { break-after: avoid; }
  figure, .verdict, .chain, tr, .facts > div { break-inside: avoid; }
  summary::before { display: none; }
  .body { padding-left: 0; grid-template-columns: 300px minmax(0, 1fr); }
  .scroll { overflow: visible; }
  .all details:not([open])::details-content { content-visibility: visible; display: block;
    block-size: auto; }
  body:not(.all) { font-size: 9.5pt; }
  body:not(.all) h2 { font-size: 12pt; margin-top: 12pt; margin-bottom: 4pt; }
  body:not(.all) h3 { font-size: 10.5pt; margin-top: 7pt; margin-bottom: 3pt; }
  body:not(.all) h4 { font-size: 9.5pt; }
  body:not(.all) :is(#facts, #exposed, #rollback, #inputs, .evidence, .finding .detail,
    .finding[data-print="later"], .rest) { display: none; }
  body:not(.all) .finding .chain { display: block; height: 118px; width: auto; }
  body:not(.all) .finding .body { padding: 2px 0 8px; display: block; }
  body:not(.all) .why > div:not(:nth-child(2)) { display: none; }
  body:not(.all) summary { padding: 2px 0; font-size: 9pt; line-height: 1.35; }
  body:not(.all) .kind + .finding { border-top: 0; }
  body:not(.all) .data { font-size: 8pt; line-height: 1.3; }
  body:not(.all) .data :is(th, td) { padding-top: 1.5pt; padding-bottom: 1.5pt; }
  body:not(.all) .data tr:nth-child(n + 25) { display: none; }
  body:not(.all) .who tr:nth-child(n + 11) { display: none; }
  body:not(.all) :is(.restore, .who) tr > :last-child { display: none; }
  body:not(.all) .who .under { display: inline; font-size: inherit; margin-left: 4pt; }
  body:not(.all) .restore td { white-space: nowrap; }
  body:not(.all) :is(.figures, .figures table, .why, .sentences, .note, .lede) {
    font-size: 9pt; line-height: 1.35; }
  body:not(.all) .figures :is(th, td) { padding-top: 2pt; padding-bottom: 2pt; }
  body:not(.all) .figures { margin-top: 8pt; }
  body:not(.all) h1 { font-size: 14pt; }
  body:not(.all) .headline { font-size: 10.5pt; }
  body:not(.all) .timeline.wide { max-height: 160pt; }
  body:not(.all) :is(summary .when, .finding[open] ~ .finding .chain) { display: none; }
  body:not(.all) :is(h1, .headline, .sum) { max-width: none; }
  body:not(.all) .sentences { font-size: 8.5pt; line-height: 1.3; }
  body:not(.all) .key, body:not(.all) .key + .note { font-size: 8pt; }
  body:not(.all) .bar { padding-bottom: 8pt; }
  body:not(.all) :is(.sentences, .why) { gap: 3px; max-width: none; margin-top: 3px; }
  body:not(.all) .kind { margin-bottom: 4px; }
  body:not(.all) .finding + .kind { margin-top: 12px; }
  body:not(.all) figure { margin-bottom: 6pt; }
  body:not(.all) :is(footer pre, .ask, .finding .note) { display: none; }
  body:not(.all) footer { margin-top: 10pt; padding-top: 6pt; }
  body:not(.all) .print-only { display: block; }
  a { color: inherit; text-decoration: none; }
  pre { white-space: pre-wrap; }
}

"""#)

    static let script = TrustedText(digest: "bKukwcIJ13GzA93Ft9wm7/EaRJ657iZS1EpGpx/Si0k=", text: #"""

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

  Array.prototype.forEach.call(document.querySelectorAll("button.copy"), function (button) {
    var rows = document.getElementById(button.dataset.for).rows;
    var say = button.textContent;
    button.addEventListener("click", function () {
      var text = Array.prototype.map.call(rows, function (row) {
        return Array.prototype.map.call(row.cells, function (cell) {
          return cell.innerText.trim().replace(/\s+/g, " ");
        }).join("\t");
      }).join("\n");
      var area = document.createElement("textarea");
      area.value = text;
      document.body.appendChild(area);
      area.select();
      var done = document.execCommand("copy");
      area.remove();
      button.focus();
      button.textContent = done ? "Copied" : "Could not copy";
      setTimeout(function () { button.textContent = say; }, 2000);
    });
    button.hidden = false;
  });

  var opened = [];
  window.addEventListener("beforeprint", function () {
    if (!document.body.classList.contains("all")) { return; }
    opened = cards.filter(function (card) { return !card.open; });
    opened.forEach(function (card) { card.open = true; });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (card) { card.open = false; });
    opened = [];
  });

  // Pictures of time: what lies at an instant is moved, texts keep their size.
  var steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5,
    6e5, 9e5, 18e5, 36e5, 72e5, 108e5, 216e5, 432e5, 864e5, 1728e5, 6048e5, 2592e6, 31536e6];
  function clock(at, step) {
    var text = new Date(at).toISOString();
    if (step >= 864e5) { return text.slice(0, 10); }
    if (step < 1e3) { return text.slice(11, 23); }
    return text.slice(11, step % 6e4 === 0 ? 16 : 19);
  }
  function Picture(svg) {
    var number = function (name) { return parseFloat(svg.dataset[name]); };
    this.svg = svg;
    this.left = number("left");
    this.width = number("width");
    this.bottom = number("bottom");
    this.from = number("from");
    this.until = number("until");
    var read = function (element) {
      var get = function (name) { return parseFloat(element.getAttribute(name)); };
      return {
        element: element, tag: element.tagName, x: get("x"), width: get("width"),
        start: parseFloat((element.getAttribute("d") || "").slice(1)),
        isTraffic: element.classList.contains("traffic"),
        inBar: element.tagName === "text" && element.parentNode.tagName === "g"
      };
    };
    this.parts = Array.prototype.filter.call(svg.querySelectorAll("rect, path, text"),
      function (element) {
        return !element.closest("defs") &&
          !element.matches(".lane-label, .lane-note, .tick");
      }).map(read);
  }
  Picture.prototype.show = function (from, until) {
    var left = this.left, width = this.width, right = left + width;
    var scale = 1 / (until - from);
    var place = function (x) { return left + ((x - left) / width - from) * scale * width; };
    var bar = { from: left, until: left };
    this.parts.forEach(function (part) {
      var element = part.element, isShown = true, x = place(part.x), end;
      if (part.tag === "rect") {
        end = Math.min(right, place(part.x + part.width));
        x = Math.max(left, x);
        isShown = end > left && x < right;
        bar = { from: x, until: isShown ? end : x };
        if (isShown) {
          element.setAttribute("x", x);
          element.setAttribute("width", Math.max(0.8, end - x));
        }
      } else if (part.tag === "text") {
        if (part.inBar) {
          x = Math.max(x, bar.from + 6);
          isShown = x + element.textContent.length * 7 < bar.until;
        } else {
          isShown = x >= left && x <= right;
        }
        element.setAttribute("x", x);
      } else if (part.isTraffic) {
        x = left - left * scale - from * scale * width;
        element.setAttribute("transform", "matrix(" + scale + " 0 0 1 " + x + " 0)");
      } else {
        x = place(part.start);
        isShown = x >= left - 1 && x <= right;
        element.setAttribute("transform", "translate(" + (x - part.start) + " 0)");
      }
      element.style.display = isShown ? "" : "none";
    });
    var length = this.until - this.from;
    this.draw(this.from + length * from, this.from + length * until);
  };
  Picture.prototype.draw = function (from, until) {
    var svg = this.svg, left = this.left, width = this.width, bottom = this.bottom;
    Array.prototype.forEach.call(svg.querySelectorAll(".tick, .grid"), function (old) {
      old.remove();
    });
    var most = width > 500 ? 9 : 4;
    var step = steps.find(function (size) { return (until - from) / size <= most; });
    if (!step) { return; }
    for (var at = Math.ceil(from / step) * step; at <= until; at += step) {
      var x = left + (at - from) / (until - from) * width;
      var line = document.createElementNS(svg.namespaceURI, "line");
      line.setAttribute("class", "grid");
      line.setAttribute("x1", x);
      line.setAttribute("x2", x);
      line.setAttribute("y1", 22);
      line.setAttribute("y2", bottom - 6);
      svg.insertBefore(line, svg.querySelector("defs").nextSibling);
      var label = document.createElementNS(svg.namespaceURI, "text");
      label.setAttribute("class", "tick");
      label.textContent = clock(at, step);
      var half = label.textContent.length * 3.2;
      label.setAttribute("x", Math.min(Math.max(x, left + half), left + width - half));
      label.setAttribute("y", bottom + 10);
      svg.appendChild(label);
    }
  };

  Array.prototype.forEach.call(document.querySelectorAll(".zoom"), function (tools) {
    var stage = tools.previousElementSibling;
    var output = tools.querySelector("output");
    var pictures = Array.prototype.map.call(stage.querySelectorAll("svg"), function (svg) {
      return new Picture(svg);
    });
    var length = pictures[0].until - pictures[0].from;
    // No closer than a fifth of a second, or what lies in it is one column.
    var least = Math.min(1, Math.max(1 / 400, 200 / Math.max(1, length)));
    var view = { from: 0, until: 1 };
    function show(from, span) {
      span = Math.min(1, Math.max(least, span));
      from = Math.min(1 - span, Math.max(0, from));
      view = { from: from, until: from + span };
      stage.classList.toggle("zoomed", span < 1);
      pictures.forEach(function (picture) { picture.show(view.from, view.until); });
      var start = pictures[0].from + length * view.from;
      var end = pictures[0].from + length * view.until;
      output.textContent = span < 1 ? clock(start, 1e3) + " to " + clock(end, 1e3) : "";
    }
    function span() { return view.until - view.from; }
    function zoom(factor, center) {
      var size = Math.min(1, Math.max(least, span() * factor));
      show(center - (center - view.from) * size / span(), size);
    }
    function middle() { return (view.from + view.until) / 2; }
    var actions = {
      in: function () { zoom(0.6, middle()); },
      out: function () { zoom(1 / 0.6, middle()); },
      left: function () { show(view.from - span() / 4, span()); },
      right: function () { show(view.from + span() / 4, span()); },
      all: function () { show(0, 1); }
    };
    var keys = { "+": "in", "=": "in", "-": "out", "_": "out", ArrowLeft: "left",
      ArrowRight: "right", "0": "all", Home: "all" };
    tools.addEventListener("click", function (event) {
      var action = actions[event.target.dataset.zoom];
      if (action) { action(); }
    });
    stage.addEventListener("keydown", function (event) {
      var action = actions[keys[event.key]];
      if (!action || event.ctrlKey || event.metaKey || event.altKey) { return; }
      event.preventDefault();
      action();
    });
    // Where on the picture that is seen a pointer is, as a part of what it shows.
    function spot(clientX) {
      var seen = pictures.find(function (picture) { return picture.svg.clientWidth > 0; });
      if (!seen) { return 0.5; }
      var box = seen.svg.getBoundingClientRect();
      var unit = box.width / seen.svg.viewBox.baseVal.width;
      return ((clientX - box.left) / unit - seen.left) / seen.width;
    }
    stage.addEventListener("wheel", function (event) {
      var isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, view.from + spot(event.clientX) * span());
      } else if (isSideways && span() < 1) {
        event.preventDefault();
        show(view.from + (event.deltaX || event.deltaY) / 1000 * span(), span());
      }
    }, { passive: false });
    stage.addEventListener("dblclick", function (event) {
      zoom(0.5, view.from + spot(event.clientX) * span());
    });
    // One pointer moves the picture, two stretch it.
    var pointers = new Map();
    stage.addEventListener("pointerdown", function (event) {
      if (event.button !== 0) { return; }
      pointers.set(event.pointerId, spot(event.clientX));
      if (span() < 1 || pointers.size > 1) { stage.setPointerCapture(event.pointerId); }
    });
    stage.addEventListener("pointermove", function (event) {
      if (!pointers.has(event.pointerId)) { return; }
      var before = pointers.get(event.pointerId), now = spot(event.clientX);
      pointers.set(event.pointerId, now);
      if (pointers.size === 1) {
        if (span() < 1) { show(view.from - (now - before) * span(), span()); }
        return;
      }
      var other = 0;
      pointers.forEach(function (at, id) { if (id !== event.pointerId) { other = at; } });
      var old = Math.abs(before - other), fresh = Math.max(0.01, Math.abs(now - other));
      if (old > 0.01) { zoom(old / fresh, view.from + other * span()); }
    });
    ["pointerup", "pointercancel", "lostpointercapture"].forEach(function (name) {
      stage.addEventListener(name, function (event) { pointers.delete(event.pointerId); });
    });
    stage.tabIndex = 0;
    stage.setAttribute("role", "group");
    stage.setAttribute("aria-label",
      "Timeline. Plus and minus zoom, arrow keys move, 0 shows all of it.");
    tools.hidden = false;
  });
})();

"""#)
}
