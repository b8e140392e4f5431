import { createServer, request as forward, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RelayingHub, ScriptedHub } from '@eventtorrent/peer/test/scripted-hub.js';
import { claimsOf, Mint, task, volume } from '@eventtorrent/peer/test/tickets.js';

const page = new URL('../../../page/', import.meta.url);
const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.webmanifest': 'application/manifest+json' };

/** The policy that the door sends with the page, where its hubs are its own. */
function policy(): string {
  const source = readFileSync(fileURLToPath(new URL('../../../../../Api/Web/SecurityHeaders.cs', import.meta.url)), 'utf8');
  const [, texts = ''] = /_policy =((?:\s*\$?"[^"]*"(?: \+)?)+);/.exec(source) ?? [];
  const found = Array.from(texts.matchAll(/"([^"]*)"/g), ([, part = '']) => part.replace(/\{.*?\}/g, '')).join('');
  if (!found.startsWith("default-src 'none'; script-src 'self';")) throw new Error(`no policy in SecurityHeaders.cs: ${found}`);
  return found;
}

export const taskOf = (change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  infohash: task, status: 'success', state: 'Playable', version: 7, name: 'A video that counts', size_bytes: 1_234_567_890, progress: 1, shots_stored: 0, shots_wanted: 0,
  bytes_fetched: 1_234_567_890, down_bytes_per_second: 0, peers: 0, failure: null, created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z',
  up_bytes_per_second: 0, seeds: 0, remaining_s: null, reason: null, ...change,
});

/** What only the page of one task asks for. */
export const detailOf = (change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  ...taskOf(), want: 'stream', bytes_needed: 0, time_to_first_shot_ms: null, started_at: '2026-01-01T00:00:00Z', ended_at: '2026-01-01T00:01:30Z', download: null, transcodes: [],
  files: [{ index: 0, path: 'counting.mkv', size_bytes: 1_234_567_890, selected: true, container: 'mkv', codec: 'h264', duration_s: 60, state: 'done', progress: 1 }], ...change,
});

type Answer = { readonly status?: number; readonly body: unknown };

/** The built page and the two hubs behind one address, as the door has them; what the door says of tasks is the test's to say. */
export class Site {
  readonly status = new ScriptedHub();
  readonly signaling = new RelayingHub();
  readonly mint = new Mint('k1');
  /** By method and path without query; a later one takes the place of an earlier one. */
  readonly answers = new Map<string, (request: IncomingMessage, body: string) => Answer>();
  readonly requests: string[] = [];
  readonly #policy = policy();
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  get url(): string {
    return `http://127.0.0.1:${(this.#server?.address() as AddressInfo).port}/`;
  }

  async start(): Promise<void> {
    await Promise.all([this.status.start(), this.signaling.start()]);
    const server = createServer((request, response) => void this.#serve(request, response));
    // A hub's socket is passed through as it is.
    server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
      const hub = connect(Number(new URL(this.#hubOf(request.url ?? '')?.url ?? '').port), '127.0.0.1');
      const lines = [`${request.method} ${request.url} HTTP/1.1`];
      for (let at = 0; at < request.rawHeaders.length; at += 2) lines.push(`${request.rawHeaders[at]}: ${request.rawHeaders[at + 1]}`);
      hub.write(`${lines.join('\r\n')}\r\n\r\n`);
      for (const [one, other] of [[socket, hub], [hub, socket]] as const) {
        this.#sockets.add(one);
        one.pipe(other).on('error', () => one.destroy());
        one.on('close', () => (this.#sockets.delete(one), other.destroy()));
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#server = server;
    this.#sayDefaults();
  }

  async stop(): Promise<void> {
    await Promise.all([this.status.stop(), this.signaling.stop()]);
    for (const socket of this.#sockets) socket.destroy();
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  #sayDefaults(): void {
    const say = (route: string, body: unknown): void => void this.answers.set(route, () => ({ body }));
    say('GET /tasks/', { tasks: [taskOf()], next_cursor: null });
    say(`GET /tasks/${task}`, detailOf());
    say(`GET /tasks/${task}/files`, [{ index: 0, path: 'counting.mkv', size_bytes: 1_234_567_890, selected: true, duration_s: 60 }]);
    say(`GET /tasks/${task}/screenshots`, []);
    say(`GET /tasks/${task}/swarm`, { peers: [], trackers: [] });
    say(`GET /tasks/${task}/timeline`, [{ at: '2026-01-01T00:00:00Z', from_state: null, to_state: 'Pending', cause: 'Submitted.', worker: null }]);
    say('GET /stats', { tasks: { Playable: 1 }, work_items: [], broker: { transport: 'InMemory', reachable: null, queues: [] } });
    this.answers.set(`POST /tasks/${task}/ticket`, (_, body) => {
      const { dtls } = JSON.parse(body) as { dtls: string };
      const claims = claimsOf(Date.now(), { dtls });
      const streams = [0, 7].map((file) => ({ file, path: `Season 1/counting ${file}.mkv`, directory: `${file}.hls`, playlist: 'master.m3u8', duration_s: 60 }));
      return { body: { infohash: task, token: this.mint.sign(claims), expires: claims.exp, volume, signaling: '/hubs/signaling', streams } };
    });
  }

  #hubOf(path: string): ScriptedHub | undefined {
    return path.startsWith('/hubs/status') ? this.status : path.startsWith('/hubs/signaling') ? this.signaling : undefined;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = ''] = (request.url ?? '').split('?');
    const hub = this.#hubOf(path);
    if (hub !== undefined) return this.#forward(hub, request, response);
    this.requests.push(`${request.method} ${request.url}`);
    response.setHeader('content-security-policy', this.#policy);
    const answer = this.answers.get(`${request.method} ${path}`);
    let body = '';
    for await (const part of request.setEncoding('latin1')) body += part as string;
    if (answer !== undefined) {
      const { status = 200, body: said } = answer(request, body);
      if (Buffer.isBuffer(said)) response.writeHead(status, { 'content-type': 'image/jpeg' }).end(said);
      else response.writeHead(status, { 'content-type': 'application/json' }).end(said === null ? '' : JSON.stringify(said));
      return;
    }
    const name = path === '/' ? 'index.html' : path.slice(1);
    const content = /^[\w.-]+$/.test(name) ? await readFile(new URL(name, page)).catch(() => undefined) : undefined;
    if (content === undefined) response.writeHead(404, { 'content-type': 'application/json' }).end('{"title":"Not Found"}');
    else response.writeHead(200, { 'content-type': types[extname(name)] ?? 'application/octet-stream' }).end(content);
  }

  #forward(hub: ScriptedHub, request: IncomingMessage, response: ServerResponse): void {
    const passed = forward(new URL(request.url ?? '', hub.url), { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.writeHead(502).end());
    request.pipe(passed);
  }
}
