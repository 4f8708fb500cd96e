import type { RequestId } from '../../core/ids.ts';
import { calendarDay, longDay } from '../../core/time.ts';
import { frameFor } from '../../families/index.ts';
import type { Problem } from '../../web/form.ts';
import type { Model } from '../../web/reply.ts';
import type { Calendars } from '../read-calendars.ts';
import type { Reading } from '../requests/reading.ts';
import { childNames } from '../words.ts';
import type { Shield } from '../requests/views.ts';
import { previewPlan } from './preview-plan.ts';
import type { ReadPlan } from './read-plan.ts';

const headings = { schedule: 'A regular schedule', breaks: 'School breaks', holidays: 'Holidays and special days' };

/** A plan once more, as both would see it, before it is proposed. Nothing is stored: its fields go along. */
export function planPreviewPage(
  reading: Reading,
  calendars: Calendars,
  request: Extract<ReadPlan, { ok: true }>['request'],
  { action, body, shield, problems }: { action: string; body: unknown; shield: Shield | null; problems: Problem[] },
): Model<'schedule/plan-preview'> {
  const fields = Object.entries((body ?? {}) as Record<string, string | string[]>)
    .filter(([name]) => name !== 'step' && name !== 'confirm')
    .flatMap(([name, value]) => [value].flat().map(one => ({ name, value: one })));
  return {
    frame: frameFor(reading.family, 'calendar'),
    heading: headings[request.kind],
    action,
    fields,
    children: childNames(reading.family, request.children),
    from: `From ${longDay(calendarDay(request.terms.from))} until another is agreed`,
    deadline: `${reading.other} can answer until ${reading.moment(request.respondBy)}. Without an answer, nothing changes.`,
    quote: request.note,
    plan: previewPlan(reading, calendars, request, request.children, request.submission as RequestId, true),
    shield,
    problems,
  };
}
