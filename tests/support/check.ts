import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { writeViewChecks } from './check-views.ts';
import { findFaults } from './floors.ts';

const top = path.join(import.meta.dirname, '../..');
const tool = (name: string, args: string[]): boolean => spawnSync(path.join(top, 'node_modules/.bin', name), args, { cwd: top, stdio: 'inherit' }).status === 0;
const listed = (faults: string[]): boolean => {
  for (const fault of faults) process.stderr.write(`  ${fault}\n`);
  return faults.length === 0;
};

/** `npm run check`: what can be said without running the program, in order of speed. Says yes or no. */
const steps: [name: string, holds: () => boolean][] = [
  ['floors', () => listed(findFaults())],
  ['templates', () => listed(writeViewChecks())],
  ['format', () => tool('prettier', ['--check', '--log-level', 'warn', '{src,tests,seeds,migrations,public/js}/**/*.{ts,js}', 'knexfile.ts'])],
  [
    'lint',
    () =>
      tool('oxlint', ['--config', 'tests/oxlint.json', '--type-aware', '--deny-warnings', 'src', 'tests', 'seeds', 'migrations', 'public/js', 'knexfile.ts']),
  ],
  ['types', () => tool('tsc', [])],
];

let sound = true;
for (const [name, holds] of steps) {
  const holding = holds();
  process.stdout.write(`${holding ? 'ok  ' : 'FAIL'} ${name}\n`);
  sound &&= holding;
}
process.exit(sound ? 0 : 1);
