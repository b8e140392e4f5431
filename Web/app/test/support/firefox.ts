import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { within } from '@eventtorrent/peer/test/waiting.js';
import { WebSocket } from 'ws';

const executable = process.env['EVENTTORRENT_FIREFOX'] ?? '/usr/bin/firefox-esr';
/** Why there is nothing to test. A page without a camera gets the address of the default route alone, even with the preferences below. */
export const lackOfFirefox =
  !existsSync(executable) ? `${executable} is not installed (EVENTTORRENT_FIREFOX names another)`
  : !Object.values(networkInterfaces()).flat().some((address) => address?.internal === false) ? 'Firefox connects from no address but that of a network, and there is none'
  : undefined;

const preferences: Readonly<Record<string, boolean | number | string>> = {
  // A video may play without a click.
  'media.autoplay.default': 0,
  // A node at 127.0.0.1 is tried at all, and learns where to answer: Firefox itself begins with no such pair.
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  // Nothing is asked of its maker.
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'toolkit.telemetry.server': 'data:,',
};

type Reply = { readonly id?: number; readonly type: string; readonly result?: unknown; readonly error?: string; readonly message?: string; readonly method?: string; readonly params?: unknown };
type LogEntry = { readonly type: string; readonly level: string; readonly text: string | null };
type Evaluated = { readonly type: string; readonly result?: { readonly value?: string }; readonly exceptionDetails?: { readonly text: string } };

/** Firefox with one tab, driven over WebDriver BiDi, which it has built in (https://w3c.github.io/webdriver-bidi). */
export class Firefox {
  /** What went wrong in the page: errors, and what its policy did not allow. */
  readonly problems: string[] = [];
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #lastId = 0;
  #tab = '';

  private constructor(
    private readonly process: ChildProcess,
    private readonly profile: string,
    private readonly socket: WebSocket,
  ) {
    socket.on('message', (data: Buffer) => this.#onMessage(JSON.parse(data.toString()) as Reply));
    // Who waits for a reply is told that there will be none.
    socket.on('close', () => {
      for (const tell of this.#waiting.values()) tell({ type: 'error', error: 'Firefox is gone' });
    });
  }

  static async start(): Promise<Firefox> {
    const profile = mkdtempSync(join(tmpdir(), 'eventtorrent-firefox-'));
    writeFileSync(join(profile, 'user.js'), Object.entries(preferences).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`).join(''));
    const child = spawn(executable, ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port=0'], {
      // Whose home it is does not matter then; and it writes nothing beside its profile.
      env: { ...process.env, HOME: profile, XDG_CACHE_HOME: profile, MOZ_CRASHREPORTER_DISABLE: '1' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    try {
      const socket = new WebSocket(`${await within('Firefox listens', addressIn(child), 60_000)}/session`);
      await within('Firefox is connected', once(socket, 'open'));
      const firefox = new Firefox(child, profile, socket);
      await firefox.#call('session.new', { capabilities: {} });
      await firefox.#call('session.subscribe', { events: ['log.entryAdded'] });
      const { contexts } = (await firefox.#call('browsingContext.getTree', {})) as { readonly contexts: readonly { readonly context: string }[] };
      firefox.#tab = contexts[0]?.context ?? '';
      return firefox;
    } catch (thrown) {
      await end(child, profile);
      throw thrown;
    }
  }

  async goto(url: string): Promise<void> {
    await this.#call('browsingContext.navigate', { context: this.#tab, url, wait: 'complete' });
  }

  /** Calls a function, which has nothing but its arguments, in the page. */
  async evaluate<A extends readonly unknown[], T>(what: (...given: A) => T, ...given: A): Promise<Awaited<T>> {
    const expression = `(async () => JSON.stringify(await (${what.toString()})(...${JSON.stringify(given)})) ?? 'null')()`;
    const said = (await this.#call('script.evaluate', { expression, target: { context: this.#tab }, awaitPromise: true, userActivation: true })) as Evaluated;
    if (said.type !== 'success') throw new Error(`${what.toString()}: ${said.exceptionDetails?.text}`);
    return JSON.parse(said.result?.value ?? 'null') as Awaited<T>;
  }

  async stop(): Promise<void> {
    await this.#call('browser.close', {}).catch(() => undefined);
    this.socket.close();
    await end(this.process, this.profile);
  }

  #call(method: string, params: Readonly<Record<string, unknown>>): Promise<unknown> {
    const id = ++this.#lastId;
    const replied = new Promise<Reply>((resolve) => this.#waiting.set(id, resolve));
    this.socket.send(JSON.stringify({ id, method, params }));
    return within(`Firefox does ${method}`, replied, 60_000).then(({ type, result, error, message }) => {
      this.#waiting.delete(id);
      if (type !== 'success') throw new Error(`${method}: ${error}: ${message ?? ''}`);
      return result;
    });
  }

  #onMessage(reply: Reply): void {
    if (reply.id !== undefined) this.#waiting.get(reply.id)?.(reply);
    if (reply.method !== 'log.entryAdded') return;
    const { type, level, text } = reply.params as LogEntry;
    if (level === 'error') this.problems.push(`${type}: ${text}`);
  }
}

/** It says the address on its error output, which is read to its end so that it never waits for us. */
function addressIn(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Firefox ended with ${code}: ${said.join('\n')}`)));
    if (child.stderr === null) return;
    createInterface(child.stderr).on('line', (line) => {
      const [, address] = /^WebDriver BiDi listening on (ws:\/\/\S+)$/.exec(line) ?? [];
      if (address !== undefined) resolve(address);
      else if (said.push(line) > 20) said.shift();
    });
  });
}

async function end(child: ChildProcess, profile: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    await within('Firefox ends', ended, 15_000).catch(() => child.kill('SIGKILL'));
    await ended;
  }
  rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
}
