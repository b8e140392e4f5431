import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { SignalFromNode, SignalToNode, TicketClaims } from '@eventtorrent/protocol';
import type { MemorySignaling, World } from '@eventtorrent/peer/test/world.js';
import { claimsOf, type Mint } from '@eventtorrent/peer/test/tickets.js';
import { chromium, type Browser, type Page as Tab } from 'playwright-core';
import type { Ticket } from '../../src/index.js';
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

/** Chromium with a page that connects to the node of a world; Signaling is the test itself. */
export class Chromium {
  private constructor(
    private readonly browser: Browser,
    private readonly server: Server,
  ) {}

  static async start(): Promise<Chromium> {
    const server = createServer((request, response) => {
      const [path = ''] = (request.url ?? '').split('?');
      const [, folder = '', name = ''] = /^(\/[a-z]+\/)((?:[a-z]+\/)*[a-z.-]+\.m?js)$/.exec(path) ?? [];
      const from = folders[folder];
      if (path === '/' || from === undefined) {
        response.writeHead(path === '/' ? 200 : 404, { 'content-type': 'text/html' }).end(path === '/' ? html : '');
        return;
      }
      readFile(fileURLToPath(new URL(name, from))).then(
        (content) => response.writeHead(200, { 'content-type': 'text/javascript' }).end(content),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const browser = await chromium.launch({
      executablePath: process.env['EVENTTORRENT_CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
        '--disable-sync', '--allow-loopback-in-peer-connection', '--autoplay-policy=no-user-gesture-required',
      ],
      timeout: 120_000,
    });
    return new Chromium(browser, server);
  }

  /** A page that connects to this world with tickets of these claims. */
  async open(world: World, claims: () => Partial<TicketClaims> = () => ({})): Promise<OpenPage> {
    const tab = await this.#tab();
    const page = new OpenPage(tab, world.signaling);
    await tab.exposeFunction('offerToNode', (sdp: string, ticket: string) => page.offer(sdp, ticket));
    await tab.exposeFunction('sayToNode', (signal: SignalToNode) => world.signaling.say(signal));
    await this.#connect(page, '', (dtls) => ticketOf(world.mint, { dtls, ...claims() }));
    return page;
  }

  /** A page that connects through a hub. */
  async openOver(hub: string, mint: Mint): Promise<OpenPage> {
    const page = new OpenPage(await this.#tab(), undefined);
    await this.#connect(page, `?hub=${encodeURIComponent(hub)}`, (dtls) => ticketOf(mint, { dtls }));
    return page;
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #tab(): Promise<Tab> {
    const tab = await (await this.browser.newContext()).newPage();
    tab.setDefaultTimeout(90_000);
    return tab;
  }

  async #connect(page: OpenPage, query: string, ticketFor: (dtls: string) => Ticket): Promise<void> {
    await page.tab.exposeFunction('ticketFor', ticketFor);
    await page.tab.goto(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}/${query}`);
    await page.tab.waitForFunction(() => 'page' in window);
    await page.ask((of) => of.connect());
  }
}

const ticketOf = (mint: Mint, claims: Partial<TicketClaims>): Ticket => {
  const made = claimsOf(Date.now(), claims);
  return { token: mint.sign(made), expires: made.exp };
};

export class OpenPage {
  readonly sessions: string[] = [];
  readonly problems: string[] = [];

  constructor(
    readonly tab: Tab,
    private readonly signaling: MemorySignaling | undefined,
  ) {
    tab.on('pageerror', (error) => this.problems.push(error.message));
  }

  offer(sdp: string, ticket: string): string {
    const session = randomUUID();
    this.sessions.push(session);
    this.signaling?.listen(session, (signal) => {
      if (this.tab.isClosed()) return;
      this.tab.evaluate((heard: SignalFromNode) => (window as unknown as { page: Page }).page.hear(heard), signal).catch(() => undefined);
    });
    this.signaling?.say({ type: 'offer', session, sdp, ticket, iceServers: [] });
    return session;
  }

  /** Calls something of the page and gives its result. */
  ask<T>(what: (page: Page) => T): Promise<Awaited<T>> {
    return this.tab.evaluate(`(${what.toString()})(window.page)`) as Promise<Awaited<T>>;
  }

  async close(): Promise<void> {
    await this.ask((page) => page.leave()).catch(() => undefined);
    await this.tab.context().close();
  }
}
