import type { Shell } from '../../web/render.ts';
import type { SchoolFrame } from '../../web/school-frame.ts';

export type WaitingLine = {
  id: string;
  name: string;
  relation: string;
  child: string;
  childHref: string;
  effective: string;
  effectiveIso: string;
  proposed: string;
  /** The reader proposed it, so a colleague has to confirm. */
  own: boolean;
  confirm: string;
  withdraw: string;
};

type ProposalsPage = { shell: Shell; frame: SchoolFrame; heading: string; waiting: WaitingLine[] };

declare module '../../web/render.ts' {
  interface Views {
    'schools/proposals': ProposalsPage;
    'schools/_waiting': WaitingLine[];
  }
}
