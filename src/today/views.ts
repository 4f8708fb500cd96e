import type { Ahead } from '../calendar/index.ts';
import type { NextHandover } from '../schedule/index.ts';
import type { Frame } from '../web/frame.ts';
import type { Shell } from '../web/render.ts';

type UnreadRow = { href: string; title: string; meta: string; when: string; whenIso: string };

type TodayPage = {
  shell: Shell;
  frame: Frame;
  day: string;
  dayIso: string;
  /** One sentence that states the fact: "Ines and Theo are with you until tomorrow at 15:30". */
  heading: string;
  /** Adults whom a school is about to add to a child of this parent's, one sentence each. */
  proposals: string[];
  write: string;
  ahead: Ahead;
  next: NextHandover | null;
  unread: UnreadRow[];
  /** The families this parent has besides the one shown, with what waits there. */
  elsewhere: { id: string; label: string; text: string }[];
};

declare module '../web/render.ts' {
  interface Views {
    'today/today': TodayPage;
    'today/_week': Ahead;
    'today/_coming': Ahead;
    'today/_waiting': Ahead['waiting'];
  }
}
