/*
 * A viewer as a program, for tests of the server: asks it for a ticket, meets the node at the hub that the answer names, and gets
 * files of the first stream. Prints one line of JSON: the names with size and hash, or the code of what refused.
 */
import { HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { hubMethods, parseOfferResult, parseSignalFromNode, type SignalFromNode, type SignalToNode } from '@eventtorrent/protocol';
import { systemClock } from '../../src/clock.js';
import { Refused, sha256, TestViewer } from './test-viewer.js';
import { Mint } from './tickets.js';
import { within } from './waiting.js';

type Ticket = { readonly token: string; readonly signaling: string; readonly streams: readonly { readonly file: number }[] };

const [, , server = '', infohash = '', ...names] = process.argv;
let ticket: Ticket | undefined;
const askForTicket = async (dtls: string): Promise<Ticket> => {
  const answer = await fetch(new URL(`/tasks/${infohash}/ticket`, server), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ dtls }),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Ticket;
};

// The fingerprint in the question is not looked at here: where the hub is, is the same for all.
const { signaling: address } = await askForTicket('0'.repeat(64));
const hub = new HubConnectionBuilder().withUrl(new URL(address, server).href).configureLogging(LogLevel.None).build();

/** The test's viewer names its session itself; the hub gives it another name. */
class Session {
  readonly #early: SignalFromNode[] = [];
  readonly #held: SignalToNode[] = [];
  #hear: ((signal: SignalFromNode) => void) | undefined;
  #own = '';
  #name: string | undefined;

  listen(own: string, hear: (signal: SignalFromNode) => void): void {
    this.#own = own;
    this.#hear = hear;
  }

  say(signal: SignalToNode): void {
    if (signal.type === 'offer') void this.#offer(signal.sdp, signal.ticket);
    else if (this.#name === undefined) this.#held.push(signal);
    else void hub.send(hubMethods.viewerSignal, { ...signal, session: this.#name });
  }

  onSignal(value: unknown): void {
    const signal = parseSignalFromNode(value);
    if (!signal.ok) throw new Error(`the hub said ${JSON.stringify(value)}`);
    if (this.#name === undefined) this.#early.push(signal.value);
    else if (signal.value.session === this.#name) this.#hear?.({ ...signal.value, session: this.#own });
  }

  async #offer(sdp: string, token: string): Promise<void> {
    const result = parseOfferResult(await hub.invoke<unknown>(hubMethods.offer, { sdp, ticket: token }));
    if (!result.ok) throw new Error('the hub answered nonsense');
    if (result.value.type === 'refused') return this.#hear?.({ type: 'error', session: this.#own, code: result.value.code });
    this.#name = result.value.session;
    for (const signal of this.#early.splice(0)) this.onSignal(signal);
    for (const signal of this.#held.splice(0)) this.say(signal);
  }
}

const session = new Session();
hub.on(hubMethods.signal, (value: unknown) => session.onSignal(value));
const world = { signaling: session, clock: systemClock, mint: new Mint('none'), lines: [] };
let said: object;
try {
  await within('the hub', hub.start());
  const viewer = await TestViewer.connect(world, {
    ticket: async ({ dtls }) => {
      ticket = await askForTicket(dtls);
      return ticket.token;
    },
  });
  const file = ticket?.streams[0]?.file ?? 0;
  const files = [];
  for (const name of names) {
    const { bytes } = await viewer.get(name, { file });
    files.push({ name, size: bytes.byteLength, sha256: sha256(bytes) });
  }
  viewer.close();
  said = { files };
} catch (thrown) {
  said = { refused: thrown instanceof Refused ? thrown.code : String(thrown) };
}
// The transport's threads would keep it.
process.stdout.write(`${JSON.stringify(said)}\n`, () => process.exit());
