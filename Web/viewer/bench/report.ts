import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../../benchmarks/results/', import.meta.url));

/** What a bench says: on standard output, and in a file under benchmarks/results that processes of one run share. */
export class Report {
  private constructor(readonly file: string) {}

  static create(name: string): Report {
    mkdirSync(folder, { recursive: true });
    const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
    const report = new Report(`${folder}${name}-${stamp}.txt`);
    const load = readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).join(' ');
    report.line(`# ${name}, ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, ${cpus().length} processors, load ${load}, Node.js ${process.versions.node}`);
    return report;
  }

  static of(file: string): Report {
    return new Report(file);
  }

  line(text = ''): void {
    console.log(text);
    appendFileSync(this.file, `${text}\n`);
  }

  /** The first column to the left, the others to the right. */
  table(rows: readonly (readonly (string | number)[])[]): void {
    const cells = rows.map((row) => row.map(String));
    const width = (column: number): number => Math.max(...cells.map((row) => row[column]?.length ?? 0));
    for (const row of cells) this.line(row.map((cell, column) => (column === 0 ? cell.padEnd(width(0)) : cell.padStart(width(column)))).join('  '));
    this.line();
  }

  /** One of the few figures that stand for the bench in the table of docs/benchmarks.md, where `./bench.sh all` puts them. */
  figure(what: string, measured: number, digits: number, goal: { readonly atMost?: number; readonly atLeast?: number } = {}): void {
    const bound = goal.atMost ?? goal.atLeast;
    const missed = goal.atMost === undefined ? measured < (goal.atLeast ?? -Infinity) : measured > goal.atMost;
    const judged = bound === undefined ? '' : `${goal.atMost === undefined ? 'at least' : 'at most'} ${bound.toFixed(digits)}, ${missed ? '**missed**' : 'met'}`;
    this.line(`= ${what} | ${measured.toFixed(digits)} | ${judged}`);
  }
}

export const median = (values: readonly number[]): number => [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

/** "median (least-most)" */
export const spread = (values: readonly number[], digits: number): string =>
  `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}-${Math.max(...values).toFixed(digits)})`;
