// How long Chromium takes to open a page, in milliseconds from asking for it until all is laid out and painted; a line
// a round, in one browser that has opened it once before.
//
//     node open_page.mjs CHROMIUM PAGE ROUNDS
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Browser } from '../report/browser.mjs';

const [chromium, page, rounds] = process.argv.slice(2);
const profile = mkdtempSync(join(tmpdir(), 'rekey-page-'));
const browser = new Browser(chromium, profile);
await browser.open();
for (let round = 0; round <= Number(rounds); round += 1) {
  const begin = performance.now();
  await browser.go(pathToFileURL(resolve(page)).href);
  await browser.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  if (round > 0) console.log((performance.now() - begin).toFixed(0));
}
await browser.close();
rmSync(profile, { recursive: true });
