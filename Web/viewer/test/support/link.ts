import { execFile, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export type Weather = { readonly delayMs: number; readonly lossPercent: number; readonly megabitsPerSecond?: number };

const folder = mkdtempSync(join(tmpdir(), 'eventtorrent-link-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const program = join(folder, 'link');

const argumentsOf = ({ delayMs, lossPercent, megabitsPerSecond = 0 }: Weather): string[] => [delayMs, lossPercent, megabitsPerSecond].map(String);

/** LINK_FAR is /proc/{pid of the link}/fd/... */
const pid = (): number => Number(process.env['LINK_FAR']?.split('/')[2]);

/** Two network namespaces and a bad link between them. This process runs in the near one when `far` names the other. */
export const link = {
  /** Addresses of the two ends. */
  near: '10.77.0.1',
  far: process.env['LINK_FAR'],
  /** Of a test that runs a file in here. */
  testMs: 200_000,

  /** Why this machine can't have one, if so. */
  async missing(): Promise<string | undefined> {
    try {
      await promisify(execFile)('cc', ['-O2', '-o', program, fileURLToPath(new URL('../../../test/support/link.c', import.meta.url))]);
      await promisify(execFile)(program, ['0', '0', '0', 'sh', '-c', 'nsenter --net="$LINK_FAR" true']);
      return undefined;
    } catch (thrown) {
      return `no network namespaces here (root or user namespaces, cc, nsenter): ${String(thrown).split('\n')[1] ?? String(thrown)}`;
    }
  },

  /** Runs a file of tests again in the near namespace: nothing, or what failed there. */
  async test(weather: Weather, file: string): Promise<string | undefined> {
    const { code, output } = await this.run(weather, ['--test', '--test-force-exit', '--test-timeout=180000', fileURLToPath(file)], false);
    return code === 0 ? undefined : output;
  },

  /** Runs a script of ours in the near namespace: its exit code and what it said. */
  run(weather: Weather, node: readonly string[], show: boolean): Promise<{ readonly code: number | null; readonly output: string }> {
    const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
    const child = spawn(program, [...argumentsOf(weather), process.execPath, ...node], { env: environment, stdio: ['ignore', 'pipe', show ? 'inherit' : 'pipe'] });
    let output = '';
    child.stdout?.on('data', (data: Buffer) => {
      if (show) process.stdout.write(data);
      output += data.toString();
    });
    child.stderr?.on('data', (data: Buffer) => (output += data.toString()));
    return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
  },

  /** From within: the ways that there were are dead, and new ones are not. */
  forgetWays: (): void => void process.kill(pid(), 'SIGUSR1'),

  /** From within: nothing gets through, until it is called again. */
  toggle: (): void => void process.kill(pid(), 'SIGUSR2'),

  /** A program that runs another in the far namespace. */
  wrap(path: string): string {
    const wrapper = join(folder, 'far');
    writeFileSync(wrapper, `#!/bin/sh\nexec nsenter --net="$LINK_FAR" ${path} "$@"\n`);
    chmodSync(wrapper, 0o755);
    return wrapper;
  },
};
