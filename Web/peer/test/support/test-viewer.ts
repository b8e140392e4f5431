import { createHash, randomUUID } from 'node:crypto';
import {
  channelLabel, dtlsFingerprint, limits, parseNodeMessage, readFrame, type ByteRange, type NodeMessage, type RequestError, type SignalError, type SignalFromNode, type TicketClaims,
} from '@eventtorrent/protocol';
import nodeDataChannel, { type DataChannel, type PeerConnection } from 'node-datachannel';
import { claimsOf } from './tickets.js';
import { within } from './waiting.js';
import type { Surroundings } from './world.js';

export type Received = { readonly head: Extract<NodeMessage, { type: 'head' }>; readonly bytes: Buffer; readonly sha256: string };
type Request = {
  head: Extract<NodeMessage, { type: 'head' }> | undefined;
  readonly parts: Uint8Array[];
  lastSeen: boolean;
  resolve(received: Received): void;
  reject(error: Error): void;
};
type Asked = { readonly file?: number; readonly offset?: number; readonly etag?: string | null; readonly range?: ByteRange | null };

export class Refused extends Error {
  constructor(readonly code: RequestError | SignalError) {
    super(code);
  }
}

export type ViewerOptions = { readonly claims?: Partial<TicketClaims>; readonly ticket?: (claims: TicketClaims) => string; readonly label?: string; readonly anyAddress?: boolean; readonly silent?: boolean;
  readonly onSignal?: (signal: SignalFromNode) => void; readonly changeAnswer?: (sdp: string) => string };

/** The other end, over a real connection: says what it is told to, well-behaved or not. */
export class TestViewer {
  readonly session = randomUUID();
  readonly closed: Promise<void>;
  readonly messages: NodeMessage[] = [];
  readonly frames: { readonly id: number; readonly bytes: number; readonly at: number }[] = [];
  readonly #connection: PeerConnection;
  readonly #channel: DataChannel;
  readonly #described: Promise<string>;
  /** Held back until the offer is out. */
  readonly #candidates: [candidate: string, mid: string][] = [];
  readonly #requests = new Map<number, Request>();
  #claims: TicketClaims | undefined;
  #nextId = 1;
  #left = false;
  #pings: NodeJS.Timeout | undefined;
  #onCandidate = (candidate: string, mid: string): void => void this.#candidates.push([candidate, mid]);

  private constructor(
    private readonly world: Surroundings,
    private readonly options: ViewerOptions,
  ) {
    this.#connection = new nodeDataChannel.PeerConnection('viewer', { iceServers: [], maxMessageSize: 64_000_000, ...(options.anyAddress === true ? {} : { bindAddress: '127.0.0.1' }) });
    this.#described = new Promise((resolve) => this.#connection.onLocalDescription(resolve));
    this.#connection.onLocalCandidate((candidate, mid) => this.#onCandidate(candidate, mid));
    this.#channel = this.#connection.createDataChannel(options.label ?? channelLabel);
    this.closed = new Promise((resolve) => this.#channel.onClosed(resolve));
    this.#channel.onMessage((message) => (typeof message === 'string' ? this.#onText(message) : this.#onFrame(message)));
  }

  /** Rejects with Refused when the node says why it does not want. */
  static async connect(world: Surroundings, options: ViewerOptions = {}): Promise<TestViewer> {
    const viewer = new TestViewer(world, options);
    await within('the channel opens', viewer.#open()).catch((thrown: unknown) => {
      const state = `${viewer.#connection.state()}, ${viewer.#connection.iceState()}`;
      viewer.close();
      if (thrown instanceof Error) thrown.message += `; it is ${state}; the node said:\n${world.lines.slice(-12).join('')}`;
      throw thrown;
    });
    if (options.silent !== true) viewer.#pings = setInterval(() => viewer.#channel.isOpen() && viewer.say({ type: 'ping', n: 0 }), limits.pingEveryMs);
    return viewer;
  }

  get claims(): TicketClaims {
    if (this.#claims === undefined) throw new Error('not offered yet');
    return this.#claims;
  }

  ask(name: string, { file = 0, offset = 0, etag = null, range = null }: Asked = {}): { readonly id: number; readonly received: Promise<Received> } {
    const id = this.#nextId++;
    const received = new Promise<Received>((resolve, reject) => this.#requests.set(id, { head: undefined, parts: [], lastSeen: false, resolve, reject }));
    this.say({ type: 'get', id, file, name, offset, etag, range });
    return { id, received };
  }

  get(name: string, asked: Asked = {}): Promise<Received> {
    return within(`the response for ${name}`, this.ask(name, asked).received);
  }

  /** The code of the error that a request ends in. */
  async refusal(name: string, asked: Asked = {}): Promise<string> {
    return this.get(name, asked).then(
      () => 'served',
      (thrown: unknown) => (thrown instanceof Refused ? thrown.code : String(thrown)),
    );
  }

  say(message: object): void {
    this.sayText(JSON.stringify(message));
  }

  sayText(message: string): void {
    this.#channel.sendMessage(message);
  }

  sayBinary(bytes: Uint8Array): void {
    this.#channel.sendMessageBinary(bytes);
  }

  /** The next message of a kind from now on. */
  next<T extends NodeMessage['type']>(type: T): Promise<Extract<NodeMessage, { type: T }>> {
    const from = this.messages.length;
    const found = (): Extract<NodeMessage, { type: T }> | undefined =>
      this.messages.slice(from).find((one): one is Extract<NodeMessage, { type: T }> => one.type === type);
    return within(
      `a message "${type}"`,
      new Promise((resolve) => {
        const look = (): void => {
          const message = found();
          if (message === undefined) setTimeout(look, 5);
          else resolve(message);
        };
        look();
      }),
    );
  }

  close(): void {
    this.#left = true;
    clearInterval(this.#pings);
    this.#connection.close();
  }

  async #open(): Promise<void> {
    const { session, world } = this;
    const connection = this.#connection;
    const early: (() => void)[] = [];
    let answered = false;
    const opened = new Promise<void>((resolve) => this.#channel.onOpen(resolve));
    const refused = new Promise<never>((_, reject) => {
      world.signaling.listen(session, (signal) => {
        if (this.#left) return;
        this.options.onSignal?.(signal);
        if (signal.type === 'error') reject(new Refused(signal.code));
        else if (signal.type === 'answer') {
          connection.setRemoteDescription(this.options.changeAnswer?.(signal.sdp) ?? signal.sdp, 'answer');
          answered = true;
          for (const add of early.splice(0)) add();
        } else if (signal.type === 'candidate') {
          const add = (): void => {
            try {
              connection.addRemoteCandidate(signal.candidate, signal.mid);
            } catch {
              // The node has ended the connection meanwhile.
            }
          };
          if (answered) add();
          else early.push(add);
        }
      });
    });
    this.#claims = claimsOf(world.clock.unix(), { dtls: dtlsFingerprint(await this.#described) ?? '', ...this.options.claims });
    const ticket = (this.options.ticket ?? ((claims) => world.mint.sign(claims)))(this.#claims);
    world.signaling.say({ type: 'offer', session, sdp: await this.#described, ticket, iceServers: [] });
    this.#onCandidate = (candidate, mid) => world.signaling.say({ type: 'candidate', session, candidate, mid });
    for (const [candidate, mid] of this.#candidates.splice(0)) this.#onCandidate(candidate, mid);
    await Promise.race([opened, refused, this.closed]);
  }

  #onText(text: string): void {
    const parsed = parseNodeMessage(text);
    if (!parsed.ok) throw new Error(`the node said ${text}`);
    const message = parsed.value;
    this.messages.push(message);
    const request = 'id' in message ? this.#requests.get(message.id) : undefined;
    if (request === undefined) return;
    if (message.type === 'head') {
      request.head = message;
    } else if (message.type === 'end' && request.head !== undefined) {
      const bytes = Buffer.concat(request.parts);
      if (bytes.byteLength > 0 && !request.lastSeen) request.reject(new Error('an end without a last frame'));
      request.resolve({ head: request.head, bytes, sha256: message.sha256 });
    } else if (message.type === 'error') {
      request.reject(new Refused(message.code));
    }
  }

  #onFrame(bytes: Uint8Array | ArrayBuffer): void {
    const frame = readFrame(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes));
    if (!frame.ok) throw new Error(frame.error);
    const { id, last, payload } = frame.value;
    this.frames.push({ id, bytes: payload.byteLength, at: performance.now() });
    const request = this.#requests.get(id);
    request?.parts.push(Uint8Array.from(payload));
    if (request !== undefined) request.lastSeen = last;
  }
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
