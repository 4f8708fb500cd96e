import { z } from 'zod';
import type { ChildId, HandoverId, TravelItemId } from '../../core/ids.ts';
import { isUuid } from '../../core/ids.ts';
import { idField, line, words } from '../../web/form.ts';
import { idParam } from '../../web/route.ts';
import { fromMoment } from './planned.ts';
import { markKinds } from './store.ts';

export const mostNoteCharacters = 1000;
export const mostLabelCharacters = 80;

/** An address that somebody cut or changed leads nowhere. */
const isMoment = (text: string): boolean => /^20\d\d-\d\d-\d\dT\d\d\.\d\dZ$/.test(text) && !Number.isNaN(fromMoment(text));

export const HandoverParams = z.object({ handoverId: idParam<HandoverId>() });
export const MomentParams = z.object({ moment: z.string().refine(isMoment).transform(fromMoment) });
export const ItemParams = z.object({ itemId: idParam<TravelItemId>() });

export const ChildQuery = z.object({ child: (z.string().refine(isUuid) as unknown as z.ZodType<ChildId>).optional() });

export const MonthQuery = z.object({
  month: z
    .string()
    .regex(/^20\d\d-(?:0[1-9]|1[0-2])$/)
    .optional(),
});

export const MarkForm = z.strictObject({ mark: z.enum(markKinds, 'Say what happened'), submission: idField<string>() });

export const NoteForm = z.strictObject({
  note: words('Write the note', mostNoteCharacters),
  confirm: z.string().max(40).optional(),
  submission: idField<string>(),
});

const outOfDate = 'This page was out of date. Load it again and retry.';
const item = z.string({ error: outOfDate }).refine(isUuid, outOfDate) as unknown as z.ZodType<TravelItemId>;
/** One box is a string, several are a list: that is how forms send them. */
const items = z
  .union([item.transform(id => [id]), z.array(item).max(200, outOfDate)])
  .optional()
  .transform(ids => [...new Set(ids ?? [])]);

/** `back` is where the form stood, if not on the handover's own page. */
export const ListForm = z.strictObject({ item: items, was: items, back: z.literal('today').optional() });

export const ItemForm = z.strictObject({
  label: line('Write what travels', mostLabelCharacters).transform(label => label.trim()),
  child: z
    .string({ error: 'Choose whose it is' })
    .refine(child => child === 'all' || isUuid(child), 'Choose whose it is')
    .transform(child => (child === 'all' ? null : (child as ChildId))),
  submission: idField<string>(),
});
