import { z } from 'zod';
import type { SchoolId } from '../core/ids.ts';
import { idField, plainText } from '../web/form.ts';

export const ChooseSchoolForm = z.strictObject({ school: idField<SchoolId>() });

/** What is wrong with a person is said where persons are read; a form's field only has to be one piece of text. */
export const field = plainText('Fill this in').refine(text => text.length <= 1000, 'This is too long');
export const optional = field.optional().transform(text => text ?? '');
