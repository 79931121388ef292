// A headless Chromium, told what to do by the DevTools protocol through pipes: no port, no other package.
import { spawn } from 'node:child_process';

export class Browser {
  #next = 1;
  #waiting = new Map();
  #listeners = [];
  #rest = '';

  constructor(chromium, profile) {
    this.child = spawn(chromium, ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
      '--no-first-run', '--disable-extensions', '--disable-background-networking', '--disable-component-update',
      '--disable-sync', '--hide-scrollbars', '--force-color-profile=srgb', '--remote-debugging-pipe',
      `--user-data-dir=${profile}`, 'about:blank'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    this.ended = new Promise((done) => this.child.on('exit', done));
    this.ended.then((code) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`Chromium ended with ${code}`));
    });
    this.child.on('error', (error) => { throw error; });
    this.child.stdio[3].on('error', () => {});
    this.child.stdio[4].setEncoding('utf8').on('data', (text) => {
      const messages = (this.#rest + text).split('\0');
      this.#rest = messages.pop();
      for (const message of messages) this.#take(JSON.parse(message));
    });
  }

  #take(message) {
    if (message.id) {
      const { accept, reject } = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.error) reject(new Error(message.error.message));
      else accept(message.result);
      return;
    }
    for (const listener of this.#listeners) listener(message.method, message.params);
  }

  on(listener) { this.#listeners.push(listener); }

  once(method) {
    return new Promise((done) => this.on((seen, params) => { if (seen === method) done(params); }));
  }

  call(method, params = {}) {
    const id = this.#next++;
    this.child.stdio[3].write(JSON.stringify({ id, method, params, sessionId: this.session }) + '\0');
    return new Promise((accept, reject) => this.#waiting.set(id, { accept, reject }));
  }

  async evaluate(expression) {
    const answer = await this.call('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.exception?.description ?? 'exception');
    return answer.result.value;
  }

  // A page, to which all that follows is said.
  async open() {
    const { targetId } = await this.call('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.call('Target.attachToTarget', { targetId, flatten: true });
    this.session = sessionId;
    await this.call('Page.enable');
  }

  // Returns when all of it is loaded.
  async go(url) {
    const loaded = this.once('Page.loadEventFired');
    await this.call('Page.navigate', { url });
    await loaded;
  }

  async close() {
    this.session = undefined;
    this.call('Browser.close').catch(() => {});
    await this.ended;
  }
}
