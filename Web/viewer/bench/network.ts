/* Playing over a bad link, many viewers at once, and hostile ones. Started by ./bench.sh network. */
import { fileURLToPath } from 'node:url';
import { link } from '../test/support/link.js';
import { overLink } from './over-link.js';
import { hostiles } from './hostiles.js';
import { Report } from './report.js';
import { sharing } from './sharing.js';

const weather = { delayMs: 15, lossPercent: 0.5 };

if (link.far === undefined) {
  const missing = await link.missing();
  if (missing !== undefined) {
    console.error(`error: ${missing}`);
    process.exit(1);
  }
  const report = Report.create('network');
  report.line(`A link of ${2 * weather.delayMs} ms there and back that loses ${weather.lossPercent} % of the packets each way`);
  report.line();
  const { code } = await link.run(weather, [fileURLToPath(import.meta.url), report.file], true);
  if (code !== 0) process.exit(1);
  await sharing(report);
  await hostiles(report);
} else {
  await overLink(Report.of(process.argv[2] ?? ''));
}
// Threads of the transport would keep it.
process.exit(0);
