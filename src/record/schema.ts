import { z } from 'zod';
import type { FamilyId } from '../core/ids.ts';
import { idParam, positionParam } from '../web/route.ts';

export const EntryParams = z.object({ familyId: idParam<FamilyId>(), position: positionParam });
export const RecordQuery = z.object({
  before: z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .transform(Number)
    .optional(),
});
