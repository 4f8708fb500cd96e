import type { Problem } from '../../web/form.ts';
import type { Shell } from '../../web/render.ts';
import type { SchoolFrame } from '../../web/school-frame.ts';

/** What a locked screen shows: whose it is, and nothing of what was on it. */
type LockPage = { shell: Shell; staffName: string; asks: 'pin' | 'password'; here: string; problems: Problem[] };

/** After five wrong PINs. */
type SignedOutPage = { shell: Shell };

type PinPage = { shell: Shell; frame: SchoolFrame; isSet: boolean; saved: boolean; problems: Problem[] };

declare module '../../web/render.ts' {
  interface Views {
    'gate/lock': LockPage;
    'gate/signed-out': SignedOutPage;
    'gate/pin': PinPage;
  }
}
