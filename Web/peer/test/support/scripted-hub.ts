import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hubMethods, type OfferResult } from '@eventtorrent/protocol';
import { WebSocketServer, type WebSocket } from 'ws';

type Invocation = { readonly target: string; readonly arguments: readonly unknown[]; readonly connection: number };

const end = '\u001e';

/** Speaks SignalR's JSON protocol as a hub does, and loses connections when told to, as no real one would. */
export class ScriptedHub {
  readonly invocations: Invocation[] = [];
  readonly authorizations: (string | undefined)[] = [];
  /** Answers a registration with an error. */
  refuses = false;
  /** Methods that it does not have. */
  readonly lacks = new Set<string>();
  readonly #sockets = new Set<WebSocket>();
  #connections = 0;
  #server: Server | undefined;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hubs/signaling`;
  }

  /** On the same port after a stop. */
  async start(): Promise<void> {
    const server = createServer((request, response) => {
      // A page of another origin asks first whether it may.
      if (request.method !== 'OPTIONS') this.authorizations.push(request.headers.authorization);
      response.setHeader('access-control-allow-origin', request.headers.origin ?? '*');
      response.setHeader('access-control-allow-credentials', 'true');
      response.setHeader('access-control-allow-headers', 'x-requested-with, x-signalr-user-agent');
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ negotiateVersion: 1, connectionId: 'c', connectionToken: 't', availableTransports: [{ transport: 'WebSockets', transferFormats: ['Text'] }] }));
    });
    new WebSocketServer({ server }).on('connection', (socket) => this.#serve(socket));
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Ends every connection at once, without a word. */
  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    this.#server?.closeAllConnections();
    await new Promise((resolve) => (this.#server === undefined ? resolve(undefined) : this.#server.close(resolve)));
    this.#server = undefined;
  }

  say(target: string, ...args: readonly unknown[]): void {
    for (const socket of this.#sockets) tell(socket, target, ...args);
  }

  count(target: string): number {
    return this.invocations.filter((one) => one.target === target).length;
  }

  protected answer(_target: string, _argument: unknown, _socket: WebSocket): unknown {
    return null;
  }

  #serve(socket: WebSocket): void {
    const connection = ++this.#connections;
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    let shaken = false;
    socket.on('message', (data: Buffer) => {
      for (const text of data.toString('utf8').split(end).slice(0, -1)) {
        const message = JSON.parse(text) as { type?: number; target?: string; arguments?: unknown[]; invocationId?: string };
        if (!shaken) {
          shaken = true;
          socket.send(`{}${end}`);
        } else if (message.type === 1 && message.target !== undefined) {
          this.invocations.push({ target: message.target, arguments: message.arguments ?? [], connection });
          const error = this.refuses || this.lacks.has(message.target) ? { error: 'refused' } : { result: this.answer(message.target, message.arguments?.[0], socket) };
          if (message.invocationId !== undefined) socket.send(JSON.stringify({ type: 3, invocationId: message.invocationId, ...error }) + end);
        }
      }
    });
  }
}

const tell = (socket: WebSocket | undefined, target: string, ...args: readonly unknown[]): void =>
  socket?.send(JSON.stringify({ type: 1, target, arguments: args }) + end);

/** Passes things on between one node and its viewers, as the hub of Signaling does; who may say what is not its matter. */
export class RelayingHub extends ScriptedHub {
  readonly #viewers = new Map<string, WebSocket>();
  #node: WebSocket | undefined;

  protected override answer(target: string, argument: unknown, socket: WebSocket): unknown {
    const session = Object(argument).session as string;
    switch (target) {
      case hubMethods.registerNode:
        this.#node = socket;
        return null;
      case hubMethods.iceServers:
      case hubMethods.iceServersFor:
        return [];
      case hubMethods.offer:
        return this.#offer(Object(argument) as object, socket);
      case hubMethods.nodeSignal:
        return tell(this.#viewers.get(session), hubMethods.signal, argument);
      case hubMethods.viewerSignal:
        return tell(this.#node, hubMethods.signal, argument);
      default:
        return null;
    }
  }

  #offer(offer: object, viewer: WebSocket): OfferResult {
    if (this.#node?.readyState !== this.#node?.OPEN || this.#node === undefined) return { type: 'refused', code: 'node-offline' };
    const session = randomUUID();
    this.#viewers.set(session, viewer);
    tell(this.#node, hubMethods.signal, { type: 'offer', session, ...offer, iceServers: [] });
    return { type: 'accepted', session };
  }
}
