import { z } from 'zod';
import { isDay, isMonth } from './windows.ts';

export const MonthParams = z.object({ month: z.string().refine(isMonth) });
export const DayParams = z.object({ day: z.string().refine(isDay) });
