import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const framesPerSecond = 15;
export const seconds = 60;
/** So many columns, black or white: the number of the picture in binary, the lowest bit left. */
export const bits = 10;
const columnPixels = 32;

const ffmpeg = (folder: string, args: readonly string[]): Promise<unknown> =>
  promisify(execFile)('ffmpeg', ['-nostdin', '-v', 'error', '-threads', '1', ...args], { cwd: folder, timeout: 90_000 });
const hls = (name: string): readonly string[] =>
  ['-output_ts_offset', '10', '-muxdelay', '0', '-muxpreload', '0', '-f', 'hls', '-hls_time', '4', '-hls_playlist_type', 'vod', '-hls_segment_filename', `${name}_%05d.ts`, `${name}.m3u8`];

/**
 * A stream as the transcoder makes it: one video whose pictures say which they are, two audio tracks, subtitles that count seconds,
 * and pictures for a seek bar that are red before the middle and blue after it.
 */
export async function makeCodedStream(folder: string): Promise<void> {
  const boxes = Array.from({ length: bits }, (_, bit) =>
    `drawbox=x=${bit * columnPixels}:y=0:w=${columnPixels}:h=ih:color=white:t=fill:enable='mod(floor(n/${2 ** bit}),2)'`);
  const source = `color=black:s=${bits * columnPixels}x180:r=${framesPerSecond}:d=${seconds},${boxes.join(',')}`;
  await ffmpeg(folder, [
    '-f', 'lavfi', '-i', source, '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', String(2 * framesPerSecond), '-sc_threshold', '0',
    ...hls('video'),
  ]);
  for (const [at, frequency] of [330, 660].entries()) {
    await ffmpeg(folder, ['-f', 'lavfi', '-i', `sine=frequency=${frequency}:duration=${seconds}`, '-c:a', 'aac', '-b:a', '64k', ...hls(`audio_${at}`)]);
  }
  await ffmpeg(folder, [
    '-f', 'lavfi', '-i', 'color=red:s=160x90:r=1:d=3', '-f', 'lavfi', '-i', 'color=blue:s=160x90:r=1:d=3', '-filter_complex', '[0][1]concat=n=2,tile=3x2', '-frames:v', '1',
    'sprite_000.jpg',
  ]);
  const put = (name: string, lines: readonly string[]): void => writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  const time = (second: number): string => `00:${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')}.000`;
  put('thumbnails.vtt', [
    'WEBVTT',
    ...Array.from({ length: 6 }, (_, at) => `\n${time(at * 10)} --> ${time(at * 10 + 10)}\nsprite_000.jpg#xywh=${(at % 3) * 160},${Math.floor(at / 3) * 90},160,90`),
  ]);
  put('subtitles_0.vtt', ['WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000', ...Array.from({ length: seconds }, (_, at) => `\n${time(at)} --> ${time(at + 1)}\nsecond <i>${at}</i>`)]);
  put('subtitles_0.m3u8', ['#EXTM3U', '#EXT-X-VERSION:6', `#EXT-X-TARGETDURATION:${seconds}`, '#EXT-X-PLAYLIST-TYPE:VOD', `#EXTINF:${seconds},`, 'subtitles_0.vtt', '#EXT-X-ENDLIST']);
  put('master.m3u8', [
    '#EXTM3U', '#EXT-X-VERSION:6',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Low",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="1",URI="audio_0.m3u8"',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="High",LANGUAGE="de",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="1",URI="audio_1.m3u8"',
    '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="Counting",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI="subtitles_0.m3u8"',
    '#EXT-X-STREAM-INF:BANDWIDTH=400000,CODECS="avc1.42c015,mp4a.40.2",RESOLUTION=320x180,FRAME-RATE=15.000,AUDIO="audio",SUBTITLES="subtitles"',
    'video.m3u8',
  ]);
}
