import { z } from 'zod';
import type { ParentId, PhotoId, SubmissionId } from '../../core/ids.ts';
import { isUuid } from '../../core/ids.ts';
import { countCharacters } from '../../core/text.ts';
import { plainText, tickbox } from '../../web/form.ts';
import { idParam } from '../../web/route.ts';
import { type RejectReason, reasonsForNew, rejectReasons, type RetakeReason, retakeReasons } from './reasons.ts';

export const SubmissionParams = z.object({ submissionId: idParam<SubmissionId>() });
export const AdultParams = z.object({ parentId: idParam<ParentId>() });

/** Where photos are shown; kept with each view of one. */
export const viewPages = ['review', 'queue', 'dashboard', 'adult', 'gate'] as const;

export const PhotoParams = z.object({ photoId: idParam<PhotoId>(), size: z.enum(['1024', '320', '96']) });
export const PhotoQuery = z.object({ on: z.enum(viewPages).optional() });

const submission = z.string().refine(isUuid) as unknown as z.ZodType<SubmissionId>;
/** `done` is the photo decided a moment ago; `from` is where a page of the queue begins. */
export const ReviewQuery = z.object({ done: submission.optional(), from: submission.optional() });

/** The line that the parent reads beside a reason. */
const note = plainText('')
  .refine(text => countCharacters(text) <= 500, 'Keep this to 500 characters or fewer')
  .optional()
  .transform(text => text?.trim() || null);

const retake = {
  reason: z.enum(Object.keys(retakeReasons) as RetakeReason[], 'Choose why another photo is needed'),
  note,
};
const needsItsLine = ({ reason, note: line }: { reason: RetakeReason; note: string | null }) => reason !== 'other' || line !== null;
const lineMissing = { path: ['note'], message: 'Write the reason in a line that the parent will read' };

/** One decision; each of the three stands in a form of its own, so that Enter in one never sends another. */
export const DecisionForm = z.discriminatedUnion(
  'do',
  [
    z.strictObject({ do: z.literal('approve') }),
    z
      .strictObject({ do: z.literal('retake'), ...retake, reason: z.enum(reasonsForNew, 'Choose why another photo is needed') })
      .refine(needsItsLine, lineMissing),
    z.strictObject({ do: z.literal('reject'), rejection: z.enum(Object.keys(rejectReasons) as RejectReason[], 'Choose why the photo is rejected') }),
  ],
  'Choose what to do with this photo',
);
export type Decision = z.infer<typeof DecisionForm>;

export const AnotherForm = z.strictObject(retake).refine(needsItsLine, lineMissing);

export const KeysForm = z.strictObject({
  keys: z.enum(['on', 'off'], 'Choose whether the letters decide'),
  at: submission.optional(),
});

export const SettingsForm = z.strictObject({
  days: z
    .string({ error: 'Give the number of days' })
    .trim()
    .regex(/^\d{1,4}$/, 'Give the number of days in figures, for example 30')
    .transform(Number)
    .refine(days => days >= 1 && days <= 3650, 'Choose between 1 and 3,650 days'),
  likeness: tickbox,
});
