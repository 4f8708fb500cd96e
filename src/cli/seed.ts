import { openLog } from '../platform/log.ts';
import { readConfig } from '../config.ts';
import { openServices } from '../services.ts';

/** `npm run db:seed`: lays the demo world down in an empty database. Does nothing where anyone has an account, and is refused in production. */
const config = readConfig();
if (config.production) {
  process.stderr.write('The demo world is not for production.\n');
  process.exit(1);
}
const closing: (() => Promise<unknown>)[] = [];
try {
  const { services } = await openServices(config, openLog('warn'), closing);
  process.stdout.write(
    services.demo ? 'The demo world is there.\n' : 'This database has other people in it, or no administrator’s sign-in was given; nothing was changed.\n',
  );
} finally {
  for (const close of closing.reverse()) await close();
}
