import { z } from 'zod';
import type { FamilyId } from '../core/ids.ts';
import { idField } from '../web/form.ts';

export const ChooseFamilyForm = z.strictObject({ family: idField<FamilyId>() });
