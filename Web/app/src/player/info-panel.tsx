import { useEffect, useState, type ReactNode } from 'react';
import { useTexts } from '../page/context.js';
import { bytes } from '../texts/format.js';
import type { Texts } from '../texts/translate.js';
import type { Playback } from './playback.js';

const everyMs = 1000;

type Path = { readonly local: string; readonly remote: string; readonly protocol: string };

/** How the video comes here, and how well. */
export function InfoPanel({ playback }: { readonly playback: Playback }): ReactNode {
  const texts = useTexts();
  const [path, setPath] = useState<Path>();
  const [, setLooks] = useState(0);
  useEffect(() => {
    let isLeft = false;
    const look = async (): Promise<void> => {
      const seen = await playback.stream.client.connection?.path();
      if (isLeft) return;
      setPath(seen);
      setLooks((now) => now + 1);
    };
    void look();
    const timer = setInterval(() => void look(), everyMs);
    return () => {
      isLeft = true;
      clearInterval(timer);
    };
  }, [playback]);

  const { video, hls, stream } = playback;
  const { droppedVideoFrames: dropped, totalVideoFrames: count } = video.getVideoPlaybackQuality();
  const { time, bufferedTo } = playback.store.get();
  const { throughput } = stream.client.rates;
  const rtt = stream.client.connection?.rttMs;
  const rows: readonly (readonly [string, string])[] = [
    [texts('info.path'), [pathOf(path, texts), ...(stream.client.connections > 1 ? [texts.count('info.connections', stream.client.connections)] : [])].join(', ')],
    [texts('info.rtt'), rtt === undefined ? '–' : texts('info.ms', { count: Math.round(rtt) })],
    [texts('info.speed'), throughput === 0 ? '–' : texts('task.speed', { size: bytes(throughput) })],
    [texts('info.received'), bytes(playback.receivedBytes)],
    [texts('info.buffer'), texts('info.seconds', { count: Math.max(0, bufferedTo - time).toFixed(1) })],
    [texts('info.dropped'), texts('info.droppedOf', { dropped, count })],
    [texts('info.picture'), video.videoWidth > 0 ? `${video.videoWidth} × ${video.videoHeight}` : '–'],
    [texts('info.renditions'), hls?.levels.map(({ width, height, bitrate, codecs }) =>
      texts('info.rendition', { width, height, rate: (bitrate / 1e6).toFixed(1), codecs })).join('; ') || '–'],
  ];
  return (
    <div className="info-panel">
      <dl>
        {rows.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
      </dl>
      <p>{texts('player.keys')}</p>
    </div>
  );
}

/** A relay at either end carries everything; else an address that a STUN server or the other end has seen is one behind NAT. */
function pathOf(path: Path | undefined, texts: Texts): string {
  if (path === undefined) return texts('info.none');
  const kinds = [path.local, path.remote];
  const kind = kinds.includes('relay') ? 'relay' : kinds.includes('srflx') ? 'reflexive' : 'direct';
  return texts(`path.${kind}`, { protocol: path.protocol.toUpperCase() });
}
