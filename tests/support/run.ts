import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** `npm test`: every check and every test, or the tests named. Ends with the tally on a line of its own. */
const named = process.argv.slice(2);
if (named.length === 0 && spawnSync(process.execPath, [path.join(import.meta.dirname, 'check.ts')], { stdio: 'inherit' }).status !== 0) {
  process.stdout.write('\n0 passed, 1 failed\n');
  process.exit(1);
}
const vitest = path.join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--config', 'tests/vitest.config.ts', '--reporter=default', '--reporter=./tests/support/tally.ts', ...named],
  {
    stdio: 'inherit',
    env: { ...process.env, NODE_ENV: 'test' },
  },
);
process.exit(status ?? 1);
