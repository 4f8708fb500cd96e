import { z } from 'zod';
import type { ChildId } from '../../core/ids.ts';
import { idParam } from '../../web/route.ts';
import { field, optional } from '../schema.ts';

export const PupilParams = z.object({ childId: idParam<ChildId>() });
export const PupilsQuery = z.object({ q: optional, class: optional, after: idParam<ChildId>().optional(), before: idParam<ChildId>().optional() });
export const PupilQuery = z.object({ done: z.enum(['added', 'proposed', 'changed', 'confirmed', 'withdrawn', 'ended']).optional() });
export const PupilForm = z.strictObject({ childGivenName: field, childSurname: field, className: field });
