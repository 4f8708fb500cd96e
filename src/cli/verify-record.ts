import { readConfig } from '../config.ts';
import { openLog } from '../platform/log.ts';
import { selfCheck } from '../platform/self-check.ts';
import { checkRecord } from '../record/check-record.ts';
import { selectFamilyIds } from '../record/store.ts';
import { openServices } from '../services.ts';

/**
 * `npm run verify`: works every record out again from what is stored, and looks at the guard.
 * Exit codes: 0 sound, 1 altered, 3 could not run.
 */
const closing: (() => Promise<unknown>)[] = [];
let altered = 0;
let entriesSeen = 0;
try {
  const { services } = await openServices(readConfig(), openLog('error'), closing);
  for (const fault of await selfCheck(services.db)) process.stdout.write(`guard: ${fault}\n`);
  const families = await services.db.query(selectFamilyIds, []);
  for (const { id } of families) {
    const { entries, fault } = await checkRecord(services.db, services.keyring, id);
    entriesSeen += entries;
    if (fault) {
      altered += 1;
      process.stdout.write(`family ${id}: entry ${fault.pos}: ${fault.text}\n`);
    }
  }
  process.stdout.write(`${families.length} records, ${entriesSeen} entries: ${altered === 0 ? 'unbroken' : `${altered} altered`}\n`);
  process.stdout.write('This compares the database with itself. It does not compare it with a copy that left the building.\n');
  process.exitCode = altered === 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 3;
} finally {
  for (const close of closing.reverse()) await close();
}
