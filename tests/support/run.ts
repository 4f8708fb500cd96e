import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** `npm test`: every test, or those named. Ends with the tally on a line of its own. */
const vitest = path.join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', '--config', 'tests/vitest.config.ts', '--reporter=default', '--reporter=./tests/support/tally.ts', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, NODE_ENV: 'test' },
});
process.exit(status ?? 1);
