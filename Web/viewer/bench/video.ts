import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A stream of 3 Mbit/s, filled up to that where the picture needs less, in segments of four seconds. */
export const megabits = 3;

export async function makeVideo(folder: string, name: string, seconds: number): Promise<void> {
  const rate = ['-b:v', `${megabits}M`, '-minrate', `${megabits}M`, '-maxrate', `${megabits}M`, '-bufsize', '1M', '-x264-params', 'nal-hrd=cbr:force-cfr=1'];
  await promisify(execFile)('ffmpeg', [
    '-nostdin', '-v', 'error', '-f', 'lavfi', '-i', `testsrc2=s=320x180:r=25:d=${seconds}`, '-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`,
    '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '50', '-sc_threshold', '0', ...rate, '-c:a', 'aac', '-b:a', '128k',
    '-f', 'hls', '-hls_time', '4', '-hls_playlist_type', 'vod', '-hls_segment_filename', join(folder, `${name}_%05d.ts`), join(folder, `${name}.m3u8`),
  ]);
}
