import { z } from 'zod';
import type { SubmissionId } from '../core/ids.ts';
import { tickbox } from '../web/form.ts';
import { idParam } from '../web/route.ts';

export const DraftParams = z.object({ token: z.string(), submissionId: idParam<SubmissionId>() });

/** A photo's own form has no field but its file. */
export const PhotoForm = z.strictObject({});

export const UsesForm = z.strictObject({ directory: tickbox, newsletter: tickbox, likeness: tickbox });
