import { openKeyring } from '../../src/platform/keyring.ts';

/** A master key for tests alone. */
export const testKeyring = openKeyring(Buffer.alloc(32, 7));
