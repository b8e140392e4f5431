import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { IceServer, SignalFromNode, SignalToNode, TicketClaims } from '@eventtorrent/protocol';
import type { Surroundings } from '@eventtorrent/peer/test/world.js';
import { claimsOf, type Mint } from '@eventtorrent/peer/test/tickets.js';
import { within } from '@eventtorrent/peer/test/waiting.js';
import { chromium, type Browser, type Page as Tab } from 'playwright-core';
import type { ClientOptions, Ticket } from '../../src/index.js';
import { link } from './link.js';
import type { Page } from './page.js';

/** The modules as the browser finds them; nothing is bundled. */
const imports = { '@eventtorrent/protocol': '/protocol/index.js', 'hls.js': '/hls/hls.mjs', '@microsoft/signalr': '/dist/test/support/signalr.js' };
const html = `<!doctype html><meta charset="utf-8"><title>viewer</title><body><script type="importmap">${JSON.stringify({ imports })}</script>
<script src="/signalr/signalr.js"></script><script type="module" src="/dist/test/support/page.js"></script>`;

const folders: Readonly<Record<string, URL>> = {
  '/dist/': new URL('../../', import.meta.url),
  '/protocol/': new URL('./', import.meta.resolve('@eventtorrent/protocol')),
  '/signalr/': new URL('../browser/', import.meta.resolve('@microsoft/signalr')),
  '/hls/': new URL('./', import.meta.resolve('hls.js')),
};

const executable = process.env['EVENTTORRENT_CHROMIUM'] ?? '/usr/bin/chromium';

export type PageOptions = ClientOptions & {
  readonly claims?: () => Partial<TicketClaims>;
  /** For both ends. */
  readonly iceServers?: readonly IceServer[];
};

/** Chromium with a page that connects to the node of a world; Signaling is the test itself. */
export class Chromium {
  private constructor(
    private readonly browser: Browser,
    private readonly server: Server | undefined,
  ) {}

  /** Beyond a link, if this runs at the near end of one. */
  static async start(flags: readonly string[] = []): Promise<Chromium> {
    const far = link.far !== undefined;
    const browser = await chromium.launch({
      executablePath: far ? link.wrap(executable) : executable,
      args: [
        '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
        '--disable-sync', '--allow-loopback-in-peer-connection', '--autoplay-policy=no-user-gesture-required', ...flags,
      ],
      timeout: 60_000,
    });
    if (far) return new Chromium(browser, undefined);
    const server = createServer((request, response) => {
      void contentOf(request.url ?? '').then(({ status, contentType, body }) => response.writeHead(status, { 'content-type': contentType }).end(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Chromium(browser, server);
  }

  /** A page that connects to this world with tickets of these claims. */
  async open(world: Pick<Surroundings, 'signaling' | 'mint'>, { claims = () => ({}), iceServers = [], ...options }: PageOptions = {}): Promise<OpenPage> {
    const tab = await this.#tab();
    const page = new OpenPage(tab, world.signaling, iceServers);
    await tab.exposeFunction('offerToNode', (sdp: string, ticket: string) => page.offer(sdp, ticket));
    await tab.exposeFunction('sayToNode', (signal: SignalToNode) => page.say(signal));
    await this.#connect(page, '', (dtls) => ticketOf(world.mint, { dtls, ...claims() }), options);
    return page;
  }

  /** A page that connects through a hub. */
  async openOver(hub: string, mint: Mint): Promise<OpenPage> {
    const page = new OpenPage(await this.#tab(), undefined, []);
    await this.#connect(page, `?hub=${encodeURIComponent(hub)}`, (dtls) => ticketOf(mint, { dtls }), {});
    return page;
  }

  async stop(): Promise<void> {
    await within('the browser ends', this.browser.close(), 30_000);
    await new Promise((resolve) => (this.server === undefined ? resolve(undefined) : this.server.close(resolve)));
  }

  async #tab(): Promise<Tab> {
    const tab = await within('a page opens', this.browser.newContext().then((context) => context.newPage()));
    tab.setDefaultTimeout(45_000);
    return tab;
  }

  async #connect(page: OpenPage, query: string, ticketFor: (dtls: string) => Ticket, options: ClientOptions): Promise<void> {
    const { tab } = page;
    const address = `http://127.0.0.1:${this.server === undefined ? 80 : (this.server.address() as AddressInfo).port}/`;
    // There is no way to a server from beyond a link, and none is needed.
    if (this.server === undefined) await tab.route(`${address}**`, async (route) => route.fulfill(await contentOf(new URL(route.request().url()).pathname)));
    await tab.exposeFunction('ticketFor', ticketFor);
    await tab.exposeFunction('iceServers', () => page.iceServers);
    await tab.goto(`${address}${query}`);
    // By a timer: a page that the browser does not draw has no frames, which are looked at otherwise.
    await tab.waitForFunction(() => 'page' in window, undefined, { polling: 100 });
    await within('the page begins to connect', tab.evaluate((given) => (window as unknown as { page: Page }).page.connect(given), options));
  }
}

type Content = { readonly status: number; readonly contentType: string; readonly body: string | Buffer };

async function contentOf(url: string): Promise<Content> {
  const [path = ''] = url.split('?');
  if (path === '/') return { status: 200, contentType: 'text/html', body: html };
  const [, folder = '', name = ''] = /^(\/[a-z]+\/)((?:[a-z]+\/)*[a-z.-]+\.m?js)$/.exec(path) ?? [];
  const from = folders[folder];
  const body = from === undefined ? undefined : await readFile(fileURLToPath(new URL(name, from))).catch(() => undefined);
  return body === undefined ? { status: 404, contentType: 'text/plain', body: '' } : { status: 200, contentType: 'text/javascript', body };
}

const ticketOf = (mint: Mint, claims: Partial<TicketClaims>): Ticket => {
  const made = claimsOf(Date.now(), claims);
  return { token: mint.sign(made), expires: made.exp };
};

export class OpenPage {
  readonly sessions: string[] = [];
  readonly problems: string[] = [];
  readonly candidates: string[] = [];
  readonly nodeCandidates: string[] = [];

  constructor(
    readonly tab: Tab,
    private readonly signaling: Surroundings['signaling'] | undefined,
    readonly iceServers: readonly IceServer[],
  ) {
    tab.on('pageerror', (error) => this.problems.push(error.message));
  }

  offer(sdp: string, ticket: string): string {
    const session = randomUUID();
    this.sessions.push(session);
    this.signaling?.listen(session, (signal) => {
      if (this.tab.isClosed()) return;
      if (signal.type === 'candidate') this.nodeCandidates.push(signal.candidate);
      this.tab.evaluate((heard: SignalFromNode) => (window as unknown as { page: Page }).page.hear(heard), signal).catch(() => undefined);
    });
    this.signaling?.say({ type: 'offer', session, sdp, ticket, iceServers: this.iceServers });
    return session;
  }

  say(signal: SignalToNode): void {
    if (signal.type === 'candidate') this.candidates.push(signal.candidate);
    this.signaling?.say(signal);
  }

  /** Calls something of the page and gives its result. */
  ask<T>(what: (page: Page) => T): Promise<Awaited<T>> {
    return within(`the page does ${what.toString()}`, this.tab.evaluate(`(${what.toString()})(window.page)`) as Promise<Awaited<T>>, 90_000);
  }

  async close(): Promise<void> {
    await this.ask((page) => page.leave()).catch(() => undefined);
    await within('the page closes', this.tab.context().close(), 30_000);
  }
}
