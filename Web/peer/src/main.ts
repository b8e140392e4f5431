import { systemClock } from './clock.js';
import { HubSignaling } from './hub-signaling.js';
import { Log, reasonOf } from './log.js';
import { Metrics, serveMetrics } from './metrics.js';
import { NodeDataChannelTransport } from './node-datachannel.js';
import { readOptions, usage, type Options } from './options.js';
import { PeerNode } from './peer-node.js';
import { StreamFiles } from './stream-files.js';
import { TicketKeys } from './ticket-keys.js';
import type { Transport } from './transport.js';
import { Uplink } from './uplink.js';

const version = '0.0.0';

async function run(options: Options): Promise<number> {
  const log = new Log(options.logLevel, (line) => process.stderr.write(line));
  const clock = systemClock;
  const keys = new TicketKeys(options.ticketKeys, clock, log);
  if ((await keys.refresh()) !== undefined) return 1;
  const metrics = new Metrics();
  const server = options.metricsPort === undefined ? undefined : await serveMetrics(metrics, options.metricsPort, options.metricsAddress);
  const registration = { protocol: 1, volume: options.volume, version, maxSessions: options.maxSessions } as const;
  const load = (): { readonly sessions: number } => ({ sessions: node.sessions });
  const signaling = new HubSignaling(
    { url: options.signaling, nodeKey: options.nodeKey, registration, load, firstRetryMs: 250, lastRetryMs: 10_000 },
    metrics,
    log,
  );
  const uplink = new Uplink(options.uplinkBytesPerSecond, options.viewerBytesPerSecond, clock);
  const files = new StreamFiles(options.root, log);
  const node = new PeerNode(options, await transportOf(options, log), signaling, { files, keys, uplink, metrics, clock, log });
  node.start();
  log.info('started', { volume: options.volume, transport: options.transport });
  log.info('stopping', { cause: await askedToStop(options.stopWithStdin) });
  await node.stop();
  server?.close();
  log.info('stopped');
  return 0;
}

const transportOf = async (options: Options, log: Log): Promise<Transport> =>
  options.transport === 'wrtc' ? (await import('./wrtc.js')).loadWrtcTransport(options) : new NodeDataChannelTransport(options, log);

const askedToStop = (withStdin: boolean): Promise<string> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
    if (withStdin) process.stdin.resume().once('end', () => resolve('stdin')).once('error', () => resolve('stdin'));
  });

const options = readOptions(process.argv.slice(2), process.env);
if (!options.ok) {
  process.stderr.write(`error: ${options.error}\n`);
  process.exitCode = 2;
} else if (options.value === 'help') {
  process.stdout.write(usage);
} else {
  // What the transport's threads still hold does not keep a node that has stopped.
  run(options.value).then(
    (code) => process.exit(code),
    (thrown: unknown) => {
      process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level: 'error', event: 'not-started', reason: reasonOf(thrown) })}\n`);
      process.exit(1);
    },
  );
}
