import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { failure, success, type Result } from '@eventtorrent/protocol';
import { logLevels, type LogLevel } from './log.js';
import type { TransportOptions } from './transport.js';

export const transports = ['node-datachannel', 'wrtc'] as const;

export type Options = TransportOptions & {
  readonly signaling: string;
  readonly nodeKey: string;
  readonly volume: string;
  readonly root: string;
  readonly ticketKeys: string;
  readonly transport: (typeof transports)[number];
  readonly maxSessions: number;
  readonly uplinkBytesPerSecond: number;
  readonly viewerBytesPerSecond: number;
  readonly metricsPort: number | undefined;
  readonly metricsAddress: string;
  readonly logLevel: LogLevel;
  readonly stopWithStdin: boolean;
};

export const usage = `usage: eventtorrent-peer --signaling URL --node-key-file FILE --volume NAME --root DIRECTORY --ticket-keys FILE [OPTION...]

Serves the streams of one volume to browsers over WebRTC. It connects out to Signaling and takes no connection from it.

--signaling URL             the hub of Signaling (https://host/hubs/signaling)
--node-key-file FILE        holds the key of this node, one line
--volume NAME               the volume that it serves
--root DIRECTORY            where the volume is: {infohash}/{file}.hls/ below it; only read
--ticket-keys FILE          JSON Web Key Set with the public keys of the server's tickets; read again when it changes
--transport NAME            node-datachannel (default), or wrtc, which must be installed beside it, for viewers that reach TURN by
                            TCP only
--udp-ports FIRST-LAST      ports of its own to use, for a firewall (default: the system's)
--bind-address ADDRESS      address of its own to use (default: all)
--relay-only                connect through TURN alone
--max-sessions N            connections at once, 1 to 1000 (default 64)
--uplink-bytes-per-second N      of all viewers together, 0 for no limit (default 0)
--viewer-bytes-per-second N      of each viewer, 0 for no limit (default 0)
--metrics-port PORT         /metrics, without a key, at this port (default: none)
--metrics-address ADDRESS   address of its own to show it at (default 127.0.0.1)
--log-level LEVEL           ${logLevels.join(', ')} (default info); JSON lines on standard error
--stop-with-stdin           stop when standard input ends, so that it does not outlive the process that started it
--help                      this text

Each is also taken from the environment, as EVENTTORRENT_PEER_UDP_PORTS for --udp-ports.
Exit codes: 0 stopped in order, 1 it can't start, 2 wrong options.
`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const known = {
  'signaling': text, 'node-key-file': text, 'volume': text, 'root': text, 'ticket-keys': text, 'transport': text, 'udp-ports': text,
  'bind-address': text, 'relay-only': flag, 'max-sessions': text, 'uplink-bytes-per-second': text, 'viewer-bytes-per-second': text,
  'metrics-port': text, 'metrics-address': text, 'log-level': text, 'stop-with-stdin': flag, 'help': flag,
} as const;
type Name = keyof typeof known;

class WrongOption extends Error {}

/** The options, or "help", or one line that names what is wrong. */
export function readOptions(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): Result<Options | 'help', string> {
  try {
    const { values } = parseArgs({ args: [...args], options: known, strict: true, allowPositionals: false });
    if (values.help === true) return success('help');
    const given = (name: Name): string | undefined => {
      const value = values[name] ?? environment[`EVENTTORRENT_PEER_${name.toUpperCase().replaceAll('-', '_')}`];
      return value === undefined ? undefined : String(value);
    };
    return success(validate(given));
  } catch (thrown) {
    if (thrown instanceof WrongOption || (thrown instanceof TypeError && 'code' in thrown)) return failure(thrown.message.split('\n')[0] ?? '');
    throw thrown;
  }
}

function validate(given: (name: Name) => string | undefined): Options {
  const wrong = (name: Name, why: string): never => {
    throw new WrongOption(`--${name}: ${why}`);
  };
  const required = (name: Name): string => given(name) ?? wrong(name, 'is needed');
  const number = (name: Name, least: number, most: number, otherwise: number): number => {
    const value = given(name);
    if (value === undefined) return otherwise;
    return /^\d{1,12}$/.test(value) && Number(value) >= least && Number(value) <= most ? Number(value) : wrong(name, `is a number from ${least} to ${most}`);
  };
  const choice = <T extends string>(name: Name, values: readonly T[], otherwise: T): T => {
    const value = given(name) ?? otherwise;
    return values.find((one) => one === value) ?? wrong(name, `is one of ${values.join(', ')}`);
  };
  const boolean = (name: Name): boolean => choice(name, ['true', 'false'], 'false') === 'true';

  const signaling = required('signaling');
  if (!/^https?:\/\/[^\s]+$/.test(signaling) || !URL.canParse(signaling)) wrong('signaling', 'is an http or https address');
  const volume = required('volume');
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(volume)) wrong('volume', 'is 1 to 64 letters, digits, "_" or "-"');
  const root = required('root');
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true) wrong('root', 'is not a directory');
  const address = (name: Name): string | undefined => {
    const value = given(name);
    return value === undefined || isIP(value) !== 0 ? value : wrong(name, 'is not an IP address');
  };
  const metricsPort = number('metrics-port', 1, 65_535, 0);
  return {
    signaling,
    nodeKey: keyIn(required('node-key-file')) ?? wrong('node-key-file', 'is no file with a key of 16 to 256 printable characters'),
    volume,
    root,
    ticketKeys: required('ticket-keys'),
    transport: choice('transport', transports, 'node-datachannel'),
    udpPorts: portsIn(given('udp-ports'), () => wrong('udp-ports', 'is FIRST-LAST, from 1024 to 65535')),
    bindAddress: address('bind-address'),
    relayOnly: boolean('relay-only'),
    maxSessions: number('max-sessions', 1, 1000, 64),
    uplinkBytesPerSecond: number('uplink-bytes-per-second', 0, 1e11, 0),
    viewerBytesPerSecond: number('viewer-bytes-per-second', 0, 1e11, 0),
    metricsPort: metricsPort === 0 ? undefined : metricsPort,
    metricsAddress: address('metrics-address') ?? '127.0.0.1',
    logLevel: choice('log-level', logLevels, 'info'),
    stopWithStdin: boolean('stop-with-stdin'),
  };
}

function keyIn(file: string): string | undefined {
  const facts = statSync(file, { throwIfNoEntry: false });
  if (facts?.isFile() !== true || facts.size > 1024) return undefined;
  return /^([\x21-\x7e]{16,256})\s*$/.exec(readFileSync(file, 'utf8'))?.[1];
}

function portsIn(value: string | undefined, wrong: () => never): TransportOptions['udpPorts'] {
  if (value === undefined) return undefined;
  const [, first, last] = /^(\d{4,5})-(\d{4,5})$/.exec(value) ?? wrong();
  const ports = { first: Number(first), last: Number(last) };
  return ports.first >= 1024 && ports.first <= ports.last && ports.last <= 65_535 ? ports : wrong();
}
