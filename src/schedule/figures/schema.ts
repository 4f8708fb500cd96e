import { z } from 'zod';
import { presets } from './period.ts';

const day = z.iso.date('Write a date as a day that exists').refine(text => /^20\d\d/.test(text), 'Choose a day between 2000 and 2099');

/** A period by name, or by its first and last day; nothing is this month. */
export const FiguresQuery = z.object({ period: z.enum(presets, 'Choose a period').optional(), from: day.optional(), until: day.optional() });

/** `lines` asks for one line for each night. */
export const FileQuery = FiguresQuery.extend({ lines: z.literal('nights').optional() });
