import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IceServer } from '@eventtorrent/protocol';
import { until, within } from '@eventtorrent/peer/test/waiting.js';

const shipped = readFileSync(fileURLToPath(new URL('../../../../../deploy/coturn/turnserver.conf', import.meta.url)), 'utf8');
const loopback = '127.0.0.1';
const realm = 'test.invalid';

export type CoturnOptions = {
  /** Its own; loopback if not given. */
  readonly address?: string;
  /** Takes out what denies the network of that address, and the quota, which attempts of a slow machine would use up. */
  readonly reachesItself?: boolean;
};

/** coturn with the configuration that is shipped. */
export class Coturn {
  readonly secret = randomBytes(16).toString('hex');
  readonly port = 21_000 + (process.pid % 5000);
  readonly #folder = mkdtempSync(join(tmpdir(), 'eventtorrent-coturn-'));
  readonly #child: ChildProcess;
  #output = '';

  private constructor(
    private readonly address: string,
    reachesItself: boolean,
  ) {
    const file = join(this.#folder, 'turnserver.conf');
    const lines = shipped.split('\n').filter((line) => !/^(listening-port|min-port|max-port)=/.test(line) && !(reachesItself && [`denied-peer-ip=${address.split('.')[0]}.`, 'user-quota='].some((start) => line.startsWith(start))));
    writeFileSync(file, lines.join('\n'));
    const ports = { 'listening-port': this.port, 'min-port': this.port + 1, 'max-port': this.port + 200 };
    // It does not outlive a test that is killed.
    this.#child = spawn('setpriv', [
      '--pdeathsig', 'KILL', 'turnserver', '-c', file, '--listening-ip', address, '--relay-ip', address, '--static-auth-secret', this.secret, '--realm', realm,
      '--pidfile', join(this.#folder, 'pid'), '--userdb', join(this.#folder, 'db'),
      ...Object.entries(ports).map(([name, port]) => `--${name}=${port}`), ...(reachesItself && address === loopback ? ['--allow-loopback-peers'] : []),
    ], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.on('data', (data: Buffer) => (this.#output = (this.#output + data.toString()).slice(-20_000)));
  }

  static async start({ address = loopback, reachesItself = false }: CoturnOptions = {}): Promise<Coturn> {
    const server = new Coturn(address, reachesItself);
    await until('coturn answers', async () => {
      if (server.#child.exitCode !== null) throw new Error(`coturn ended: ${server.#output}`);
      return (await server.#ask(message(0x0001, [], undefined), 200).catch(() => undefined)) !== undefined;
    }).catch(async (thrown: unknown) => {
      await server.stop();
      throw thrown;
    });
    return server;
  }

  servers(transport: 'udp' | 'tcp' = 'udp'): readonly IceServer[] {
    return [{ urls: [`turn:${this.address}:${this.port}?transport=${transport}`], ...this.#credentials(600) }];
  }

  /** The error code of a request to let a peer through an allocation of its own: 0 if it is let through, of the allocation if there is none. */
  async permission(peer: string, { seconds = 600, secret = this.secret } = {}): Promise<number> {
    const { username, credential } = this.#credentials(seconds, secret);
    const allocate: Attribute[] = [[0x0019, Buffer.from([17, 0, 0, 0])]];
    const socket = createSocket('udp4');
    try {
      const challenge = await this.#ask(message(0x0003, allocate, undefined), 20_000, socket);
      const nonce = challenge.get(0x0015) ?? Buffer.alloc(0);
      const key = createHash('md5').update(`${username}:${realm}:${credential}`).digest();
      const signed: Attribute[] = [[0x0006, Buffer.from(username)], [0x0014, Buffer.from(realm)], [0x0015, nonce]];
      const allocated = errorIn(await this.#ask(message(0x0003, [...allocate, ...signed], key), 20_000, socket));
      if (allocated !== 0) return allocated;
      return errorIn(await this.#ask(message(0x0008, [[0x0012, xorAddress(peer)], ...signed], key), 20_000, socket));
    } finally {
      socket.close();
    }
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => (this.#child.exitCode === null ? this.#child.once('exit', resolve) : resolve(undefined)));
    this.#child.kill('SIGKILL');
    await ended;
    rmSync(this.#folder, { recursive: true });
  }

  #credentials(seconds: number, secret = this.secret): { readonly username: string; readonly credential: string } {
    const username = `${Math.floor(Date.now() / 1000) + seconds}:viewer`;
    return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
  }

  async #ask(request: Buffer, deadlineMs: number, socket = createSocket('udp4')): Promise<Map<number, Buffer>> {
    const answered = new Promise<Map<number, Buffer>>((resolve) => {
      socket.on('message', (data) => {
        if (data.subarray(8, 20).equals(request.subarray(8, 20))) resolve(attributesIn(data));
      });
    });
    const send = (): void => socket.send(request, this.port, this.address);
    const again = setInterval(send, 500);
    send();
    try {
      return await within('an answer of coturn', answered, deadlineMs);
    } finally {
      clearInterval(again);
      socket.removeAllListeners('message');
      if (deadlineMs < 1000) socket.close();
    }
  }
}

/* As much of STUN and TURN (RFC 8489, RFC 8656) as shows what a server lets through. */
type Attribute = readonly [type: number, value: Buffer];

function message(method: number, attributes: readonly Attribute[], key: Buffer | undefined): Buffer {
  const parts = attributes.map(([type, value]) => {
    const part = Buffer.alloc(4 + Math.ceil(value.byteLength / 4) * 4);
    part.writeUInt16BE(type, 0);
    part.writeUInt16BE(value.byteLength, 2);
    value.copy(part, 4);
    return part;
  });
  const header = Buffer.alloc(20);
  const length = parts.reduce((sum, part) => sum + part.byteLength, 0);
  header.writeUInt16BE(method, 0);
  header.writeUInt16BE(length + (key === undefined ? 0 : 24), 2);
  header.writeUInt32BE(0x2112_a442, 4);
  randomBytes(12).copy(header, 8);
  const whole = Buffer.concat([header, ...parts]);
  if (key === undefined) return whole;
  const integrity = Buffer.from([0, 8, 0, 20]);
  return Buffer.concat([whole, integrity, createHmac('sha1', key).update(whole).digest()]);
}

function attributesIn(data: Buffer): Map<number, Buffer> {
  const attributes = new Map<number, Buffer>();
  for (let at = 20; at + 4 <= data.byteLength; at += 4 + Math.ceil(data.readUInt16BE(at + 2) / 4) * 4) {
    attributes.set(data.readUInt16BE(at), data.subarray(at + 4, at + 4 + data.readUInt16BE(at + 2)));
  }
  return attributes;
}

const errorIn = (attributes: Map<number, Buffer>): number => {
  const value = attributes.get(0x0009);
  return value === undefined ? 0 : (value[2] ?? 0) * 100 + (value[3] ?? 0);
};

function xorAddress(peer: string): Buffer {
  const value = Buffer.from([0, 1, 0x21 ^ 0x12, 0x12 ^ 0x34, ...peer.split('.').map(Number)]);
  value.writeUInt32BE((value.readUInt32BE(4) ^ 0x2112_a442) >>> 0, 4);
  return value;
}
