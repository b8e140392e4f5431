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

// The transport's threads would keep it.
const end = (said: object): void => void process.stdout.write(`${JSON.stringify(said)}\n`, () => process.exit());
const refuse = (thrown: unknown): void => end({ refused: thrown instanceof Refused ? thrown.code : String(thrown) });

const [, , server = '', infohash = '', ...names] = process.argv;
let file = 0;
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
    // In place of a ticket stands the fingerprint that it has to be for.
    if (signal.type === 'offer') this.#offer(signal.sdp, signal.ticket).catch(refuse);
    else if (this.#name === undefined) this.#held.push(signal);
    else void hub.send(hubMethods.viewerSignal, { ...signal, session: this.#name });
  }

  onSignal(value: unknown): void {
    const signal = parseSignalFromNode(value);
    if (!signal.ok) throw new Error(`the hub said ${JSON.stringify(value)}`);
    if (this.#name === undefined) this.#early.push(signal.value);
    else if (signal.value.session === this.#name) this.#hear?.({ ...signal.value, session: this.#own });
  }

  async #offer(sdp: string, dtls: string): Promise<void> {
    const { token, streams } = await askForTicket(dtls);
    file = streams[0]?.file ?? 0;
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
try {
  await within('the hub', hub.start());
  const viewer = await TestViewer.connect(world, { ticket: ({ dtls }) => dtls });
  const files = [];
  for (const name of names) {
    const { bytes } = await viewer.get(name, { file });
    files.push({ name, size: bytes.byteLength, sha256: sha256(bytes) });
  }
  viewer.close();
  end({ files });
} catch (thrown) {
  refuse(thrown);
}
