#include "report/style.hpp"

namespace rekey::report {

// Letters have a contrast of 4.5 to 1 at least with what is behind them, in both schemes; tests/report measures it.
const char* const style = R"css(
:root {
  color-scheme: light dark;
  --ground: #ffffff; --ink: #1b1f24; --muted: #57606a; --line: #d5dae0; --soft: #f4f6f8;
  --link: #0a56a3; --bad: #a8201a; --failed: #c43a31; --good: #1a6b3c;
  --warn: #7f5200;
  --s1: #2e6db4; --s2: #d0700e; --s3: #2b8a5c; --s4: #8d52b5; --s5: #a17e12; --s6: #737d88;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #15181c; --ink: #e6e9ec; --muted: #a3acb6; --line: #373e46; --soft: #1e2328;
    --link: #82b7f0; --bad: #ff9b92; --failed: #f0776c; --good: #7fd1a0;
    --warn: #e5b85c;
    --s1: #6ba5e4; --s2: #eea04f; --s3: #5fc093; --s4: #c497e3; --s5: #d3b650; --s6: #98a2ad;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2.5rem 1.5rem 4rem; max-width: 62rem;
  background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: break-word;
}
h1 { font-size: 1.75rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.01em; margin: 0 0 .35rem; }
h2 { font-size: 1.2rem; font-weight: 650; margin: 3.25rem 0 1rem; padding-bottom: .4rem;
  border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; font-weight: 600; margin: 2rem 0 .6rem; }
p { margin: .5rem 0; max-width: 44rem; }
.muted, .made, .more { color: var(--muted); }
.made, .more { font-size: .875rem; }
code { font: .8125rem/1.5 ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, monospace; }
.bad { color: var(--bad); font-weight: 600; }
.good { color: var(--good); font-weight: 600; }

.green { --level: var(--good); } .amber { --level: var(--warn); } .red { --level: var(--bad); }
.level { color: var(--level); font-weight: 600; }
.verdict { margin: .75rem 0; padding: .1rem 0 .1rem .9rem; border-left: .3rem solid var(--level);
  font-size: 1.125rem; max-width: 48rem; }

.sites { list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1rem;
  margin: 0; padding: 0; }
.sites li { border: 1px solid var(--line); border-left: .3rem solid var(--level); border-radius: 4px;
  padding: .7rem .9rem; }
.sites h3 { display: flex; justify-content: space-between; gap: .75rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
.sites .level { flex: none; font-size: .875rem; line-height: 1.7; }
.sites dl { display: grid; grid-template-columns: repeat(3, 1fr); gap: .4rem .75rem; margin: 0; }
.sites div { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.sites dt { color: var(--muted); font-size: .8125rem; line-height: 1.3; }
.sites dd { margin: 0; font-weight: 600; line-height: 1.35; }
.sites dd.muted { font-weight: 400; }

.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(7rem, 1fr)); gap: 1.5rem;
  margin: 2rem 0 0; }
.figures div { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.figures dt { color: var(--muted); font-size: .875rem; line-height: 1.35; }
.figures dd { margin: 0; font-size: 1.75rem; line-height: 1.25; font-weight: 600; letter-spacing: -0.01em; }

.concerns { list-style: none; margin: 0; padding: 0; }
.concerns li { display: flex; flex-wrap: wrap; gap: 0 1.5rem; justify-content: space-between; padding: .4rem 0;
  border-bottom: 1px solid var(--line); }
.concerns li:last-child { border-bottom: 0; }
.concerns .what { flex: 1 1 22rem; }

.scroll { overflow-x: auto; margin: .5rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; line-height: 1.45; }
th, td { text-align: left; vertical-align: top; padding: .38rem 1.25rem .38rem 0; border-bottom: 1px solid var(--line);
  font-weight: 400; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--muted); font-size: .8125rem; white-space: nowrap; vertical-align: bottom; }
tbody tr:last-child > * { border-bottom: 0; }
.number { text-align: right; white-space: nowrap; }
.nowrap, time { white-space: nowrap; }
.text, .who { overflow-wrap: anywhere; }
td.text { min-width: 9rem; }
.comment { display: block; }
.who { min-width: 8rem; }
table.narrow { width: auto; min-width: 20rem; }
td.bar { width: 45%; vertical-align: middle; }
td.bar svg { display: block; border-radius: 2px; min-width: 5rem; }

.plot { display: block; overflow: visible; margin-top: .5rem; }
.plot text { font-size: 11px; text-anchor: middle; fill: var(--muted); }
.plot .count { fill: var(--ink); }
.plot .ground { stroke: var(--line); }
.track { fill: var(--soft); }
.s1 { fill: var(--s1); } .s2 { fill: var(--s2); } .s3 { fill: var(--s3); }
.s4 { fill: var(--s4); } .s5 { fill: var(--s5); } .s6 { fill: var(--s6); } .s7 { fill: var(--failed); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.25rem; margin: .25rem 0 1rem; padding: 0;
  color: var(--muted); font-size: .8125rem; }
.beside { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 1rem 3rem; align-items: start; }

@media screen and (max-width: 46rem) {
  body { padding: 1.5rem 1rem 3rem; }
  h2 { margin-top: 2.5rem; }
  .beside { display: block; }
  .figures { grid-template-columns: 1fr 1fr; gap: 1.25rem 1rem; }
  .figures dd { font-size: 1.5rem; }
  .sites { grid-template-columns: 1fr; gap: .75rem; }
  .plot text { font-size: 10px; }
  th, td { padding-right: .9rem; }
  tbody th:not(.number) { min-width: 7rem; }
  .plot .odd { display: none; }
  td.text { min-width: 11rem; }
  .ahead tbody th { min-width: 6rem; overflow-wrap: anywhere; }
  .ahead td.text { min-width: 6.5rem; }
}
@media print {
  :root {
    color-scheme: light;
    --ground: #fff; --ink: #000; --muted: #000; --line: #999; --soft: #eee; --link: #000; --bad: #000; --good: #000; --warn: #000; --failed: #c43a31;
    --s1: #2e6db4; --s2: #d0700e; --s3: #2b8a5c; --s4: #8d52b5; --s5: #a17e12; --s6: #737d88;
  }
  @page { margin: 16mm 14mm; }
  body { padding: 0; max-width: none; font-size: 10pt; }
  h1 { font-size: 18pt; }
  .figures { grid-template-columns: repeat(6, 1fr); gap: 4mm; }
  .figures dd { font-size: 15pt; }
  .figures dt { font-size: 8.5pt; }
  h2 { margin-top: 9mm; font-size: 12.5pt; }
  h2, h3 { break-after: avoid; }
  p, li, tr, svg, .figures { break-inside: avoid; }
  .sites { grid-template-columns: repeat(3, 1fr); gap: 3mm; }
  .sites h3 { font-size: 10pt; }
  .sites dt { font-size: 7.5pt; white-space: nowrap; }
  th, td { padding-right: .6rem; }
  td.text { min-width: 6.5rem; }
  .who { min-width: 4.5rem; }
  thead { display: table-header-group; }
  table { font-size: 8.5pt; }
  .scroll { overflow: visible; }
  .plot { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
)css";

}  // namespace rekey::report
