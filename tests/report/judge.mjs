// Looks at the page of `rekey report` as people do: in Chromium, on a phone and a wide screen, in light and dark, and
// on paper. Judges that
//   - it loads nothing and runs nothing, and nobody complains on its console;
//   - it never scrolls sideways as a whole, and nothing on paper is cut off;
//   - every letter has a contrast of 4.5 to 1 at least with what is behind it (WCAG 2, 1.4.3);
//   - axe-core finds nothing against WCAG 2 A and AA and its best practices.
//
//     node judge.mjs CHROMIUM AXE PAGE FOLDER      pictures and a PDF go into FOLDER
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { Browser } from './browser.mjs';

const [chromium, axe, page, folder] = process.argv.slice(2);
const problems = [];
const url = pathToFileURL(resolve(page)).href;

// Runs in the page: every text with less contrast than it needs. Backgrounds here are plain colours.
const faint = `(() => {
  const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = (rgb) => rgb.slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
      if (colour[3] !== 0) throw new Error('a background is half transparent');
    }
    throw new Error('the page has no background of its own');
  };
  const found = [];
  let texts = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const element = text.parentElement;
    if (!text.data.trim() || element.tagName === 'title' || !element.getClientRects().length) continue;
    texts += 1;
    const style = getComputedStyle(element);
    if (Number(style.opacity) !== 1) throw new Error('a text is half transparent');
    const colour = parse(element instanceof SVGElement ? style.fill : style.color);
    const [light, dark] = [luminance(colour), luminance(behind(element))].sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 4.5) found.push(text.data.trim().slice(0, 40) + ': ' + contrast.toFixed(2));
  }
  return { texts, found };
})()`;

// Runs in the page: how much wider it is than the screen, and what sticks out where nothing scrolls.
const wide = `(() => {
  const room = document.documentElement.clientWidth;
  const out = [...document.body.querySelectorAll('*')]
    .filter((each) => !each.closest('.scroll, svg') && each.getBoundingClientRect().right > room + 0.5)
    .map((each) => each.tagName + ' ' + each.textContent.slice(0, 30));
  return { excess: document.documentElement.scrollWidth - room, out };
})()`;

// Runs in the page, laid out for paper: tables that are wider than it.
const cut = `[...document.querySelectorAll('table')].filter((each) =>
  each.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
  .map((each) => each.parentElement.getAttribute('aria-label'))`;

function expect(holds, what) { if (!holds) problems.push(what); }

async function picture(browser, name) {
  const { data } = await browser.call('Page.captureScreenshot', { captureBeyondViewport: true });
  const png = Buffer.from(data, 'base64');
  writeFileSync(`${folder}/${name}.png`, png);
  // An empty page of this size takes less than a tenth.
  expect(png.length > 20_000, `${name}: the picture is empty`);
}

async function look(browser, width, scheme) {
  const name = `${width}-${scheme}`;
  await browser.call('Emulation.setDeviceMetricsOverride',
    { width, height: 800, deviceScaleFactor: 1, mobile: width < 500 });
  await browser.call('Emulation.setEmulatedMedia',
    { media: '', features: [{ name: 'prefers-color-scheme', value: scheme }] });
  const { excess, out } = await browser.evaluate(wide);
  expect(excess <= 0 && out.length === 0, `${name}: wider than the screen by ${excess}: ${out.join(', ')}`);
  const { texts, found } = await browser.evaluate(faint);
  expect(texts > 40, `${name}: only ${texts} texts`);
  for (const each of found) problems.push(`${name}: too little contrast: ${each}`);
  const violations = await browser.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then((result) =>
    result.violations.map((each) => each.id + ': ' + each.nodes.map((node) => node.target).join(' ')))`);
  for (const each of violations) problems.push(`${name}: axe: ${each}`);
  await picture(browser, name);
}

async function print(browser) {
  const paper = 688;  // A4 less its margins, in CSS pixels
  await browser.call('Emulation.setDeviceMetricsOverride',
    { width: paper, height: 1000, deviceScaleFactor: 1, mobile: false });
  await browser.call('Emulation.setEmulatedMedia',
    { media: 'print', features: [{ name: 'prefers-color-scheme', value: 'dark' }] });
  const { found } = await browser.evaluate(faint);
  for (const each of found) problems.push(`paper: too little contrast: ${each}`);
  expect(await browser.evaluate("getComputedStyle(document.body).backgroundColor === 'rgb(255, 255, 255)'"),
    'paper: not white');
  for (const each of await browser.evaluate(cut)) problems.push(`paper: cut off: ${each}`);
  const { data } = await browser.call('Page.printToPDF', { paperWidth: 8.27, paperHeight: 11.69, preferCSSPageSize: true });
  const pdf = Buffer.from(data, 'base64');
  writeFileSync(`${folder}/paper.pdf`, pdf);
  expect(pdf.subarray(0, 5).toString() === '%PDF-' && pdf.length > 20_000, 'paper: the PDF is empty');
}

async function judge(browser) {
  await browser.open();
  browser.on((method, params) => {
    if (method === 'Network.requestWillBeSent') expect(params.request.url === url, `asks for ${params.request.url}`);
    if (method === 'Log.entryAdded') problems.push(`console: ${params.entry.text}`);
    if (method === 'Runtime.exceptionThrown') problems.push('a script failed');
    if (method === 'Page.javascriptDialogOpening') problems.push('a script ran');
  });
  for (const domain of ['Page', 'Network', 'Log', 'Runtime']) await browser.call(`${domain}.enable`);
  await browser.go(url);
  expect(await browser.evaluate('document.scripts.length === 0 && document.title !== ""'), 'there is a script');
  await browser.evaluate(readFileSync(axe, 'utf8') + '; 0');
  for (const width of [360, 1280]) for (const scheme of ['light', 'dark']) await look(browser, width, scheme);
  await print(browser);
}

mkdirSync(folder, { recursive: true });
const browser = new Browser(chromium, `${folder}/profile`);
try {
  await judge(browser);
} catch (error) {
  problems.push(error.message);
} finally {
  await browser.close();
}
for (const each of problems) console.error(each);
console.log(problems.length === 0 ? 'the page is good' : `${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
