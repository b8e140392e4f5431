import { createServer, type Server } from 'node:http';

const help = {
  eventtorrent_peer_sessions: 'Sessions now',
  eventtorrent_peer_offers_total: 'Offers by outcome',
  eventtorrent_peer_channels_total: 'Channels opened, by how their bytes travel: direct, relay (TURN at either end), or unknown',
  eventtorrent_peer_requests_total: 'Requests by outcome',
  eventtorrent_peer_sent_bytes_total: 'Bytes of files handed to the transport',
  eventtorrent_peer_closed_total: 'Channels closed by the node, by reason',
  eventtorrent_peer_signaling_connected: '1 while registered with Signaling',
  eventtorrent_peer_resident_bytes: 'Resident memory of the process',
} as const;
export type Metric = keyof typeof help;

/** Counters and gauges in the text format of Prometheus. Labels are of our own sets, so their number is bounded. */
export class Metrics {
  readonly #values = new Map<Metric, Map<string, number>>();

  add(metric: Metric, amount: number, label = ''): void {
    const values = this.#of(metric);
    values.set(label, (values.get(label) ?? 0) + amount);
  }

  set(metric: Metric, value: number): void {
    this.#of(metric).set('', value);
  }

  value(metric: Metric, label = ''): number {
    return this.#values.get(metric)?.get(label) ?? 0;
  }

  render(): string {
    this.set('eventtorrent_peer_resident_bytes', process.memoryUsage.rss());
    const lines: string[] = [];
    for (const [metric, values] of this.#values) {
      lines.push(`# HELP ${metric} ${help[metric]}`, `# TYPE ${metric} ${metric.endsWith('_total') ? 'counter' : 'gauge'}`);
      for (const [label, value] of values) lines.push(`${metric}${label === '' ? '' : `{outcome="${label}"}`} ${value}`);
    }
    return `${lines.join('\n')}\n`;
  }

  #of(metric: Metric): Map<string, number> {
    let values = this.#values.get(metric);
    if (values === undefined) this.#values.set(metric, (values = new Map()));
    return values;
  }
}

/** /metrics, for whoever reaches the address. */
export const serveMetrics = (metrics: Metrics, port: number, address: string): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      const known = request.method === 'GET' && request.url === '/metrics';
      response.writeHead(known ? 200 : 404, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
      response.end(known ? metrics.render() : '');
    });
    server.once('error', reject);
    server.listen(port, address, () => resolve(server));
  });
