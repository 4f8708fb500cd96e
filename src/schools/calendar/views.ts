import type { Problem } from '../../web/form.ts';
import type { Shell } from '../../web/render.ts';
import type { SchoolFrame } from '../../web/school-frame.ts';

export type PeriodFields = {
  kinds: { value: string; label: string; chosen: boolean }[];
  kindError: string | null;
  name: { value: string; error: string | null };
  from: { value: string; error: string | null };
  until: { value: string; error: string | null };
};

type SchoolCalendarPage = {
  shell: Shell;
  frame: SchoolFrame;
  notice: string | null;
  problems: Problem[];
  years: { heading: string; id: string; periods: { href: string; name: string; kind: string; days: string; meta: string }[] }[];
  fields: PeriodFields;
};

type ChangePeriodPage = {
  shell: Shell;
  frame: SchoolFrame;
  name: string;
  problems: Problem[];
  stale: string | null;
  action: string;
  remove: string;
  was: string;
  fields: PeriodFields;
};

declare module '../../web/render.ts' {
  interface Views {
    'schools/calendar': SchoolCalendarPage;
    'schools/calendar-period': ChangePeriodPage;
    'schools/_calendar-fields': PeriodFields;
  }
}
