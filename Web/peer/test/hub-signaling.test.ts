import assert from 'node:assert/strict';
import { afterEach, beforeEach, suite, test } from 'node:test';
import { hubMethods, type SignalToNode } from '@eventtorrent/protocol';
import { HubSignaling } from '../src/hub-signaling.js';
import { Log } from '../src/log.js';
import { Metrics } from '../src/metrics.js';
import { ScriptedHub } from './support/scripted-hub.js';
import { until } from './support/waiting.js';

/** Has a signal for a node before it has told it that it is registered. */
class EagerHub extends ScriptedHub {
  protected override answer(target: string): unknown {
    if (target === hubMethods.registerNode) this.say(hubMethods.signal, { type: 'bye', session: 's1' });
    return null;
  }
}

suite('signaling over the hub', () => {
  const registration = { protocol: 1, volume: 'home', version: '0', maxSessions: 64 } as const;
  let hub: ScriptedHub;
  let signaling: HubSignaling;
  let metrics: Metrics;
  let lines: string[];
  let signals: SignalToNode[];

  const start = (onSignal: (signal: SignalToNode) => void = () => undefined): void => {
    metrics = new Metrics();
    lines = [];
    signals = [];
    const options = { url: hub.url, nodeKey: 'k'.repeat(32), registration, load: () => ({ sessions: 3 }), firstRetryMs: 10, lastRetryMs: 100 };
    signaling = new HubSignaling(options, metrics, new Log('debug', (line) => lines.push(line)));
    signaling.start((signal) => {
      signals.push(signal);
      onSignal(signal);
    });
  };
  const registered = (times: number): Promise<void> => until(`${times} registrations`, () => hub.count(hubMethods.registerNode) >= times);

  beforeEach(async () => {
    hub = new ScriptedHub();
    await hub.start();
  });
  afterEach(async () => {
    await signaling.stop();
    await hub.stop();
  });

  test('a node registers with its key', async () => {
    start();
    await registered(1);

    assert.deepEqual(hub.invocations[0]?.arguments, [registration]);
    assert.equal(hub.authorizations[0], `Bearer ${'k'.repeat(32)}`);
  });

  test('signals travel both ways, and what is no signal is refused', async () => {
    start();
    await until('it is registered', () => metrics.value('eventtorrent_peer_signaling_connected') === 1);

    hub.say(hubMethods.signal, { type: 'offer', session: 'no sdp' });
    hub.say(hubMethods.signal, { type: 'bye', session: 's1' });
    await until('a signal', () => signals.length > 0);
    signaling.send({ type: 'answer', session: 's1', sdp: 'v=0' });
    await until('an answer', () => hub.count(hubMethods.nodeSignal) > 0);

    assert.deepEqual(signals, [{ type: 'bye', session: 's1' }]);
    assert.deepEqual(hub.invocations.at(-1)?.arguments, [{ type: 'answer', session: 's1', sdp: 'v=0' }]);
    assert.ok(lines.some((line) => line.includes('signal-refused')));
  });

  test('what comes before the answer to the registration is answered', async () => {
    await hub.stop();
    hub = new EagerHub();
    await hub.start();
    start((signal) => signaling.send({ type: 'error', session: signal.session, code: 'ticket-invalid' }));

    await until('an answer', () => hub.count(hubMethods.nodeSignal) > 0);
  });

  test('a node that starts before its hub registers when the hub is there', async () => {
    await hub.stop();
    start();
    await until('a few tries', () => lines.filter((line) => line.includes('signaling-lost')).length >= 6);

    await hub.start();

    await registered(1);
  });

  test('after every loss it registers again', async () => {
    start();
    for (let times = 1; times <= 4; times++) {
      await registered(times);
      await hub.stop();
      await until('the loss is noticed', () => metrics.value('eventtorrent_peer_signaling_connected') === 0);
      await hub.start();
    }
    await registered(5);
  });

  test('a hub that refuses it is asked again', async () => {
    hub.refuses = true;
    start();
    await registered(3);

    hub.refuses = false;

    await until('it is taken', () => metrics.value('eventtorrent_peer_signaling_connected') === 1);
  });

  test('what is said while there is no hub is lost, and nothing else is', async () => {
    start();
    await registered(1);
    await hub.stop();
    await until('the loss is noticed', () => metrics.value('eventtorrent_peer_signaling_connected') === 0);

    signaling.send({ type: 'bye', session: 'lost' });
    await hub.start();
    await registered(2);

    assert.equal(hub.count(hubMethods.nodeSignal), 0);
  });

  test('a stop ends it while it waits for another try', async () => {
    await hub.stop();
    start();
    await until('a try', () => lines.length > 0);

    await signaling.stop();

    assert.equal(metrics.value('eventtorrent_peer_signaling_connected'), 0);
  });
});
