import type { Frame } from './frame.ts';
import type { Problem } from './form.ts';
import type { Shell } from './render.ts';
import type { SchoolFrame } from './school-frame.ts';

/** The parts that stand around pages. Titles are neutral: they end up in a browser's history. */
declare module './render.ts' {
  interface Views {
    'layouts/public-top': { shell: Shell; title: string; wide: boolean };
    'layouts/public-bottom': { shell: Shell };
    'layouts/app-top': { shell: Shell; frame: Frame; title: string; mail: boolean };
    'layouts/app-bottom': { shell: Shell; frame: Frame };
    'layouts/school-top': { shell: Shell; frame: SchoolFrame; title: string };
    'layouts/school-bottom': { shell: Shell; frame: SchoolFrame };
    'layouts/link-top': { shell: Shell; title: string; schoolName: string };
    'layouts/link-bottom': { shell: Shell };
    'layouts/_head': { shell: Shell; title: string };
    'layouts/_appearance': { shell: Shell };
    'shared/error-summary': Problem[];
    'shared/icons': Record<never, never>;
  }
}
